import { type Access, assumePolicy, permissionPolicy, type Role, trustPolicy } from '../../access/index.ts';
import { roleArn, suggest } from '../../base/index.ts';
import {
  callerArn,
  type NamedPolicy,
  type Principal,
  type RequestContext,
  type StatementOutcome,
} from '../../engine/index.ts';
import { type PolicyJson, parsePolicy, printPolicyJson } from '../../policy/index.ts';
import type { DefinitionPlaces } from '../check/definition-places.ts';
import { CliError, exit } from '../exit.ts';
import { principalFrom } from '../principals.ts';
import { listed, nearArn } from './words.ts';
import { accountOfCaller, decidedByTrust, type Origin, type Surroundings, type World } from './world.ts';

type Deployed = { readonly role: Role; readonly account: Access['accounts'][number] };

/** What a definition says of callers and roles: the policies that `generate` would write for them. */
export class DefinitionWorld implements World {
  readonly access: Access;
  /** True: more identity policies come from files, so that a caller of no known policies is no surprise. */
  readonly #identityFiles: boolean;
  /** Every deployed role by ARN; there may be tens of thousands. */
  readonly #roles: ReadonlyMap<string, Deployed>;
  readonly #accounts: ReadonlySet<string>;
  readonly #identities = new Map<string, { policies: readonly NamedPolicy[]; notes: readonly string[] }>();
  readonly #trusts = new Map<string, NamedPolicy>();
  readonly #places: DefinitionPlaces | undefined;

