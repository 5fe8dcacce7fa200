import type { Operation } from '../types.ts';
import { cloudtrailOperations } from './cloudtrail/index.ts';
import { ec2Operations } from './ec2/index.ts';
import { eventsOperations } from './events/index.ts';
import { iamOperations } from './iam/index.ts';
import { logsOperations } from './logs/index.ts';
import { monitoringOperations } from './monitoring/index.ts';
import { organizationsOperations } from './organizations/index.ts';
import { s3Operations } from './s3/index.ts';
import { snsOperations } from './sns/index.ts';
import { stsOperations } from './sts/index.ts';
import type { World } from './world.ts';

type Make = (world: World) => readonly Operation[];

/** Services whose code is there, by signing name. */
const present = new Map<string, Make>([
  ['sts', stsOperations],
  ['iam', iamOperations],
  ['organizations', organizationsOperations],
  ['ec2', ec2Operations],
  ['s3', s3Operations],
  ['cloudtrail', cloudtrailOperations],
  ['logs', logsOperations],
  ['monitoring', monitoringOperations],
  ['events', eventsOperations],
  ['sns', snsOperations],
]);

/** Services that most sandboxes are never asked for, and whose code would be a quarter of the start. */
const absent = new Map<string, () => Promise<Make>>([
  ['cloudformation', async () => (await import('./cloudformation/index.ts')).cloudformationOperations],
]);

/** What can be made now, in the order in which services are made. */
export const presentServices = (): ReadonlyMap<string, Make> => present;

/** Names of those that are loaded when they are needed, loaded or not. */
export const lateServices: readonly string[] = [...absent.keys()];

/** Makes a late service present; at once when it is. */
export async function loadService(name: string): Promise<void> {
  const make = await absent.get(name)?.();
  if (make !== undefined) present.set(name, make);
}
