import type { PrincipalElement, Statement } from '../../policy/index.ts';
import type { AuthRequest, Decision, NamedPolicy, PolicySet, Principal } from '../types.ts';
import { accountOf, clauseHolds, globs, type Lookup, lookupOf, variablesInPlace } from './reference-match.ts';

/*
 * The slow, obvious evaluator, part 2: statements and layers. It walks everything for every request.
 */

type Naming = 'no' | 'account' | 'limited' | 'direct';
type Verdict = Pick<Decision, 'allowed' | 'because' | 'layer'>;

const isAccount = (text: string, account: string | undefined): boolean =>
  account !== undefined &&
  (text === account || /^arn:[a-z-]+:iam::(\d{12}):root$/.exec(text)?.[1] === account);

/** How a Principal element names the caller. */
function naming(element: PrincipalElement, p: Principal): Naming {
  if (element.kind === 'star') return 'direct';
  const aws = (element.AWS ?? []).map((v) => v.value);
  const direct: string[] = [];
  const limited: string[] = [];
  if (p.type === 'user') direct.push(p.arn, p.id);
  if (p.type === 'role-session') {
    direct.push(p.arn, `${p.roleId}:${p.sessionName}`);
    limited.push(p.roleArn, p.roleId);
  }
  if (p.type === 'federated-user') {
    direct.push(p.arn);
    limited.push(p.issuerArn, p.issuerId);
  }
  const has = (names: readonly string[] | undefined, name: string) => names?.includes(name) ?? false;
  if (has(aws, '*') || direct.some((name) => has(aws, name))) return 'direct';
  if (p.type === 'service' && (element.Service ?? []).some((s) => s.value === p.service || s.value === '*'))
    return 'direct';
  if (p.type === 'federated' && (element.Federated ?? []).some((f) => f.value === p.provider))
    return 'direct';
  if (limited.some((name) => has(aws, name))) return 'limited';
  if (!aws.some((name) => isAccount(name, accountOf(p)))) return 'no';
  return p.type === 'root' ? 'direct' : 'account';
}

/** NotPrincipal: who is spared must be listed with all its names. */
function spared(element: PrincipalElement, p: Principal): boolean {
  if (element.kind === 'star') return true;
  const aws = (element.AWS ?? []).map((v) => v.value);
  if (aws.includes('*')) return true;
  if (p.type === 'service') return (element.Service ?? []).some((s) => s.value === p.service);
  if (p.type === 'federated') return (element.Federated ?? []).some((f) => f.value === p.provider);
  if (!aws.some((name) => isAccount(name, accountOf(p)))) return false;
  const any = (...names: string[]) => names.some((name) => aws.includes(name));
  switch (p.type) {
    case 'root':
      return true;
    case 'user':
      return any(p.arn, p.id);
    case 'role-session':
      return any(p.arn, `${p.roleId}:${p.sessionName}`) && any(p.roleArn, p.roleId);
    case 'federated-user':
      return any(p.arn);
    default:
      return false;
  }
}

interface Asked {
  readonly request: AuthRequest;
  readonly look: Lookup;
  readonly boundary: boolean;
}

/** Does a statement apply, and how does it name the caller? */
function applies(policy: NamedPolicy, s: Statement, asked: Asked, withPrincipal: boolean): Naming {
  const { request, look } = asked;
  const { version } = policy.document;
  const deny = s.effect === 'Deny';
  const action = (patterns: Statement['action']) =>
    (patterns ?? []).some((a) =>
      globs(a.value.toLowerCase(), request.action.toLowerCase(), '2008-10-17', look),
    );
  const resource = (patterns: Statement['resource']) =>
    (patterns ?? []).some(
      (r) => variablesInPlace(r.value, version) && globs(r.value, request.resource, version, look),
    );
  if (s.action !== undefined && !action(s.action)) return 'no';
  if (s.notAction !== undefined && action(s.notAction)) return 'no';
  if (s.resource !== undefined && !resource(s.resource)) return 'no';
  if (s.notResource !== undefined && resource(s.notResource)) return 'no';
  if (!s.conditions.every((c) => clauseHolds(c, version, look))) return 'no';
  if (!withPrincipal) return 'direct';
  if (s.principal !== undefined) return naming(s.principal, request.principal);
  if (s.notPrincipal === undefined || !deny) return deny ? 'direct' : 'no';
  const bounded = asked.boundary && ['user', 'role-session'].includes(request.principal.type);
  return bounded || !spared(s.notPrincipal, request.principal) ? 'direct' : 'no';
}

