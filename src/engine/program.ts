import { KeyTable, type Slots } from './context.ts';
import { accountOfCaller, principalKeys } from './implicit.ts';
import { Bit, bitsInOrder } from './layers.ts';
import { ResourceIndex } from './resource-index.ts';
import { type CompiledStatement, compileStatement, type Facts } from './statement.ts';
import type { AuthRequest, ContextValue, NamedPolicy, PolicySet, Principal } from './types.ts';

/** How the resource's own policy takes part, by action. */
type ResourceRule =
  /** It may grant, like an identity policy. */
  | 'grants'
  /** A role's trust policy: always needed. */
  | 'trust'
  /** sts:TagSession and sts:SetSourceIdentity: trust when the resource is a role. */
  | 'trust-of-role'
  /** A KMS key policy: always needed when there is one. */
  | 'key';

/** The statements whose Action covers one action, sorted by what they do. */
export interface Candidates {
  readonly rule: ResourceRule;
  /** STS's AssumeRole calls proper. */
  readonly assumeRole: boolean;
  /** Callers whom no policy can keep from it. */
  readonly free: ReadonlySet<Principal['type']>;
  /** In order of evaluation. */
  readonly denies: ResourceIndex;
  readonly rcps: readonly (readonly CompiledStatement[])[];
  readonly scps: readonly (readonly CompiledStatement[])[];
  readonly vpcEndpoint: readonly CompiledStatement[];
  readonly boundary: readonly CompiledStatement[];
  readonly session: readonly CompiledStatement[];
  readonly identity: ResourceIndex;
  readonly resource: readonly CompiledStatement[];
}

/** Actions seen beyond this many are not remembered: a caller must not be able to grow memory. */
const MAX_ACTIONS = 4096;

interface ImplicitKey {
  readonly slot: number;
  readonly value: (principal: Principal) => ContextValue | undefined;
}

/** A policy set, compiled. Immutable to its users; the only thing that changes is the cache of actions. */
export class Program {
  /** Every statement of every policy, in order of evaluation. */
  readonly statements: readonly CompiledStatement[];
  readonly #keys = new KeyTable();
  readonly #implicit: readonly ImplicitKey[];
  readonly #resourceAccountSlot: number | undefined;
  readonly #candidates = new Map<string, Candidates>();
  readonly set: PolicySet;

  constructor(set: PolicySet) {
    this.set = set;
    const statements: CompiledStatement[] = [];
    const add = (bit: number, level: number, policies: readonly NamedPolicy[]) => {
      for (const policy of policies)
        for (const statement of policy.document.statements)
          statements.push(
            compileStatement(statement, {
              policy,
              bit,
              level,
              keys: this.#keys,
              boundary: set.boundary !== undefined,
            }),
          );
    };
    for (const [level, policies] of (set.rcps ?? []).entries()) add(Bit.rcp, level, policies);
    for (const [level, policies] of (set.scps ?? []).entries()) add(Bit.scp, level, policies);
    if (set.vpcEndpoint !== undefined) add(Bit.vpcEndpoint, 0, [set.vpcEndpoint]);
    if (set.boundary !== undefined) add(Bit.boundary, 0, [set.boundary]);
    add(Bit.session, 0, set.session ?? []);
    add(Bit.identity, 0, set.identity ?? []);
    if (set.resource !== undefined) add(Bit.resource, 0, [set.resource]);
    this.statements = statements;
    const implicit: ImplicitKey[] = [];
    for (const [key, value] of principalKeys) {
      const slot = this.#keys.find(key);
      if (slot !== undefined) implicit.push({ slot, value });
    }
    this.#implicit = implicit;
    this.#resourceAccountSlot = this.#keys.find('aws:ResourceAccount');
  }

