import { globMatch } from '../../base/index.ts';
import { parseIamDate, parseIamNumber } from '../grammar/values.ts';
import { booleanOf, pinsDown } from '../lint/clauses.ts';
import { collapseStars } from '../lint/pattern.ts';
import type { ConditionClause, Statement } from '../types.ts';

/**
 * Why no request can meet all conditions of a statement; undefined when none is seen. Conditions are AND-ed, so it is
 * enough that two on one key exclude each other. Multivalued keys (set operators) and variables are left alone.
 */
export function contradiction(
  statement: Statement,
): { readonly clause: ConditionClause; readonly why: string } | undefined {
  const byKey = new Map<string, ConditionClause[]>();
  for (const clause of statement.conditions) {
    if (clause.qualifier !== undefined) continue;
    const key = clause.key.toLowerCase();
    byKey.set(key, [...(byKey.get(key) ?? []), clause]);
  }
  for (const clauses of byKey.values()) {
    if (clauses.length < 2 || clauses.length > 30) continue;
    const why = nulls(clauses) ?? booleans(clauses) ?? texts(clauses) ?? ranges(clauses);
    const clause = clauses.at(-1);
    if (why !== undefined && clause !== undefined) return { clause, why: `${clause.key} ${why}` };
  }
  return undefined;
}

function nulls(clauses: readonly ConditionClause[]): string | undefined {
  const wanted = clauses.filter((c) => c.operator === 'Null').map(booleanOf);
  if (wanted.includes(true) && wanted.includes(false)) return 'is to be absent and present at once';
  const needs = clauses.find((c) => c.operator !== 'Null' && pinsDown(c));
  return wanted.includes(true) && needs !== undefined
    ? `is to be absent, and ${needs.operator} needs its value`
    : undefined;
}

/** A clause that demands presence, so that IfExists beside it cannot be met by absence. */
const demandsPresence = (clauses: readonly ConditionClause[]): boolean =>
  clauses.some((c) => pinsDown(c) || (c.operator === 'Null' && booleanOf(c) === false));

function booleans(clauses: readonly ConditionClause[]): string | undefined {
  const wanted = clauses.filter((c) => c.operator === 'Bool');
  if (!demandsPresence(clauses)) return undefined;
  const values = wanted.map(booleanOf);
  return values.includes(true) && values.includes(false) ? 'is to be true and false at once' : undefined;
}

const MOST_VALUES = 200;

/** The values that StringEquals admits, filtered by the other string conditions: none left, none possible. */
function texts(clauses: readonly ConditionClause[]): string | undefined {
  const exact = clauses.find((c) => c.operator === 'StringEquals' && !c.ifExists);
  const others = clauses.filter((c) => c !== exact && c.operator.startsWith('String'));
  if (exact === undefined || others.length === 0) return undefined;
  const all = [...others, exact].flatMap((c) => c.values);
  if (all.length > MOST_VALUES || all.some((v) => v.value.includes('${') || v.value.length > 2048))
    return undefined;
  const left = exact.values.filter(({ value }) => others.every((other) => admits(other, value)));
  return left.length === 0 ? 'is compared with values that exclude each other' : undefined;
}

function admits(clause: ConditionClause, text: string): boolean {
  const fold = clause.operator.endsWith('IgnoreCase');
  const like = clause.operator.endsWith('Like');
  const same = clause.values.some(({ value }) =>
    like
      ? globMatch(collapseStars(value), text)
      : fold
        ? value.toLowerCase() === text.toLowerCase()
        : value === text,
  );
  return clause.operator.includes('Not') ? !same : same;
}

/** Lower and upper bounds of numbers or dates that leave nothing between. */
function ranges(clauses: readonly ConditionClause[]): string | undefined {
  for (const [family, parse] of [
    ['Numeric', parseIamNumber],
    ['Date', parseIamDate],
  ] as const) {
    const mine = clauses.filter((c) => c.operator.startsWith(family));
    if (mine.length < 2 || !demandsPresence(mine)) continue;
    let low = { at: -Infinity, open: false };
    let high = { at: Infinity, open: false };
    for (const clause of mine) {
      const values = clause.values.map((v) => parse(v.value)).filter((v) => v !== undefined);
      if (values.length === 0 || values.length > MOST_VALUES) continue;
      const [least, most] = [Math.min(...values), Math.max(...values)];
      const open = !clause.operator.endsWith('Equals');
      const comparison = clause.operator.slice(family.length);
      // Values of one key are OR-ed: the widest bound counts.
      if (/^GreaterThan/.test(comparison) && least >= low.at)
        low = { at: least, open: open || (low.open && least === low.at) };
      if (/^LessThan/.test(comparison) && most <= high.at)
        high = { at: most, open: open || (high.open && most === high.at) };
      if (comparison === 'Equals') {
        if (least > low.at) low = { at: least, open: false };
        if (most < high.at) high = { at: most, open: false };
      }
    }
    if (low.at > high.at || (low.at === high.at && (low.open || high.open))) {
      return 'is bounded from below and above with nothing between';
    }
  }
  return undefined;
}
