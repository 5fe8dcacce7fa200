import { Bit, bitsInOrder, layerName, lowestBit } from './layers.ts';
import { Form } from './principal.ts';
import { type Candidates, isOwner, type Program } from './program.ts';
import { applies, type CompiledStatement, type Facts } from './statement.ts';
import type { AuthRequest, Decision, Layer, Principal } from './types.ts';

/** Everything that the rules of evaluation need to know about one request, before they are applied. */
export interface Findings {
  readonly candidates: Candidates;
  readonly facts: Facts;
  /** Layers that this kind of caller is subject to. */
  readonly subject: number;
  readonly sameAccount: boolean;
  /** The resource's policy is a role's trust policy. */
  readonly trust: boolean;
  /** The resource's policy must grant in any case: trust policies, KMS key policies. */
  readonly required: boolean;
  /** Layers without an Allow, of those that the request is subject to and that are there. */
  readonly missing: number;
  /** How the resource's policy grants. */
  readonly form: Form;
}

/** The layers that limit each kind of caller. */
export function subjectTo(principal: Principal): number {
  switch (principal.type) {
    case 'user':
    case 'federated-user':
      return ~0;
    case 'role-session':
      // "SCPs do not affect any service-linked role", nor do RCPs (AWS Organizations User Guide).
      return principal.serviceLinked === true ? ~(Bit.scp | Bit.rcp) : ~0;
    case 'root':
      // Not limited by identity policies or boundaries, but by SCPs.
      return ~(Bit.identity | Bit.boundary | Bit.session);
    default:
      // No account of its own: neither SCPs nor identity policies can be attached to it.
      return Bit.rcp | Bit.vpcEndpoint | Bit.resource;
  }
}

function anyApplies(statements: readonly CompiledStatement[], facts: Facts): boolean {
  for (const statement of statements) if (applies(statement, facts) !== Form.none) return true;
  return false;
}

function everyLevelApplies(levels: readonly (readonly CompiledStatement[])[], facts: Facts): boolean {
  for (const level of levels) if (!anyApplies(level, facts)) return false;
  return levels.length > 0;
}

function strongestForm(statements: readonly CompiledStatement[], facts: Facts): Form {
  let form: Form = Form.none;
  for (const statement of statements) {
    const found = applies(statement, facts);
    if (found > form) form = found;
    if (form === Form.direct) break;
  }
  return form;
}

/** Is the resource's policy a trust policy in this request? */
const isTrust = (candidates: Candidates, resource: string): boolean =>
  candidates.rule === 'trust' || (candidates.rule === 'trust-of-role' && resource.includes(':role/'));

/** Looks at every layer. */
export function examine(
  program: Program,
  request: AuthRequest,
  candidates: Candidates,
  facts: Facts,
): Findings {
  const { set } = program;
  const { principal } = request;
  const subject = subjectTo(principal);
  const trust = isTrust(candidates, request.resource);
  let missing = 0;
  // A path of an organization has a root at least: no level at all is a caller's mistake, and grants nothing.
  if (set.rcps !== undefined && (subject & Bit.rcp) !== 0 && !everyLevelApplies(candidates.rcps, facts))
    missing |= Bit.rcp;
  if (set.scps !== undefined && (subject & Bit.scp) !== 0 && !everyLevelApplies(candidates.scps, facts))
    missing |= Bit.scp;
  if (set.vpcEndpoint !== undefined && !anyApplies(candidates.vpcEndpoint, facts)) missing |= Bit.vpcEndpoint;
  if ((subject & Bit.identity) !== 0) {
    if (set.boundary !== undefined && !anyApplies(candidates.boundary, facts)) missing |= Bit.boundary;
    // GetFederationToken without a policy leaves the session no permissions of its own.
    const sessionPolicies = set.session !== undefined || principal.type === 'federated-user';
    if (sessionPolicies && !anyApplies(candidates.session, facts)) missing |= Bit.session;
    if (candidates.identity.first(facts, Bit.identity) === undefined) missing |= Bit.identity;
  }
  return {
    candidates,
    facts,
    subject,
    sameAccount: isOwner(request),
    trust,
    required: trust || (candidates.rule === 'key' && set.resource !== undefined),
    missing,
    form: strongestForm(candidates.resource, facts),
  };
}

