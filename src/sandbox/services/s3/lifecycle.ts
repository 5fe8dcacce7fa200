import type * as s3 from '@aws-sdk/client-s3';
import { uuid } from '../../state/ids.ts';
import { AwsError, type Operation } from '../../types.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { invalidArgument, invalidRequest, malformedXml } from './errors.ts';
import { type Setting, settingOperations } from './setting.ts';

interface Kept {
  readonly Rules: readonly s3.LifecycleRule[];
  readonly TransitionDefaultMinimumObjectSize: string;
}

function checkRule({ Status, Expiration, ID, ...rule }: s3.LifecycleRule): void {
  if (Status !== 'Enabled' && Status !== 'Disabled') throw malformedXml();
  if ((ID?.length ?? 0) > 255) throw invalidArgument('ID length should not exceed allowed limit of 255');
  const acts = [
    Expiration,
    rule.Transitions?.length,
    rule.NoncurrentVersionExpiration,
    rule.NoncurrentVersionTransitions?.length,
    rule.AbortIncompleteMultipartUpload,
  ];
  if (!acts.some((act) => act !== undefined && act !== 0)) {
    throw invalidRequest('At least one action needs to be specified in a rule');
  }
  if (Expiration !== undefined) {
    const said = [Expiration.Days, Expiration.Date, Expiration.ExpiredObjectDeleteMarker];
    if (said.filter((member) => member !== undefined).length !== 1) throw malformedXml();
    if (Expiration.Days !== undefined && Expiration.Days <= 0) {
      throw invalidArgument("'Days' for Expiration action must be a positive integer");
    }
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html */
const lifecycle = ({ store }: World): Setting<s3.BucketLifecycleConfiguration> => ({
  name: 'BucketLifecycleConfiguration',
  event: 'BucketLifecycle',
  query: 'lifecycle',
  member: 'LifecycleConfiguration',
  actions: { put: 'PutLifecycleConfiguration', get: 'GetLifecycleConfiguration' },
  read: ({ settings }) => {
    const kept = settings.get('lifecycle');
    if (kept !== undefined) return kept;
    throw new AwsError('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', 404);
  },
  write: (bucket, { Rules = [] }, _call, input) => {
    if (Rules.length === 0 || Rules.length > 1000) throw malformedXml();
    for (const rule of Rules) checkRule(rule);
    const ids = Rules.flatMap(({ ID }) => (ID ? [ID] : []));
    if (new Set(ids).size !== ids.length) {
      throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule');
    }
    const kept: Kept = {
      Rules: Rules.map((rule) => ({ ...rule, ID: rule.ID || uuid(store.random) })),
      TransitionDefaultMinimumObjectSize: String(
        input['TransitionDefaultMinimumObjectSize'] ?? 'all_storage_classes_128K',
      ),
    };
    bucket.settings.set('lifecycle', kept);
    return { TransitionDefaultMinimumObjectSize: kept.TransitionDefaultMinimumObjectSize };
  },
});

export const lifecycleOperations = (world: World, ask: Ask): readonly Operation[] => [
  ...settingOperations(ask, lifecycle(world)),
  // The model calls the deletion DeleteBucketLifecycle.
  ...settingOperations(ask, {
    ...lifecycle(world),
    name: 'BucketLifecycle',
    write: undefined,
    remove: ({ settings }) => void settings.delete('lifecycle'),
  }).filter(({ name }) => name === 'DeleteBucketLifecycle'),
];
