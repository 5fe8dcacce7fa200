import type { Store } from '../state/store.ts';
import type { Networks } from './ec2/networks.ts';
import type { TrailLog } from './record/log.ts';
import type { Buckets } from './s3/buckets.ts';

/** What operations work on. */
export interface World {
  readonly store: Store;
  readonly trail: TrailLog;
  readonly networks: Networks;
  readonly buckets: Buckets;
}
