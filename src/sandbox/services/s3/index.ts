import type * as s3 from '@aws-sdk/client-s3';
import { type Authorization, AwsError, type Call, type Operation, type TrailFacts } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Bucket } from './buckets.ts';

const DEFAULT_REGION = 'us-east-1';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html, the bucket operations that lists and deletions need. */
export function s3Operations({ buckets }: World): readonly Operation[] {
  const find = (name: string): Bucket => {
    const bucket = buckets.get(name);
    if (bucket === undefined) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return bucket;
  };
  const ask = (action: string, name: string): readonly Authorization[] => {
    const owner = buckets.get(name)?.accountId;
    const resource = `arn:aws:s3:::${name}`;
    return [{ action: `s3:${action}`, resource, ...(owner !== undefined && { resourceAccount: owner }) }];
  };
  return [
    operation<s3.ListBucketsRequest, s3.ListBucketsOutput>({
      name: 'ListBuckets',
      readOnly: true,
      authorize: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
      handle: ({ Prefix = '', BucketRegion, MaxBuckets, ContinuationToken }, { caller }) => {
        const own = [...buckets.values()]
          .filter(
            ({ accountId, name, region }) =>
              accountId === caller.accountId &&
              name.startsWith(Prefix) &&
              (BucketRegion === undefined || region === BucketRegion),
          )
          .sort((a, b) => (a.name < b.name ? -1 : 1));
        const after = ContinuationToken && Buffer.from(ContinuationToken, 'base64').toString();
        const rest = after ? own.filter(({ name }) => name > after) : own;
        const items = rest.slice(0, MaxBuckets ?? 10_000);
        const last = items.at(-1);
        return {
          Buckets: items.map(({ name, createdAt, region }) => ({
            Name: name,
            CreationDate: new Date(createdAt),
            BucketRegion: region,
          })),
          Owner: { ID: canonicalId(caller.accountId) },
          ...(Prefix !== '' && { Prefix }),
          ...(last !== undefined &&
            items.length < rest.length && { ContinuationToken: Buffer.from(last.name).toString('base64') }),
        };
      },
      trail: (_input, _output, call) => s3Trail(call),
    }),
    operation<s3.CreateBucketRequest, s3.CreateBucketOutput>({
      name: 'CreateBucket',
      readOnly: false,
      authorize: ({ Bucket: name }) => [{ action: 's3:CreateBucket', resource: `arn:aws:s3:::${name}` }],
      handle: ({ Bucket: name, CreateBucketConfiguration }, { caller, now, region: signed }) => {
        const region = CreateBucketConfiguration?.LocationConstraint ?? DEFAULT_REGION;
        if (signed !== DEFAULT_REGION && region !== signed) {
          throw new AwsError(
            'IllegalLocationConstraintException',
            'The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.',
          );
        }
        if (!/^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..')) {
          throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
        }
        const existing = buckets.get(name);
        if (existing?.accountId === caller.accountId) {
          // us-east-1 alone answers a second creation by the owner with success (API reference of CreateBucket).
          if (existing.region === DEFAULT_REGION && region === DEFAULT_REGION)
            return { Location: `/${name}` };
          throw new AwsError(
            'BucketAlreadyOwnedByYou',
            'Your previous request to create the named bucket succeeded and you already own it.',
            409,
          );
        }
        if (existing !== undefined) {
          throw new AwsError(
            'BucketAlreadyExists',
            'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
            409,
          );
        }
        buckets.set(name, { name, accountId: caller.accountId, region, createdAt: now });
        return { Location: `/${name}` };
      },
      trail: ({ Bucket: name }, _output, call) => s3Trail(call, name),
    }),
    operation<s3.HeadBucketRequest, s3.HeadBucketOutput>({
      name: 'HeadBucket',
      readOnly: true,
      authorize: ({ Bucket: name }) => ask('ListBucket', name),
      handle: ({ Bucket: name }) => {
        const { region } = find(name);
        return { BucketRegion: region, AccessPointAlias: false };
      },
      trail: ({ Bucket: name }, _output, call) => s3Trail(call, name),
    }),
    operation<s3.GetBucketLocationRequest, s3.GetBucketLocationOutput>({
      name: 'GetBucketLocation',
      readOnly: true,
      authorize: ({ Bucket: name }) => ask('GetBucketLocation', name),
      handle: ({ Bucket: name }) => {
        const { region } = find(name);
        // "Buckets in Region us-east-1 have a LocationConstraint of null."
        return region === DEFAULT_REGION ? {} : { LocationConstraint: region as s3.BucketLocationConstraint };
      },
      trail: ({ Bucket: name }, _output, call) => s3Trail(call, name, { location: '' }),
    }),
    operation<s3.DeleteBucketRequest, object>({
      name: 'DeleteBucket',
      readOnly: false,
      authorize: ({ Bucket: name }) => ask('DeleteBucket', name),
      handle: ({ Bucket: name }) => {
        buckets.delete(find(name).name);
        return {};
      },
      trail: ({ Bucket: name }, _output, call) => s3Trail(call, name),
    }),
  ];
}

/** The owner's canonical id: 64 hexadecimal digits that stand for the account. */
const canonicalId = (accountId: string): string => BigInt(accountId).toString(16).padStart(64, '0');

function s3Trail(call: Call, bucketName?: string, more?: Record<string, unknown>): TrailFacts {
  return {
    requestParameters: { ...(bucketName !== undefined && { bucketName }), Host: call.host, ...more },
    responseElements: null,
    additionalEventData: {
      SignatureVersion: 'SigV4',
      CipherSuite: 'TLS_AES_128_GCM_SHA256',
      AuthenticationMethod: 'AuthHeader',
    },
    ...(bucketName !== undefined && {
      resources: [
        { accountId: call.caller.accountId, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucketName}` },
      ],
    }),
  };
}