/** The reference decision. */
export function referenceDecide(set: PolicySet, request: AuthRequest): Verdict {
  const { principal: p } = request;
  const asked: Asked = { request, look: lookupOf(request), boundary: set.boundary !== undefined };
  const matching = (policies: readonly NamedPolicy[], effect: 'Allow' | 'Deny', withPrincipal = false) =>
    policies.flatMap((policy) =>
      policy.document.statements
        .filter((s) => s.effect === effect)
        .map((s) => applies(policy, s, asked, withPrincipal))
        .filter((n) => n !== 'no'),
    );
  const action = request.action.toLowerCase();
  const assuming = action.startsWith('sts:assumerole');
  const trust =
    assuming || (/^sts:(tagsession|setsourceidentity)$/.test(action) && request.resource.includes(':role/'));
  const required = trust || (action.startsWith('kms:') && set.resource !== undefined);
  const resourceLayer = trust ? 'trust' : 'resource';
  const linked = p.type === 'role-session' && p.serviceLinked === true;
  const entity = p.type === 'user' || p.type === 'role-session' || p.type === 'federated-user';
  const rcps = linked ? [] : (set.rcps ?? []);
  const scps = linked || !(entity || p.type === 'root') ? [] : (set.scps ?? []);
  const list = (policy: NamedPolicy | undefined) => (policy === undefined ? [] : [policy]);
  const boundary = entity ? list(set.boundary) : [];
  const session = entity ? (set.session ?? []) : [];
  const identity = entity ? (set.identity ?? []) : [];

  // 0. What no policy has a say in.
  const free =
    action === 'sts:getcalleridentity' ? entity : action === 'sts:getsessiontoken' && p.type === 'user';
  if (free || (p.type === 'root' && /^sts:get(calleridentity|sessiontoken)$/.test(action)))
    return { allowed: true, because: 'allowed', layer: 'identity' };

  // 1. An explicit deny anywhere.
  const denying: [Decision['layer'], readonly NamedPolicy[], boolean][] = [
    ['rcp', rcps.flat(), true],
    ['scp', scps.flat(), false],
    ['vpc-endpoint', list(set.vpcEndpoint), true],
    ['boundary', boundary, false],
    ['session', session, false],
    ['identity', identity, false],
    [resourceLayer, list(set.resource), true],
  ];
  for (const [layer, policies, withPrincipal] of denying)
    if (matching(policies, 'Deny', withPrincipal).length > 0)
      return { allowed: false, because: 'explicit-deny', layer };

  // 2. Limits, then grants.
  const refuse = (layer: Decision['layer']): Verdict => ({ allowed: false, because: 'implicit-deny', layer });
  const allow = (layer: Decision['layer']): Verdict => ({ allowed: true, because: 'allowed', layer });
  const limitedByRcps = !linked && set.rcps !== undefined;
  const limitedByScps = !linked && (entity || p.type === 'root') && set.scps !== undefined;
  const open = (levels: readonly (readonly NamedPolicy[])[], withPrincipal: boolean) =>
    levels.length > 0 && levels.every((level) => matching(level, 'Allow', withPrincipal).length > 0);
  if (limitedByRcps && !open(rcps, true)) return refuse('rcp');
  if (limitedByScps && !open(scps, false)) return refuse('scp');
  if (set.vpcEndpoint !== undefined && matching([set.vpcEndpoint], 'Allow', true).length === 0)
    return refuse('vpc-endpoint');
  const named = matching(list(set.resource), 'Allow', true);
  const owner =
    request.resourceAccount ??
    /^arn:[^:]+:[^:]+:[^:]*:(\d{12}):./.exec(request.resource)?.[1] ??
    accountOf(p);
  const same = owner === accountOf(p);

  if (p.type === 'anonymous' && assuming) return refuse('trust');
  if (p.type === 'root') {
    if (assuming) return refuse('identity');
    if (same && !required) return allow('identity');
  }
  if (!entity) return named.length > 0 ? allow(resourceLayer) : refuse(resourceLayer);

  const boundaryOk = set.boundary === undefined || matching(boundary, 'Allow').length > 0;
  const sessionOk =
    set.session === undefined && p.type !== 'federated-user' ? true : matching(session, 'Allow').length > 0;
  const identityOk = matching(identity, 'Allow').length > 0;
  const byIdentity = boundaryOk && sessionOk && identityOk;
  const missing = (): Verdict =>
    !boundaryOk ? refuse('boundary') : !sessionOk ? refuse('session') : refuse('identity');

  if (!same) {
    if (!byIdentity) return missing();
    return named.length > 0 ? allow(resourceLayer) : refuse(resourceLayer);
  }
  if (required) {
    if (named.includes('direct')) return allow(resourceLayer);
    if (named.includes('limited')) return boundaryOk && sessionOk ? allow(resourceLayer) : missing();
    if (named.length === 0) return refuse(resourceLayer);
    return byIdentity ? allow(resourceLayer) : missing();
  }
  if (byIdentity) return allow('identity');
  if (named.includes('direct')) return allow('resource');
  if (named.includes('limited') && boundaryOk && sessionOk) return allow('resource');
  return missing();
}
