import type { Store } from '../state/store.ts';
import type { Authorization, Call, ControlRoute } from '../types.ts';
import type { Networks } from './ec2/networks.ts';
import type { Ports } from './ports.ts';
import type { TrailLog } from './record/log.ts';
import type { Timers } from './timers.ts';

/** What holds on to a service-linked role in one Region. */
export interface LinkedRoleUse {
  readonly region: string;
  /** ARNs; at least one. */
  readonly resources: readonly string[];
}

/** What operations work on. */
export interface World {
  readonly store: Store;
  readonly trail: TrailLog;
  readonly networks: Networks;
  /** What services do for each other without being called over the wire. */
  readonly ports: Ports;
  readonly timers: Timers;
  /** Paths of the control interface that services answer. Filled while services are made. */
  readonly routes: Map<string, ControlRoute>;
  /** By service principal: what its service-linked role is needed for in an account. Filled while services are made. */
  readonly linkedRoleUses: Map<string, (accountId: string) => readonly LinkedRoleUse[]>;
  /**
   * A service's own state, made on first use. It is all that a service may remember between calls.
   * INVARIANT: plain data: objects, arrays, Map, Set, Date, Uint8Array, NameMap, StoredPolicy, Trust, text, numbers,
   * booleans, null; any references between them. No functions, no other classes: it is saved and loaded as it is.
   */
  own<T extends object>(name: string, fresh: () => T): T;
  /**
   * Takes what isn't made of state, input, time and `store.random` (a fresh RSA key): plain data. It is kept with the
   * call, so that replaying the call gives the same.
   */
  outside<T>(make: () => T): T;
  /**
   * A call that a service makes: authorized, run and recorded like any other; input as the SDK types it. Give it a
   * `requestId` of its own (`uuid(store.random)`). Throws AwsError.
   */
  invoke(call: Call, input: Record<string, unknown>): Record<string, unknown>;
  /** Asks the engine without running or recording anything; throws the service's access-denied AwsError. */
  authorize(questions: readonly Authorization[], call: Call): void;
}
