import type { AuthRequest } from '../../../src/engine/index.ts';
import { type PolicyKind, parsePolicy } from '../../../src/policy/index.ts';
import { type Case, requestOf } from '../load.ts';
import { type Facts, factsOf, suppliedKeys } from './facts.ts';
import { isPrincipalKey, mentionedKeys } from './mentions.ts';
import { operationFor } from './operations.ts';
import { type OrganizationPlan, organizationPlan } from './organization-plan.ts';

/** How the sandbox can be asked about a case. */
export type Plan =
  /** By building the case with real calls and sending the real operation. */
  | {
      readonly how: 'enforced';
      readonly request: AuthRequest;
      readonly facts: Facts;
      readonly organizations?: OrganizationPlan;
    }
  /** By IAM's policy simulator, over HTTP. */
  | { readonly how: 'simulated'; readonly request: AuthRequest }
  /** Not at all, and why. */
  | { readonly how: 'inexpressible'; readonly reason: string };

type Reason = string;

export function planOf(one: Case): Plan {
  const { policies } = one;
  const inexpressible = (reason: Reason): Plan => ({ how: 'inexpressible', reason });
  if (policies.vpcEndpoint !== undefined) return inexpressible('VPC endpoint policies');
  const request = requestOf(one);
  const mentioned = mentionedKeys(policies);
  const account = accountOf(request.principal);
  const organizations = organizationPlan(one, request, ownerOf(request) ?? account);
  const limited = policies.scps !== undefined || policies.rcps !== undefined;
  if (typeof organizations === 'string' && limited) return inexpressible(organizations);
  const facts =
    typeof organizations === 'string'
      ? organizations
      : enforcedFacts(one, request, mentioned, organizations?.supplied ?? []);
  // Building a bucket for each takes long: where the caller's own policies decide alone, the simulator may be asked.
  const plain = isObject(request) && policies.resource === undefined && organizations === undefined;
  if (plain && simulatorRefuses(one, request, mentioned) === undefined) return { how: 'simulated', request };
  if (typeof facts !== 'string') {
    return { how: 'enforced', request, facts, ...(typeof organizations === 'object' && { organizations }) };
  }
  // SimulateCustomPolicy takes no policies of organizations.
  if (limited) return inexpressible(`${policies.scps === undefined ? 'RCPs' : 'SCPs'}: ${facts}`);
  const cannotSimulate = simulatorRefuses(one, request, mentioned);
  if (cannotSimulate === undefined) return { how: 'simulated', request };
  return inexpressible(isTrust(request) ? facts : cannotSimulate);
}

const isTrust = ({ action }: AuthRequest): boolean => /^sts:/i.test(action);

/** Objects have the bucket's policy. */
const isObject = ({ action }: AuthRequest): boolean => /^s3:getobject$/i.test(action);

const callerReasons: Readonly<Record<string, Reason>> = {
  anonymous: 'anonymous callers',
  service: 'callers that are AWS services',
  federated: 'SAML and OIDC callers',
};

function enforcedFacts(
  { policies }: Case,
  request: AuthRequest,
  mentioned: ReadonlySet<string>,
  ofOrganizations: readonly string[],
): Facts | Reason {
  const { principal } = request;
  const caller = callerReasons[principal.type];
  if (caller !== undefined) return caller;
  if (principal.type === 'role-session' && principal.serviceLinked) return 'service-linked roles';
  if (principal.type === 'role-session' && policies.session?.length === 0)
    return 'empty lists of session policies';
  if (principal.type === 'user' && policies.session !== undefined) return 'session policies of users';
  if (operationFor(request) === undefined) return 'operations that are not served';
  if (policies.resource !== undefined && !isTrust(request) && !isObject(request))
    return 'resource policies of other things than roles';
  if ('arn' in principal && namesake(principal.arn, JSON.stringify(policies.resource ?? '')))
    return 'two users whose names differ by case only';
  const facts = factsOf(request, mentioned);
  if ('unsettable' in facts) return `keys that no call sets: ${facts.unsettable}`;
  const given = new Set(Object.keys(request.context).map((key) => key.toLowerCase()));
  for (const key of [...suppliedKeys(facts, request), ...ofOrganizations])
    if (mentioned.has(key) && !given.has(key)) return `keys that every such call carries: ${key}`;
  for (const key of given) if (isPrincipalKey(key)) return `keys that no call sets: ${key}`;
  return (
    unstorable(policies.identity, 'identity') ??
    unstorable([policies.boundary], 'boundary') ??
    unstorable(policies.session, 'session') ??
    unstorable([policies.resource], isTrust(request) ? 'trust' : 'resource') ??
    unstorable(policies.scps?.flat(), 'scp') ??
    unstorable(policies.rcps?.flat(), 'rcp') ??
    facts
  );
}

/** IAM's names are unique without regard to case: the two can't both be there. */
const namesake = (arn: string, policy: string): boolean =>
  !policy.includes(arn) && policy.toLowerCase().includes(`"${arn.toLowerCase()}"`);

/** IAM refuses to store some documents that the engine can read. */
function unstorable(documents: readonly unknown[] | undefined, kind: PolicyKind): Reason | undefined {
  for (const document of documents ?? []) {
    if (document === undefined) continue;
    const parsed = parsePolicy(JSON.stringify(document), { kind });
    if (!parsed.ok || parsed.diagnostics.some((d) => d.severity === 'error'))
      return `policies that IAM refuses to store (${kind})`;
  }
  return undefined;
}

/**
 * Why a case can't be put to SimulateCustomPolicy: "You can specify only the ARN of an IAM user. You cannot specify the
 * ARN of an assumed role, federated user, or a service principal"; session policies are not taken; "simulation of
 * resource-based policies isn't supported for IAM roles" (IAM API reference).
 */
function simulatorRefuses(
  { policies }: Case,
  request: AuthRequest,
  mentioned: ReadonlySet<string>,
): Reason | undefined {
  const { principal } = request;
  const caller = callerReasons[principal.type];
  if (caller !== undefined) return caller;
  if (isTrust(request)) return 'trust policies';
  if (policies.session !== undefined) return 'session policies, for operations that are not served';
  if (principal.type === 'root' || principal.type === 'federated-user')
    return `the policy simulator's caller is an IAM user, not a ${principal.type}`;
  if (principal.type === 'role-session') {
    if (policies.resource !== undefined)
      return 'resource policies of other things than roles, for role sessions';
    if (principal.serviceLinked) return 'service-linked roles';
    for (const key of mentioned)
      if (isPrincipalKey(key))
        return `the policy simulator's caller is an IAM user, and ${key} is of a role session`;
  }
  if (principal.type === 'user' && JSON.stringify(policies.resource ?? '').includes(principal.id))
    return 'unique ids in resource policies of other things than roles';
  const owner = ownerOf(request);
  if (policies.resource === undefined && owner !== undefined && owner !== accountOf(principal))
    return 'the policy simulator looks across accounts only with a resource policy';
  for (const [key, value] of Object.entries(request.context)) {
    if (typeof value !== 'string' && (value === undefined || value.length === 0))
      return 'lists without values';
    if (key === '') return 'keys without a name';
  }
  return (
    unstorable(policies.identity, 'identity') ??
    unstorable([policies.boundary], 'boundary') ??
    unstorable([policies.resource], 'resource')
  );
}

const accountOf = (principal: AuthRequest['principal']): string | undefined =>
  'accountId' in principal ? principal.accountId : undefined;

/** The account that owns the resource; undefined when nothing says so. */
export function ownerOf({ resourceAccount, resource }: AuthRequest): string | undefined {
  return resourceAccount ?? /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(resource)?.[1];
}