const LIMITS = Bit.rcp | Bit.scp | Bit.vpcEndpoint;
const SESSION_LIMITS = Bit.boundary | Bit.session;

/**
 * The layers that refuse for want of an Allow, each on its own; none: the request is allowed (explicit denies aside).
 *
 * Sources: "Policy evaluation for requests within a single account", "Cross-account policy evaluation logic",
 * "Permissions boundaries for IAM entities", "AWS JSON policy elements: Principal".
 */
export function refusals(findings: Findings, principal: Principal): number {
  const { missing, form, sameAccount, required, candidates } = findings;
  const limits = missing & LIMITS;
  const unnamed = form === Form.none ? Bit.resource : 0;
  switch (principal.type) {
    case 'anonymous':
      // AssumeRole must be signed; AssumeRoleWith… calls come as `federated`.
      return limits | (candidates.assumeRole ? Bit.resource : unnamed);
    case 'service':
    case 'federated':
      return limits | unnamed;
    case 'root':
      // "You cannot call AssumeRole by using AWS account root user credentials; access is denied" (STS API).
      if (candidates.assumeRole) return limits | Bit.identity | unnamed;
      return limits | (sameAccount && !required ? 0 : unnamed);
    default: {
      const identity = missing & (SESSION_LIMITS | Bit.identity);
      if (!sameAccount) return limits | identity | unnamed;
      if (form === Form.direct) return limits;
      if (form === Form.limited) return limits | (missing & SESSION_LIMITS);
      if (required && form === Form.none) return limits | Bit.resource;
      return limits | identity;
    }
  }
}

/** Layers whose Allow statements make the grant, when nothing refuses. */
export function granting(findings: Findings, principal: Principal): number {
  const { form, sameAccount, required, missing } = findings;
  if (principal.type === 'root') return sameAccount && !required ? Bit.identity : Bit.resource;
  if ((findings.subject & Bit.identity) === 0) return Bit.resource;
  if (!sameAccount) return Bit.identity | Bit.resource;
  const identity = (missing & (SESSION_LIMITS | Bit.identity)) === 0 ? Bit.identity : 0;
  if (form >= Form.limited) return identity | Bit.resource;
  return required ? identity | Bit.resource : identity;
}

export interface Verdict {
  readonly because: Decision['because'];
  readonly layer: Layer;
}

const outcomes: readonly Decision['because'][] = ['allowed', 'implicit-deny', 'explicit-deny'];

/** Every verdict there can be, made once: outcome × layer × whether the resource's policy is a trust policy. */
const verdicts: readonly Verdict[] = outcomes.flatMap((because) =>
  [...bitsInOrder.map((bit) => layerName(bit, false)), layerName(Bit.resource, true)].map((layer) => ({
    because,
    layer,
  })),
);

function verdict(outcome: 0 | 1 | 2, bit: number, trust: boolean): Verdict {
  const place = bit === Bit.resource && trust ? bitsInOrder.length : 31 - Math.clz32(bit);
  return verdicts[outcome * (bitsInOrder.length + 1) + place]!;
}

/** The decision. */
export function decide(program: Program, request: AuthRequest): Verdict {
  const candidates = program.candidates(request.action);
  if (candidates.free.has(request.principal.type)) return verdict(0, Bit.identity, false);
  const facts = program.facts(request);
  const denied = candidates.denies.first(facts, subjectTo(request.principal));
  if (denied !== undefined) return verdict(2, denied.bit, isTrust(candidates, request.resource));
  const findings = examine(program, request, candidates, facts);
  const refused = refusals(findings, request.principal);
  if (refused !== 0) return verdict(1, lowestBit(refused), findings.trust);
  const grants = granting(findings, request.principal);
  // Where both sides must grant, the resource's side is the one that is special to this request; else identity.
  const both = findings.required || !findings.sameAccount;
  return verdict(0, both && (grants & Bit.resource) !== 0 ? Bit.resource : lowestBit(grants), findings.trust);
}
