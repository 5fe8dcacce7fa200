import type { Span } from '../base/index.ts';
import type { ConditionClause, Located } from '../policy/index.ts';
import type { CompiledClause } from './condition/index.ts';
import { isNull, operators } from './condition/index.ts';
import type { Slots } from './context.ts';
import { callerArn } from './implicit.ts';
import { Form } from './principal.ts';
import type { CompiledStatement, Facts } from './statement.ts';

/** One thing that keeps a statement from applying, with its place in the document. */
export interface Reason {
  readonly text: string;
  readonly span: Span;
}

/** How a statement fared, part by part. */
export interface Account {
  readonly matched: boolean;
  /** What does not match; empty when it applies. */
  readonly reasons: readonly Reason[];
  /** How near it came, for choosing what to show: 0 when not even the action matched. */
  readonly nearness: number;
}

/** Looks at every part of a statement, where the decision stops at the first that fails. */
export function accountFor(compiled: CompiledStatement, action: string, facts: Facts): Account {
  const { statement } = compiled;
  if (!compiled.action(action.toLowerCase()))
    return {
      matched: false,
      nearness: 0,
      reasons: [{ text: actionReason(compiled, action), span: statement.span }],
    };
  const reasons: Reason[] = [];
  let nearness = 1;
  if (compiled.resource !== undefined && !compiled.resource(facts.resource, facts.slots))
    reasons.push({ text: resourceReason(compiled, facts.resource), span: statement.span });
  else nearness++;
  if (compiled.principal !== undefined && compiled.principal(facts.principal) === Form.none)
    reasons.push({ text: principalReason(compiled, facts), span: statement.span });
  else nearness++;
  let failed = 0;
  for (const clause of compiled.clauses) {
    if (clause.test(facts.slots)) continue;
    failed++;
    reasons.push({ text: clauseReason(clause, facts.slots), span: clause.clause.span });
  }
  nearness += 1 - failed / (compiled.clauses.length + 1);
  return { matched: reasons.length === 0, reasons, nearness };
}

const list = (values: readonly Located[], joint = 'or'): string => {
  const shown = values.slice(0, 4).map((v) => v.value);
  const rest = values.length - shown.length;
  return shown.join(` ${joint} `) + (rest > 0 ? ` ${joint} ${rest} more` : '');
};

function actionReason({ statement }: CompiledStatement, action: string): string {
  if (statement.action !== undefined) return `action ${action} is not ${list(statement.action)}`;
  if (statement.notAction !== undefined) return `NotAction leaves out ${action}`;
  return 'the statement has no Action';
}

function resourceReason({ statement }: CompiledStatement, resource: string): string {
  if (statement.resource !== undefined) return `resource ${resource} is not ${list(statement.resource)}`;
  if (statement.notResource !== undefined) return `NotResource leaves out ${resource}`;
  return 'the statement has no Resource';
}

function principalReason({ statement }: CompiledStatement, facts: Facts): string {
  const caller = callerArn(facts.principal);
  const element = statement.principal;
  if (element === undefined)
    return statement.notPrincipal === undefined
      ? 'the statement names no Principal'
      : `NotPrincipal leaves out ${caller}`;
  if (element.kind === 'star') return `principal ${caller} is not *`;
  const named = [element.AWS, element.Service, element.Federated, element.CanonicalUser].flatMap(
    (v) => v ?? [],
  );
  return `principal ${caller} is not ${list(named)}`;
}

const operatorName = (clause: ConditionClause): string =>
  (clause.qualifier === undefined ? '' : `${clause.qualifier}:`) +
  clause.operator +
  (clause.ifExists ? 'IfExists' : '');

const quote = (text: string): string => JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}…` : text);

function quoted(values: readonly string[], joint: string): string {
  const shown = values.slice(0, 4).map(quote).join(` ${joint} `);
  return values.length > 4 ? `${shown} ${joint} ${values.length - 4} more` : shown;
}

/** What the request says of a key: `aws:MultiFactorAuthPresent is absent`, `sts:ExternalId is "wrong"`. */
export function keyState(clause: CompiledClause, slots: Slots): string {
  const value = slots[clause.slot];
  if (value === undefined) return `${clause.clause.key} is absent`;
  return `${clause.clause.key} is ${typeof value === 'string' ? quote(value) : quoted(value, 'and')}`;
}

function clauseReason(compiled: CompiledClause, slots: Slots): string {
  const { clause } = compiled;
  const name = operatorName(clause);
  if (compiled.broken)
    return operators[clause.operator] === undefined
      ? `${name} is no condition operator`
      : `${name} can't read ${quoted(
          clause.values.map((v) => v.value),
          'or',
        )}`;
  if (clause.operator === 'Null') {
    const absent = isNull(slots[compiled.slot]);
    return `${clause.key} is ${slots[compiled.slot] === undefined ? 'absent' : absent ? 'empty' : 'present'}; Null needs it ${absent ? 'present' : 'absent'}`;
  }
  const values = clause.values.map((v) => v.value);
  const negated = operators[clause.operator]?.negated === true;
  const needs = negated ? `needs anything but ${quoted(values, 'or')}` : `needs ${quoted(values, 'or')}`;
  return `${keyState(compiled, slots)}; ${name} ${needs}${compiled.missing(slots)}`;
}