  /** Values of a request's keys, those that follow from the principal included. */
  slots(request: AuthRequest): Slots {
    const slots = this.#keys.read(request.context);
    for (const { slot, value } of this.#implicit)
      if (slots[slot] === undefined) slots[slot] = value(request.principal);
    const account = this.#resourceAccountSlot;
    if (account !== undefined && slots[account] === undefined)
      slots[account] = request.resourceAccount ?? accountOfArn(request.resource);
    return slots;
  }

  facts(request: AuthRequest): Facts {
    return { principal: request.principal, resource: request.resource, slots: this.slots(request) };
  }

  candidates(action: string): Candidates {
    const known = this.#candidates.get(action);
    if (known !== undefined) return known;
    const found = this.#sort(action.toLowerCase());
    if (this.#candidates.size < MAX_ACTIONS) this.#candidates.set(action, found);
    return found;
  }

  #sort(action: string): Candidates {
    const covering = this.statements.filter((s) => s.action(action));
    const allows = covering.filter((s) => s.statement.effect === 'Allow');
    const of = (bit: number) => allows.filter((s) => s.bit === bit);
    const levels = (bit: number, count: number) =>
      Array.from({ length: count }, (_, level) => of(bit).filter((s) => s.level === level));
    return {
      rule: resourceRule(action),
      assumeRole: ASSUME_ROLE.has(action),
      free: FREE.get(action) ?? NOBODY,
      denies: new ResourceIndex(
        bitsInOrder.flatMap((bit) => covering.filter((s) => s.bit === bit && s.statement.effect === 'Deny')),
      ),
      rcps: levels(Bit.rcp, this.set.rcps?.length ?? 0),
      scps: levels(Bit.scp, this.set.scps?.length ?? 0),
      vpcEndpoint: of(Bit.vpcEndpoint),
      boundary: of(Bit.boundary),
      session: of(Bit.session),
      identity: new ResourceIndex(of(Bit.identity)),
      resource: of(Bit.resource),
    };
  }
}

const ASSUME_ROLE = new Set(['sts:assumerole', 'sts:assumerolewithsaml', 'sts:assumerolewithwebidentity']);
const WITH_ASSUME_ROLE = new Set(['sts:tagsession', 'sts:setsourceidentity']);

/**
 * "No permissions are required", and no Deny has an effect (API_GetCallerIdentity; IAM User Guide, "Permissions for
 * GetSessionToken": "You cannot use policies to control authentication operations"). Sessions can't get session tokens.
 */
const FREE: ReadonlyMap<string, ReadonlySet<Principal['type']>> = new Map([
  ['sts:getcalleridentity', new Set<Principal['type']>(['root', 'user', 'role-session', 'federated-user'])],
  ['sts:getsessiontoken', new Set<Principal['type']>(['root', 'user'])],
]);
const NOBODY: ReadonlySet<Principal['type']> = new Set();

function resourceRule(action: string): ResourceRule {
  if (ASSUME_ROLE.has(action)) return 'trust';
  if (WITH_ASSUME_ROLE.has(action)) return 'trust-of-role';
  return action.startsWith('kms:') ? 'key' : 'grants';
}

/** Where an ARN's account field begins, when twelve digits stand in it; 0 when not. */
function accountField(resource: string): number {
  if (!resource.startsWith('arn:')) return 0;
  let at = 4;
  for (let colons = 0; colons < 3; colons++) {
    at = resource.indexOf(':', at) + 1;
    if (at === 0) return 0;
  }
  for (let i = at; i < at + 12; i++) {
    const digit = resource.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return 0;
  }
  return resource.charCodeAt(at + 12) === 58 ? at : 0;
}

function accountOfArn(resource: string): string | undefined {
  const at = accountField(resource);
  return at === 0 ? undefined : resource.slice(at, at + 12);
}

/** Does the caller's account own the resource? As said, else by its ARN, else yes (S3 ARNs have no account). */
export function isOwner(request: AuthRequest): boolean {
  const caller = accountOfCaller(request.principal);
  if (request.resourceAccount !== undefined) return request.resourceAccount === caller;
  const at = accountField(request.resource);
  if (at === 0) return true;
  return caller !== undefined && request.resource.startsWith(caller, at);
}
