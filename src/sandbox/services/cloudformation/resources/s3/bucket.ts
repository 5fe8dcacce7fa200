import type { Json, JsonObject } from '../../model.ts';
import { tagsOf } from '../tags.ts';
import { documentText, type ResourceContext, type ResourceType, same, text, type Values } from '../types.ts';
import { settings, syncSettings } from './settings.ts';

const GONE = ['NoSuchBucket', 'NotFound'];

/** `LogDeliveryWrite` → `log-delivery-write` */
const canned = (acl: string): string => acl.replace(/(?!^)([A-Z])/g, '-$1').toLowerCase();

const attributesOf = (bucket: string, { region }: ResourceContext): JsonObject => ({
  Arn: `arn:aws:s3:::${bucket}`,
  DomainName: `${bucket}.s3.amazonaws.com`,
  DualStackDomainName: `${bucket}.s3.dualstack.${region}.amazonaws.com`,
  RegionalDomainName: `${bucket}.s3.${region}.amazonaws.com`,
  WebsiteURL: `http://${bucket}.s3-website-${region}.amazonaws.com`,
});

/** PutBucketTagging replaces all tags. */
function syncTags(Bucket: string, values: Values, before: Values, context: ResourceContext): void {
  const now = tagsOf(values, context.tags);
  const old = tagsOf(before, context.previousTags);
  if (same(now as unknown as Json, old as unknown as Json)) return;
  if (now.length === 0) context.api('s3', 'DeleteBucketTagging', { Bucket });
  else context.api('s3', 'PutBucketTagging', { Bucket, Tagging: { TagSet: now } });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html */
const bucket: ResourceType = {
  type: 'AWS::S3::Bucket',
  nameProperty: 'BucketName',
  attributes: ['Arn', 'DomainName', 'DualStackDomainName', 'RegionalDomainName', 'WebsiteURL'],
  properties: {
    AccessControl: { kind: 'string', writeOnly: true },
    BucketName: { kind: 'string', update: 'replace' },
    ObjectLockEnabled: { kind: 'boolean', update: 'replace' },
    Tags: { kind: 'tags' },
    ...Object.fromEntries(settings.map(({ property, kind }) => [property, kind])),
  },
  create(values, context) {
    const Bucket = text(values.BucketName) || context.generatedName(63).toLowerCase();
    const ownership = ((values.OwnershipControls as JsonObject | undefined)?.Rules ??
      []) as readonly JsonObject[];
    context.api('s3', 'CreateBucket', {
      Bucket,
      ...(context.region !== 'us-east-1' && {
        CreateBucketConfiguration: { LocationConstraint: context.region },
      }),
      ...(values.ObjectLockEnabled === true && { ObjectLockEnabledForBucket: true }),
      ...(values.AccessControl !== undefined && { ACL: canned(text(values.AccessControl)) }),
      ObjectOwnership: ownership[0]?.ObjectOwnership,
    });
    context.made(Bucket);
    const standard = values.OwnershipControls;
    syncSettings(Bucket, values, standard === undefined ? {} : { OwnershipControls: standard }, context);
    syncTags(Bucket, values, {}, { ...context, previousTags: [] });
    return { physicalId: Bucket, attributes: attributesOf(Bucket, context) };
  },
  update(Bucket, values, before, context) {
    syncSettings(Bucket, values, before, context);
    if (values.AccessControl !== before.AccessControl) {
      context.api('s3', 'PutBucketAcl', { Bucket, ACL: canned(text(values.AccessControl) || 'Private') });
    }
    syncTags(Bucket, values, before, context);
    return undefined;
  },
  remove(Bucket, _values, context) {
    context.apiUnless(GONE, 's3', 'DeleteBucket', { Bucket });
  },
  read(Bucket, _values, context) {
    if (context.apiUnless(GONE, 's3', 'HeadBucket', { Bucket }) === undefined) return undefined;
    const tagging = context.apiUnless(['NoSuchTagSet'], 's3', 'GetBucketTagging', { Bucket });
    const read = settings.flatMap(({ property, read }): [string, Json][] => {
      const value = read?.(Bucket, context);
      return value === undefined ? [] : [[property, value]];
    });
    return {
      BucketName: Bucket,
      Tags: (tagging?.TagSet ?? []) as unknown as Json,
      ...Object.fromEntries(read),
    };
  },
  attributesOf: (name, _values, context) => attributesOf(name, context),
};

const bucketPolicy: ResourceType = {
  type: 'AWS::S3::BucketPolicy',
  properties: {
    Bucket: { kind: 'string', required: true, update: 'replace' },
    PolicyDocument: { kind: 'json', required: true },
  },
  create({ Bucket, PolicyDocument }, context) {
    context.api('s3', 'PutBucketPolicy', { Bucket, Policy: documentText(PolicyDocument) });
    return { physicalId: text(Bucket) };
  },
  update(Bucket, { PolicyDocument }, _before, context) {
    context.api('s3', 'PutBucketPolicy', { Bucket, Policy: documentText(PolicyDocument) });
    return undefined;
  },
  remove(Bucket, _values, context) {
    context.apiUnless([...GONE, 'NoSuchBucketPolicy'], 's3', 'DeleteBucketPolicy', { Bucket });
  },
  read(Bucket, _values, context) {
    const found = context.apiUnless([...GONE, 'NoSuchBucketPolicy'], 's3', 'GetBucketPolicy', { Bucket });
    if (found === undefined) return undefined;
    return { Bucket, PolicyDocument: JSON.parse(String(found.Policy)) as Json };
  },
};

export const s3Types: readonly ResourceType[] = [bucket, bucketPolicy];
