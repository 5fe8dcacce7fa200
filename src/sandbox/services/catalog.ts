import type { Operation } from '../types.ts';
import { iamOperations } from './iam/index.ts';
import { stsOperations } from './sts/index.ts';
import type { World } from './world.ts';

export type Make = (world: World) => readonly Operation[];

/** Services whose code is there, by signing name. */
const present = new Map<string, Make>([
  ['sts', stsOperations],
  ['iam', iamOperations],
]);

/** Services that come together, when one of them is first called. */
interface LateGroup {
  readonly names: readonly string[];
  load(): Promise<ReadonlyMap<string, Make>>;
}

/**
 * Services that many sandboxes are never asked for: their code would be half of the start. A group calls those before
 * it, and never one after it.
 */
const groups: readonly LateGroup[] = [
  {
    names: ['organizations'],
    load: async () =>
      one('organizations', (await import('./organizations/index.ts')).organizationsOperations),
  },
  {
    names: ['ec2', 's3', 'cloudtrail', 'logs', 'monitoring', 'events', 'sns'],
    load: async () => (await import('./resources.ts')).resourceServices,
  },
  {
    names: ['cloudformation'],
    load: async () =>
      one('cloudformation', (await import('./cloudformation/index.ts')).cloudformationOperations),
  },
];

const one = (name: string, make: Make): ReadonlyMap<string, Make> => new Map([[name, make]]);

/** What can be made now, in the order in which services are made. */
export const presentServices = (): ReadonlyMap<string, Make> => present;

/** Names of those that are loaded when they are needed, loaded or not. */
export const lateServices: readonly string[] = groups.flatMap(({ names }) => names);

/** Makes a late service present, and all that it may call. */
export async function loadService(name: string): Promise<void> {
  const last = groups.findIndex(({ names }) => names.includes(name));
  const loaded = await Promise.all(groups.slice(0, last + 1).map((group) => group.load()));
  for (const services of loaded) for (const [service, make] of services) present.set(service, make);
}
