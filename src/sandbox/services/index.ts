import type { Clock, Random } from '../../base/index.ts';
import { Credentials } from '../state/credentials.ts';
import { emptyStore, Store, type StoreState } from '../state/store.ts';
import {
  AwsError,
  type Call,
  type Cloud,
  type CloudSettings,
  type ControlRoute,
  type LogBatch,
  type Operation,
} from '../types.ts';
import { type Act, type ActLog, Acts } from './acts.ts';
import { lateServices, loadService, presentServices } from './catalog.ts';
import { Dispatcher, type Operations } from './dispatch/dispatcher.ts';
import { Networks } from './ec2/networks.ts';
import { structureOf } from './organizations/structure.ts';
import { emptyTrail, TrailLog } from './record/log.ts';
import { Recorder } from './record/recorder.ts';
import { Timers } from './timers.ts';
import type { World } from './world.ts';

/** All that a cloud is: plain data, saved and loaded as it is (state/graph.ts). */
interface SavedCloud {
  readonly store: StoreState;
  /** Of the services, by name. */
  readonly own: Map<string, object>;
  settings: CloudSettings;
}

const emptyCloud = (random: Random): SavedCloud => ({
  store: emptyStore(random),
  own: new Map(),
  settings: { clockOffset: 0, sourceIps: {} },
});

const ignored = (): void => undefined;

/** One life of a cloud, from empty (or saved) to reset. */
function life(saved: SavedCloud, acts: Acts, onBug: (error: Error) => void = ignored) {
  const store = new Store(acts.clock, acts.random, saved.store);
  const own = <T extends object>(name: string, fresh: () => T): T => {
    const known = saved.own.get(name) ?? fresh();
    saved.own.set(name, known);
    return known as T;
  };
  const trail = new TrailLog(own('trail', emptyTrail));
  const operations = new Map<string, Map<string, Operation>>();
  const dispatcher = new Dispatcher(
    operations,
    store,
    new Recorder(store, trail),
    structureOf({ own, store }),
  );
  const timers = new Timers(
    own('timers', () => ({ timers: [], next: 0 })),
    onBug,
  );
  const routes = new Map<string, ControlRoute>();
  const world: World = {
    store,
    trail,
    networks: new Networks(own('networks', () => new Map())),
    ports: {},
    timers,
    routes,
    linkedRoleUses: new Map(),
    own,
    outside: (make) => acts.outside(make),
    invoke: (call, input) => dispatcher.invoke(call, input),
    authorize: (questions, call) => dispatcher.authorize(questions, call),
  };
  const makeServices = (): void => {
    for (const [service, make] of presentServices()) {
      if (operations.has(service)) continue;
      operations.set(service, new Map(make(world).map((operation) => [operation.name, operation])));
    }
  };
  makeServices();
  return {
    operations,
    /** Those that have become present since. */
    makeServices,
    saved,
    store,
    trail,
    dispatcher,
    timers,
    routes,
    credentials: new Credentials(store),
    /** `upTo` of its batches: another life counts its records from the start again. */
    taken: new WeakSet<LogBatch['upTo']>(),
  };
}

/** One operation that the sandbox serves. */
export interface Served {
  /** Signing name. */
  readonly service: string;
  readonly operation: string;
  readonly readOnly: boolean;
}

const listed = (operations: Operations): Served[] =>
  [...operations].flatMap(([service, group]) =>
    [...group.values()].map(({ name, readOnly }) => ({ service, operation: name, readOnly })),
  );

/** What a cloud serves, by service. */
export async function servedOperations(): Promise<readonly Served[]> {
  await Promise.all(lateServices.map(loadService));
  const nothing: Random = { bytes: (count) => new Uint8Array(count) };
  return listed(life(emptyCloud(nothing), new Acts({ now: () => 0 }, nothing, undefined)).operations);
}

interface CloudParts {
  readonly clock: Clock;
  /** The only entropy: ids, keys, secrets and seals come from it. */
  readonly random: Random;
  /** Where all that happens is kept; none: in memory only. */
  readonly log?: ActLog;
  /** Told of what failed while nobody's call was being answered. */
  readonly onBug?: (error: Error) => void;
}

/**
 * The AWS behind the wire, in memory. Every call is authenticated by its caller's credentials, authorized by the
 * policies in force, and recorded.
 */
