import type { Matcher } from '../base/index.ts';
import type { Statement } from '../policy/index.ts';
import { compileAction } from './action.ts';
import { type CompiledClause, compileClause } from './condition/index.ts';
import type { KeyTable, Slots } from './context.ts';
import { Bit } from './layers.ts';
import { compileNotPrincipal, compilePrincipal, Form } from './principal.ts';
import { compileNotResource, compileResource, type ResourceTest } from './resource.ts';
import type { NamedPolicy, Principal } from './types.ts';

/** What a statement is asked about; built once a request. */
export interface Facts {
  readonly principal: Principal;
  readonly resource: string;
  readonly slots: Slots;
}

export interface CompiledStatement {
  readonly policy: NamedPolicy;
  readonly statement: Statement;
  /** The layer it stands in. */
  readonly bit: number;
  /** 0-based level of the organization's path, for SCPs and RCPs. */
  readonly level: number;
  readonly action: Matcher;
  /** Absent: covers every resource. */
  readonly resource: ResourceTest | undefined;
  /** Absent: the layer has no principals. */
  readonly principal: ((principal: Principal) => Form) | undefined;
  readonly clauses: readonly CompiledClause[];
}

export interface StatementScope {
  readonly policy: NamedPolicy;
  readonly bit: number;
  readonly level: number;
  readonly keys: KeyTable;
  /** The caller has a permissions boundary: NotPrincipal with Deny then always denies. */
  readonly boundary: boolean;
}

/** Layers whose statements name principals. */
const WITH_PRINCIPAL = Bit.resource | Bit.rcp | Bit.vpcEndpoint;

/**
 * Compiles one statement.
 *
 * INVARIANT: what AWS would refuse to save fails closed here: without Action, without Resource where one is needed,
 * without Principal where one is needed, an Allow never applies and a Deny applies to everything of that element.
 */
export function compileStatement(statement: Statement, scope: StatementScope): CompiledStatement {
  const { policy, bit, level, keys } = scope;
  const { version } = policy.document;
  const deny = statement.effect === 'Deny';
  const broken: Matcher = () => deny;
  // A trust policy has no Resource, and SNS topic policies may leave it out: it is the resource they hang on.
  let resource: ResourceTest | undefined;
  if (statement.resource !== undefined) resource = compileResource(statement.resource, version, keys);
  else if (statement.notResource !== undefined)
    resource = compileNotResource(statement.notResource, version, keys);
  else if ((bit & WITH_PRINCIPAL) === 0) resource = broken;
  return {
    policy,
    statement,
    bit,
    level,
    action: compileAction(statement) ?? broken,
    resource,
    principal: (bit & WITH_PRINCIPAL) === 0 ? undefined : principalTest(statement, scope),
    clauses: statement.conditions.map((clause) => compileClause(clause, statement.effect, { version, keys })),
  };
}

function principalTest(statement: Statement, scope: StatementScope): (principal: Principal) => Form {
  const deny = statement.effect === 'Deny';
  if (statement.principal !== undefined) return compilePrincipal(statement.principal);
  // NotPrincipal belongs with Deny only.
  if (statement.notPrincipal === undefined || !deny) return () => (deny ? Form.direct : Form.none);
  const applies = compileNotPrincipal(statement.notPrincipal);
  return (principal) => {
    // "NotPrincipal with a Deny effect will always deny any IAM principal that has a permissions boundary."
    const bounded = scope.boundary && (principal.type === 'user' || principal.type === 'role-session');
    return bounded || applies(principal) ? Form.direct : Form.none;
  };
}

/** Does the statement apply, its action aside? `Form.none` when not; the form of the principal when it does. */
export function applies(compiled: CompiledStatement, facts: Facts): Form {
  if (compiled.resource !== undefined && !compiled.resource(facts.resource, facts.slots)) return Form.none;
  const form = compiled.principal === undefined ? Form.direct : compiled.principal(facts.principal);
  if (form === Form.none) return Form.none;
  for (const clause of compiled.clauses) if (!clause.test(facts.slots)) return Form.none;
  return form;
}
