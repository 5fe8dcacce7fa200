import { uuid } from '../../state/ids.ts';
import type { Caller } from '../../types.ts';
import type { ActingService, S3Port } from '../ports.ts';
import type { World } from '../world.ts';
import { type Ask, arnOf } from './ask.ts';
import { keptChecksums } from './checksums.ts';
import { noSuchBucket } from './errors.ts';
import { objectFacts, writeObject } from './object-write.ts';
import type { Bucket } from './state.ts';
import { latest } from './versions.ts';

/** S3 for other services, which act under their own name: the bucket policy alone can let them in. */
export function s3Port(world: World, ask: Ask): S3Port {
  /** One caller a service: what is compiled for a caller is kept by it. */
  const callers = new Map<string, Caller>();
  const callerOf = (service: string): Caller => {
    const known = callers.get(service) ?? { principal: { type: 'service', service } as const, accountId: '' };
    callers.set(service, known);
    return known;
  };
  const callOf = ({ service, now }: ActingService, operation: string, bucket: Bucket) => ({
    requestId: uuid(world.store.random),
    now,
    service: 's3',
    operation,
    region: bucket.region,
    sourceIp: service,
    userAgent: service,
    host: `${bucket.name}.s3.${bucket.region}.amazonaws.com`,
    caller: callerOf(service),
  });
  const context = ({ sourceArn, sourceAccount }: ActingService) => ({
    'aws:SourceArn': sourceArn,
    'aws:SourceAccount': sourceAccount,
    // A service calls from AWS's network: there is no public address.
    'aws:SourceIp': undefined,
  });
  const find = (name: string): Bucket => {
    const bucket = ask.buckets.get(name);
    if (bucket === undefined) throw noSuchBucket();
    return bucket;
  };
  const checkPut: S3Port['checkPut'] = (by, { bucket: name, key, acl }) => {
    const bucket = find(name);
    const call = callOf(by, 'PutObject', bucket);
    const facts = { ...context(by), 's3:x-amz-acl': acl };
    world.authorize([ask.ofObject(bucket, 'PutObject', key, call, facts)], call);
  };
  return {
    checkPut,
    checkAcl: (by, name) => {
      const bucket = find(name);
      const call = callOf(by, 'GetBucketAcl', bucket);
      world.authorize([ask.question(bucket, 'GetBucketAcl', arnOf(bucket), call, context(by))], call);
    },
    put: (by, object) => {
      checkPut(by, object);
      const bucket = find(object.bucket);
      const call = callOf(by, 'PutObject', bucket);
      const input = {
        Bucket: object.bucket,
        Key: object.key,
        ContentType: object.contentType,
        ContentEncoding: object.contentEncoding,
        Metadata: object.metadata && { ...object.metadata },
        ...(bucket.ownership !== 'BucketOwnerEnforced' && { ACL: object.acl }),
      };
      const body = new Uint8Array(object.body);
      writeObject(bucket, object.key, world.store.random, by.now, objectFacts(bucket, input, call), {
        body,
        checksums: keptChecksums({}, body),
      });
    },
    read: (bucket, key) => {
      const found = ask.buckets.get(bucket);
      const version = found && latest(found, key);
      return version?.etag === undefined ? undefined : version.body;
    },
    exists: (bucket) => ask.buckets.has(bucket),
  };
}