export function createCloud({ clock, random, log, onBug }: CloudParts): Cloud {
  const acts = new Acts(clock, random, log);
  let now = life(emptyCloud(random), acts, onBug);

  /** What can happen to a cloud, by name: once when it happens, and again when a journal is replayed. */
  const works: Readonly<Record<string, (facts: never, at: number) => unknown>> = {
    call: ({ call, input }: { call: Call; input: Record<string, unknown> }) => {
      now.timers.run(call.now);
      return now.dispatcher.invoke(call, input);
    },
    account: ({ accountId, name, ensure }: AccountFacts) => {
      const account = ensure ? now.store.accounts.get(accountId) : undefined;
      if (account === undefined) return now.store.createAccount(accountId, name);
      // Accounts that Organizations makes have a root user without a key.
      const [first] = account.rootKeys.values();
      return first ?? now.store.addKey(account, undefined);
    },
    tick: (_, at) => now.timers.run(at),
    route: ({ name, method, body, rest }: RouteFacts, at) => {
      if (method !== 'GET') now.timers.run(at);
      return now.routes.get(name)?.[method]?.(body, rest, { now: at });
    },
    settings: (settings: CloudSettings, at) => {
      const back = settings.clockOffset < now.saved.settings.clockOffset;
      now.saved.settings = settings;
      if (back) now.timers.setBack(at);
    },
    delivered: (upTo: LogBatch['upTo']) => now.trail.delivered(upTo),
    reset: () => {
      // The past and the time stay: a reset empties the accounts.
      const { settings } = now.saved;
      now = life({ ...emptyCloud(acts.random), settings: { ...settings, sourceIps: {} } }, acts, onBug);
    },
  };
  const happen = (act: string, at: number, facts: unknown, worth?: (result: unknown) => boolean): unknown =>
    acts.run(
      act,
      at,
      () => (act === 'call' ? keptCall(facts as CallFacts, now.credentials) : facts),
      () => (works[act] as (facts: unknown, at: number) => unknown)(facts, at),
      worth,
    );

  return {
    findCredentials: (accessKeyId, sessionToken, at) => now.credentials.find(accessKeyId, sessionToken, at),
    prepare: (service) => {
      if (service !== undefined && now.operations.has(service)) return undefined;
      const missing = lateServices.filter(
        (name) => (service === undefined || service === name) && !now.operations.has(name),
      );
      if (missing.length === 0) return undefined;
      return Promise.all(missing.map(loadService)).then(() => now.makeServices());
    },
    serves: (service, operation) => now.dispatcher.serves(service, operation),
    invoke: (call, input) => happen('call', call.now, { call, input }) as Record<string, unknown>,
    createAccount: (accountId, name, ensure = false) => {
      const facts: AccountFacts = { accountId, name, ensure };
      const key = happen('account', clock.now(), facts) as { id: string; secret: string };
      return { accessKeyId: key.id, secretAccessKey: key.secret };
    },
    accounts: () =>
      [...now.store.accounts.values()].map(({ id, name }) => ({
        accountId: id,
        ...(name !== undefined && { name }),
      })),
    explainDenial: (requestId) => now.dispatcher.denials.explain(requestId),
    takeRecords: () => now.trail.take(),
    takeBatches: () => {
      const batches = now.trail.takeBatches();
      for (const { upTo } of batches) now.taken.add(upTo);
      return batches;
    },
    delivered: (upTo) => {
      if (now.taken.has(upTo)) happen('delivered', clock.now(), upTo);
    },
    tick: (at) => {
      happen('tick', at, undefined, (runs) => runs !== 0);
    },
    get routes() {
      return now.routes;
    },
    route: (name, method, body, rest) => {
      const write = method !== 'GET';
      // A read isn't kept, so what is due happens before it, in an act of its own.
      if (!write) happen('tick', clock.now(), undefined, (runs) => runs !== 0);
      return happen('route', clock.now(), { name, method, body, rest }, () => write);
    },
    get settings() {
      return now.saved.settings;
    },
    change: (settings) => {
      happen('settings', clock.now(), { ...now.saved.settings, ...settings });
    },
    reset: () => {
      happen('reset', clock.now(), undefined);
    },
    save: () => {
      now.trail.trim();
      return now.saved;
    },
    load: (saved) => {
      now = life(saved as SavedCloud, acts, onBug);
    },
    replay: (entry) => {
      const act = entry as Act;
      const work = works[act.act];
      if (work === undefined) throw new Error(`unknown act ${act.act}`);
      const facts = act.act === 'call' ? callAgain(act.facts as KeptCall, now.credentials) : act.facts;
      acts.again(act, () => (work as (facts: unknown, at: number) => unknown)(facts, act.now));
    },
  };
}

interface AccountFacts {
  readonly accountId: string;
  readonly name: string | undefined;
  readonly ensure: boolean;
}

interface RouteFacts {
  readonly name: string;
  readonly method: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly rest: string;
}

interface CallFacts {
  readonly call: Call;
  readonly input: Record<string, unknown>;
}

/** A call as it is kept: its caller by the credentials that it came with, since what they stand for is in the state. */
interface KeptCall {
  readonly call: Omit<Call, 'caller'>;
  readonly input: Record<string, unknown>;
  readonly key?: string;
  readonly token?: string;
}

function keptCall({ call, input }: CallFacts, credentials: Credentials): KeptCall {
  const { caller, ...rest } = call;
  const token = credentials.tokenOf(caller);
  return {
    call: rest,
    input,
    ...(caller.accessKeyId !== undefined && { key: caller.accessKeyId }),
    ...(token !== undefined && { token }),
  };
}

function callAgain({ call, input, key, token }: KeptCall, credentials: Credentials): CallFacts {
  if (key === undefined) return { call: { ...call, caller: anonymous }, input };
  const found = credentials.find(key, token, call.now);
  if (!found.ok) throw new AwsError('InvalidClientTokenId', `the journal's caller ${key} is unknown`, 403);
  return { call: { ...call, caller: found.caller }, input };
}

const anonymous: Call['caller'] = { principal: { type: 'anonymous' }, accountId: '' };
