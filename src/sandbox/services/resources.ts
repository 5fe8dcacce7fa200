import type { Make } from './catalog.ts';
import { cloudtrailOperations } from './cloudtrail/index.ts';
import { ec2Operations } from './ec2/index.ts';
import { eventsOperations } from './events/index.ts';
import { logsOperations } from './logs/index.ts';
import { monitoringOperations } from './monitoring/index.ts';
import { s3Operations } from './s3/index.ts';
import { snsOperations } from './sns/index.ts';

/**
 * Services of what an account has beside its principals, in the order in which they are made. They come together: each
 * calls others through the ports (a trail puts into a bucket, an alarm publishes to a topic).
 */
export const resourceServices: ReadonlyMap<string, Make> = new Map([
  ['ec2', ec2Operations],
  ['s3', s3Operations],
  ['cloudtrail', cloudtrailOperations],
  ['logs', logsOperations],
  ['monitoring', monitoringOperations],
  ['events', eventsOperations],
  ['sns', snsOperations],
]);
