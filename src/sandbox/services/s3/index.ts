import type { Operation } from '../../types.ts';
import type { World } from '../world.ts';
import { accessSettingsOperations } from './access-settings.ts';
import { aclOperations } from './acl.ts';
import { Ask } from './ask.ts';
import { bucketOperations } from './bucket-operations.ts';
import { lifecycleOperations } from './lifecycle.ts';
import { listOperations } from './list.ts';
import { multipartOperations } from './multipart.ts';
import { deleteOperations } from './object-delete.ts';
import { objectFactsOperations } from './object-facts.ts';
import { putOperations } from './object-put.ts';
import { readOperations } from './object-read.ts';
import { policyOperations } from './policy.ts';
import { s3Port } from './port.ts';
import { settingsOperations } from './settings.ts';
import { taggingOperations } from './tagging.ts';

/**
 * Amazon S3: buckets with their configurations, objects with versions, and the bucket policy enforced in all of them.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html
 */
export function s3Operations(world: World): readonly Operation[] {
  const ask = new Ask(world);
  world.ports.s3 = s3Port(world, ask);
  return [
    ...bucketOperations(ask),
    ...policyOperations(world, ask),
    ...accessSettingsOperations(ask),
    ...aclOperations(ask),
    ...settingsOperations(ask),
    ...lifecycleOperations(world, ask),
    ...taggingOperations(ask),
    ...putOperations(world, ask),
    ...readOperations(ask),
    ...deleteOperations(world, ask),
    ...listOperations(ask),
    ...multipartOperations(world, ask),
    ...objectFactsOperations(ask),
  ];
}