  constructor(
    access: Access,
    options: { readonly identityFiles: boolean; readonly places?: DefinitionPlaces | undefined },
  ) {
    this.access = access;
    this.#places = options.places;
    this.#identityFiles = options.identityFiles;
    this.#accounts = new Set(access.accounts.map((a) => a.id));
    this.#roles = new Map(
      access.roles.flatMap((role) =>
        role.accounts.map((account) => [this.#arn(role, account.id), { role, account }]),
      ),
    );
  }

  /** An ARN, or the name of an operator or of a role that lives in one account. */
  principal(text: string): Principal {
    const { access } = this;
    const operator = access.operators.find((o) => o.name === text);
    if (operator !== undefined) return principalFrom(operator.arn);
    const role = access.roles.find((r) => r.name === text);
    if (role !== undefined) {
      const [account, ...more] = role.accounts;
      const session = `arn:${access.partition}:sts::${account?.id}:assumed-role/${role.name}/${role.name}`;
      if (account !== undefined && more.length === 0) return principalFrom(session, this.#directory());
      throw new CliError(
        `${text} lives in ${role.accounts.length} accounts`,
        exit.usage,
        `name one of its sessions: ${session}`,
      );
    }
    if (!text.includes(':') && !text.includes('.') && text !== 'anonymous' && !/^\d+$/.test(text)) {
      const names = [...access.operators, ...access.roles].map((o) => o.name);
      const near = suggest(text, names);
      throw new CliError(
        `${text}: no such operator or role`,
        exit.usage,
        near === undefined
          ? `operators: ${listed(access.operators.map((o) => o.name))}`
          : `did you mean ${near}?`,
      );
    }
    return principalFrom(text, this.#directory());
  }

  around(principal: Principal, action: string, resource: string): Surroundings {
    const caller = ownerOf(principal);
    const target = decidedByTrust(action) ? this.target(resource) : undefined;
    // A caller that the definition doesn't make may be asked about with a role or without: the answers differ.
    const identity = remembered(this.#identities, `${caller}\n${target === undefined}`, () => {
      const notes: string[] = [];
      return { policies: this.#identity(principal, caller, target, notes), notes };
    });
    const trust = target && remembered(this.#trusts, resource, () => this.#trust(target));
    const role = this.#roles.get(caller)?.role;
    return {
      key: `${caller}\n${target === undefined ? '' : resource}`,
      policies: { identity: identity.policies, ...(trust && { resource: trust }) },
      context: this.#context(principal, target),
      notes: identity.notes,
      origin: (outcome) => this.#origin(outcome, role, target?.role),
    };
  }

  /** The role of an ARN. */
  target(resource: string): Deployed {
    const found = this.#roles.get(resource);
    if (found !== undefined) return found;
    const near = nearArn(resource, this.#roles.keys());
    throw new CliError(
      `${resource} is no role of this definition`,
      exit.usage,
      near === undefined ? `its roles: ${listed([...this.#roles.keys()])}` : `did you mean ${near}?`,
    );
  }

  #identity(
    principal: Principal,
    caller: string,
    target: Deployed | undefined,
    notes: string[],
  ): readonly NamedPolicy[] {
    const role = this.#roles.get(caller)?.role;
    if (role === undefined && !this.access.operators.some((o) => o.arn === caller)) {
      return this.#strangers(principal, target, notes);
    }
    const policies = assumePolicy(caller, this.access).map((json, i, { length }) =>
      named(`assume policy ${length > 1 ? `${i + 1} ` : ''}of ${caller}`, json),
    );
    if (role === undefined) return policies;
    const { managed } = role.permissions;
    if (managed.length > 0 && !this.#identityFiles) {
      notes.push(
        `${role.name} also carries ${listed(managed)}, whose text the definition does not hold: name it with --identity FILE`,
      );
    }
    if (role.boundaryArn !== undefined) {
      notes.push(
        `${role.name} is bounded by ${role.boundaryArn}, whose text the definition does not hold: name it with --boundary FILE`,
      );
    }
    const permissions = permissionPolicy(role);
    return permissions === undefined ? policies : [...policies, named(permissionName(role), permissions)];
  }

  /** Callers that the definition does not make: others write their policies, so only the role's trust can stop them. */
  #strangers(principal: Principal, target: Deployed | undefined, notes: string[]): readonly NamedPolicy[] {
    if (this.#identityFiles || accountOfCaller(principal) === undefined || principal.type === 'root')
      return [];
    const arn = callerArn(principal);
    if (target === undefined) {
      throw new CliError(
        `${arn} is no operator or role of this definition, so nothing is known of its policies`,
        exit.usage,
        'name them with --identity FILE, or ask with --details FILE',
      );
    }
    const near = suggest(
      arn,
      this.access.operators.map((o) => o.arn),
    );
    notes.push(
      `${arn} is no operator or role of this definition${near === undefined ? '' : ` (did you mean ${near}?)`}: its own policies are taken to allow everything, so the trust policy alone decides`,
    );
    return [named('policies of others', allowAll)];
  }

  #trust({ role, account }: Deployed): NamedPolicy {
    return named(trustName(role), trustPolicy(role, account, this.access));
  }

  #origin(outcome: StatementOutcome, caller: Role | undefined, target: Role | undefined): Origin | undefined {
    if (target !== undefined && outcome.policy === trustName(target)) {
      const place = this.#places?.trust(target, outcome.index);
      return place && { file: place.file, span: place.span, what: `a trust entry of ${target.name}` };
    }
    if (caller !== undefined && outcome.policy === permissionName(caller)) {
      const place = this.#places?.permission(caller, outcome.index);
      return place && { file: place.file, span: place.span, what: `permissions of ${caller.name}` };
    }
    return undefined;
  }

  /** All accounts of a definition that names an organization are in it. */
  #context(principal: Principal, target: Deployed | undefined): RequestContext {
    const { organizationId } = this.access;
    const caller = accountOfCaller(principal);
    if (organizationId === undefined) return {};
    return {
      ...(caller !== undefined && this.#accounts.has(caller) && { 'aws:PrincipalOrgID': organizationId }),
      ...(target !== undefined && { 'aws:ResourceOrgID': organizationId }),
    };
  }

  #directory() {
    const { access } = this;
    return {
      partition: access.partition,
      role: (accountId: string, name: string) => {
        const role = access.roles.find((r) => r.name === name && r.accounts.some((a) => a.id === accountId));
        return role && { arn: this.#arn(role, accountId) };
      },
    };
  }

  #arn(role: Role, accountId: string): string {
    return roleArn(this.access.partition, accountId, role.name, role.path);
  }
}

const allowAll: PolicyJson = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

const trustName = (role: Role): string => `trust policy of ${role.name}`;

const permissionName = (role: Role): string => `permission policy of ${role.name}`;

/** Whose identity policies apply: the user's or the role's. */
const ownerOf = (principal: Principal): string =>
  principal.type === 'role-session' ? principal.roleArn : callerArn(principal);

/** Policies that are kept, of each kind: making and parsing them costs far more than a decision. */
const MOST_REMEMBERED = 2000;

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= MOST_REMEMBERED) known.clear();
  const made = make();
  known.set(key, made);
  return made;
}

function named(name: string, json: PolicyJson): NamedPolicy {
  const parsed = parsePolicy(printPolicyJson(json), { file: `${name} (generated)` });
  if (!parsed.ok) throw new Error(`generated: ${name} does not parse: ${JSON.stringify(parsed.diagnostics)}`);
  return { name, document: parsed.value };
}
