import { AwsError, type Operation } from '../../types.ts';
import type { World } from '../world.ts';
import { delegatedAdminOperations } from './delegated-admin.ts';
import { TrailDelivery } from './delivery.ts';
import { Digests } from './digest.ts';
import { Trails } from './find.ts';
import { loggingOperations } from './logging.ts';
import { lookupOperations } from './lookup.ts';
import { selectorOperations } from './selector-operations.ts';
import { tagOperations } from './tags.ts';
import { trailOperations } from './trails.ts';

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Operations.html: trails and event history. */
export function cloudtrailOperations(world: World): readonly Operation[] {
  const trails = new Trails(world);
  const delivery = new TrailDelivery(world);
  const digests = new Digests(world);
  world.routes.set('trails', {
    // AWS has no API that makes CloudTrail deliver now.
    POST: ({ digests: alsoDigests }, rest, { now }) => {
      if (rest !== 'deliver') throw new AwsError('NotFound', 'POST trails/deliver', 404);
      const objects = [...trails.all.values()].flatMap((trail) => {
        const keys = [...delivery.deliver(trail, now)];
        if (alsoDigests === true && trail.validation) keys.push(...digests.write(trail, now));
        return keys.map((key) => `s3://${trail.bucket}/${key}`);
      });
      return { objects };
    },
  });
  return [
    ...lookupOperations(world),
    ...trailOperations(world, trails, delivery, digests),
    ...loggingOperations(world, trails, digests),
    ...selectorOperations(trails),
    ...tagOperations(trails),
    ...delegatedAdminOperations(world),
  ];
}
