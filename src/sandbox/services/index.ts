import type { Clock, Random } from '../../base/index.ts';
import { Credentials } from '../state/credentials.ts';
import { Store } from '../state/store.ts';
import type { Cloud, ControlRoute, Operation } from '../types.ts';
import { cloudformationOperations } from './cloudformation/index.ts';
import { cloudtrailOperations } from './cloudtrail/index.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { ec2Operations } from './ec2/index.ts';
import { Networks } from './ec2/networks.ts';
import { eventsOperations } from './events/index.ts';
import { iamOperations } from './iam/index.ts';
import { logsOperations } from './logs/index.ts';
import { monitoringOperations } from './monitoring/index.ts';
import { organizationsOperations } from './organizations/index.ts';
import type { Ports } from './ports.ts';
import { TrailLog } from './record/log.ts';
import { Recorder } from './record/recorder.ts';
import { s3Operations } from './s3/index.ts';
import { snsOperations } from './sns/index.ts';
import { stsOperations } from './sts/index.ts';
import { Timers } from './timers.ts';
import type { World } from './world.ts';

/** By signing name. */
const services: Readonly<Record<string, (world: World) => readonly Operation[]>> = {
  sts: stsOperations,
  iam: iamOperations,
  organizations: organizationsOperations,
  ec2: ec2Operations,
  s3: s3Operations,
  cloudtrail: cloudtrailOperations,
  logs: logsOperations,
  monitoring: monitoringOperations,
  events: eventsOperations,
  sns: snsOperations,
  cloudformation: cloudformationOperations,
};

/** One life of a cloud, from empty to reset. */
function life(clock: Clock, random: Random) {
  const store = new Store(clock, random);
  const trail = new TrailLog();
  const states = new Map<string, object>();
  const own = <T extends object>(name: string, fresh: () => T): T => {
    const known = states.get(name) ?? fresh();
    states.set(name, known);
    return known as T;
  };
  const ports: Ports = {};
  const operations = new Map<string, Operation>();
  const dispatcher = new Dispatcher(operations, store, new Recorder(store, trail));
  const timers = new Timers(own('timers', () => ({ timers: [], next: 0 })));
  const routes = new Map<string, ControlRoute>();
  const world: World = {
    store,
    trail,
    networks: new Networks(),
    buckets: new Map(),
    ports,
    timers,
    routes,
    own,
    invoke: (call, input) => dispatcher.invoke(call, input),
    authorize: (questions, call) => dispatcher.authorize(questions, call),
  };
  for (const [service, group] of Object.entries(services)) {
    for (const operation of group(world)) operations.set(`${service}:${operation.name}`, operation);
  }
  return { store, trail, dispatcher, timers, routes, credentials: new Credentials(store) };
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
    invoke: (call, input) => {
      now.timers.run(call.now);
      return now.dispatcher.invoke(call, input);
    },
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
    tick: (at) => {
      now.timers.run(at);
    },
    get routes() {
      return now.routes;
    },
    reset: () => {
      now = life(clock, random);
    },
  };
}
