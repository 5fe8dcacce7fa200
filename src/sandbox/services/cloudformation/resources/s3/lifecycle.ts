import type { Json, JsonObject } from '../../model.ts';
import type { Properties } from '../types.ts';
import { objects } from '../types.ts';

const transition: Properties = {
  StorageClass: { kind: 'string', required: true },
  TransitionDate: { kind: 'string' },
  TransitionInDays: { kind: 'number' },
};
const noncurrent: Properties = {
  NewerNoncurrentVersions: { kind: 'number' },
  StorageClass: { kind: 'string', required: true },
  TransitionInDays: { kind: 'number', required: true },
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-rule.html */
export const lifecycleProperties: Properties = {
  Rules: {
    kind: 'objects',
    required: true,
    of: {
      AbortIncompleteMultipartUpload: {
        kind: 'object',
        of: { DaysAfterInitiation: { kind: 'number', required: true } },
      },
      ExpirationDate: { kind: 'string' },
      ExpirationInDays: { kind: 'number' },
      ExpiredObjectDeleteMarker: { kind: 'boolean' },
      Id: { kind: 'string' },
      NoncurrentVersionExpiration: {
        kind: 'object',
        of: {
          NewerNoncurrentVersions: { kind: 'number' },
          NoncurrentDays: { kind: 'number', required: true },
        },
      },
      NoncurrentVersionExpirationInDays: { kind: 'number' },
      NoncurrentVersionTransitions: { kind: 'objects', of: noncurrent },
      ObjectSizeGreaterThan: { kind: 'string' },
      ObjectSizeLessThan: { kind: 'string' },
      Prefix: { kind: 'string' },
      Status: { kind: 'string', required: true },
      TagFilters: { kind: 'tags' },
      Transition: { kind: 'object', of: transition },
      Transitions: { kind: 'objects', of: transition },
    },
  },
  TransitionDefaultMinimumObjectSize: { kind: 'string' },
};

const date = (value: Json | undefined): Date | undefined =>
  typeof value === 'string' ? new Date(value) : undefined;

/** Rules as PutBucketLifecycleConfiguration takes them. */
export function lifecycleRules(configuration: Json | undefined): readonly Record<string, unknown>[] {
  return objects((configuration as JsonObject | undefined)?.Rules).map((rule, i) => {
    const transitions = [
      ...objects(rule.Transitions),
      ...(rule.Transition === undefined ? [] : [rule.Transition as JsonObject]),
    ];
    const old =
      rule.NoncurrentVersionExpiration ??
      (rule.NoncurrentVersionExpirationInDays === undefined
        ? undefined
        : { NoncurrentDays: rule.NoncurrentVersionExpirationInDays });
    const expires = rule.ExpirationInDays ?? rule.ExpirationDate ?? rule.ExpiredObjectDeleteMarker;
    return without({
      ID: rule.Id ?? `rule-${i + 1}`,
      Status: rule.Status,
      Filter: filter(rule),
      Expiration:
        expires === undefined
          ? undefined
          : without({
              Days: rule.ExpirationInDays,
              Date: date(rule.ExpirationDate),
              ExpiredObjectDeleteMarker: rule.ExpiredObjectDeleteMarker,
            }),
      NoncurrentVersionExpiration: old,
      Transitions:
        transitions.length === 0
          ? undefined
          : transitions.map((one) =>
              without({
                StorageClass: one.StorageClass,
                Days: one.TransitionInDays,
                Date: date(one.TransitionDate),
              }),
            ),
      NoncurrentVersionTransitions: (rule.NoncurrentVersionTransitions === undefined
        ? undefined
        : objects(rule.NoncurrentVersionTransitions).map((one) =>
            without({
              StorageClass: one.StorageClass,
              NoncurrentDays: one.TransitionInDays,
              NewerNoncurrentVersions: one.NewerNoncurrentVersions,
            }),
          )) as unknown,
      AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
    });
  });
}

function filter(rule: JsonObject): Record<string, unknown> {
  const sizes = without({
    ObjectSizeGreaterThan:
      rule.ObjectSizeGreaterThan === undefined ? undefined : Number(rule.ObjectSizeGreaterThan),
    ObjectSizeLessThan: rule.ObjectSizeLessThan === undefined ? undefined : Number(rule.ObjectSizeLessThan),
  });
  const tags = objects(rule.TagFilters);
  const count = Object.keys(sizes).length + tags.length + (rule.Prefix === undefined ? 0 : 1);
  if (count <= 1) return tags.length === 1 ? { Tag: tags[0] } : { Prefix: rule.Prefix ?? '', ...sizes };
  return { And: without({ Prefix: rule.Prefix, ...sizes, Tags: tags.length > 0 ? tags : undefined }) };
}

const without = (members: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
