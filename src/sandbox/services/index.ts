import type { Clock, Random } from '../../base/index.ts';
import { Credentials } from '../state/credentials.ts';
import { Store } from '../state/store.ts';
import type { Cloud, Operation } from '../types.ts';
import { cloudtrailOperations } from './cloudtrail/index.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { ec2Operations } from './ec2/index.ts';
import { Networks } from './ec2/networks.ts';
import { iamOperations } from './iam/index.ts';
import { TrailLog } from './record/log.ts';
import { Recorder } from './record/recorder.ts';
import { s3Operations } from './s3/index.ts';
import { stsOperations } from './sts/index.ts';
import type { World } from './world.ts';

const services: Readonly<Record<string, (world: World) => readonly Operation[]>> = {
  sts: stsOperations,
  iam: iamOperations,
  ec2: ec2Operations,
  s3: s3Operations,
  cloudtrail: cloudtrailOperations,
};

/** One life of a cloud, from empty to reset. */
function life(clock: Clock, random: Random) {
  const store = new Store(clock, random);
  const trail = new TrailLog();
  const world: World = { store, trail, networks: new Networks(), buckets: new Map() };
  const operations = new Map(
    Object.entries(services).flatMap(([service, group]) =>
      group(world).map((operation) => [`${service}:${operation.name}`, operation]),
    ),
  );
  const dispatcher = new Dispatcher(operations, store, new Recorder(store, trail));
  return { store, trail, dispatcher, credentials: new Credentials(store) };
}

/**
 * The AWS behind the wire, in memory. `random` is the only entropy: ids, keys, secrets and seals come from it.
 * Every call is authenticated by its caller's credentials, authorized by the policies in force, and recorded.
 */
export function createCloud({ clock, random }: { clock: Clock; random: Random }): Cloud {
  let now = life(clock, random);
  return {
    findCredentials: (accessKeyId, sessionToken, at) => now.credentials.find(accessKeyId, sessionToken, at),
    serves: (service, operation) => now.dispatcher.serves(service, operation),
    invoke: (call, input) => now.dispatcher.invoke(call, input),
    createAccount: (accountId, name) => {
      const key = now.store.createAccount(accountId, name);
      return { accessKeyId: key.id, secretAccessKey: key.secret };
    },
    accounts: () =>
      [...now.store.accounts.values()].map(({ id, name }) => ({
        accountId: id,
        ...(name !== undefined && { name }),
      })),
    explainDenial: (requestId) => now.dispatcher.denials.explain(requestId),
    takeRecords: () => now.trail.take(),
    reset: () => {
      now = life(clock, random);
    },
  };
}
