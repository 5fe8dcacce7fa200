import { principalTypes } from '../grammar/principal.ts';
import { matchesAction } from '../lint/actions.ts';
import { patternCovers } from '../lint/pattern.ts';
import { isEveryone } from '../lint/principals.ts';
import type { Rule } from '../lint/rule.ts';
import type { Located, PrincipalElement, Statement } from '../types.ts';

/**
 * Comparisons are Allow × Deny; beyond this many characters of patterns the rule stops looking, so that a document of
 * 10,000 statements costs no more than a fixed time.
 */
const MOST_WORK = 20_000_000;

export const allowShadowed: Rule = {
  id: 'allow-shadowed',
  severity: 'warning',
  title: 'An Allow that a Deny takes back whole',
  explanation:
    'A Deny without conditions covers all actions, resources and principals of the Allow, and a Deny always wins: the ' +
    'Allow grants nothing. (A Deny that takes back a *part* is defence in depth, and the rule is quiet.)',
  fix: 'Remove the Allow, or narrow the Deny.',
  example: { bad: 'Allow s3:DeleteBucket on *, and Deny s3:* on *' },
  *check({ statements }) {
    const denies = statements.filter((s) => s.effect === 'Deny' && s.conditions.length === 0);
    let work = MOST_WORK;
    for (const statement of statements) {
      if (statement.effect !== 'Allow' || denies.length === 0) continue;
      const deny = denies.find((d) => {
        work -= cost(d) * cost(statement);
        return (
          work > 0 &&
          coversPrincipals(d, statement) &&
          coversActions(d, statement) &&
          coversResources(d, statement)
        );
      });
      if (work <= 0) return;
      if (deny === undefined) continue;
      yield {
        span: statement.span,
        statement,
        message: `the Deny at line ${deny.span.start.line}${deny.sid ? ` (${deny.sid})` : ''} takes back all that this Allow grants`,
        help: 'remove the Allow, or narrow the Deny',
      };
    }
  },
};

const cost = (s: Statement): number =>
  [...(s.action ?? []), ...(s.notAction ?? []), ...(s.resource ?? [])].reduce(
    (sum, l) => sum + l.value.length,
    1,
  );

function coversActions(deny: Statement, allow: Statement): boolean {
  if (deny.action === undefined) {
    // Only actions without wildcards can be told apart from those that NotAction spares.
    return (
      (allow.action ?? []).length > 0 &&
      (allow.action ?? []).every(
        ({ value }) => !/[*?]/.test(value) && !matchesAction(deny.notAction ?? [], value),
      )
    );
  }
  const wide = deny.action.map((a) => a.value.toLowerCase());
  if (wide.includes('*')) return true;
  return (
    (allow.action ?? []).length > 0 &&
    covers(
      wide,
      (allow.action ?? []).map((a) => a.value.toLowerCase()),
    )
  );
}

function coversResources(deny: Statement, allow: Statement): boolean {
  if (deny.notResource !== undefined) return false;
  if (deny.resource === undefined) return allow.resource === undefined && allow.notResource === undefined;
  const wide = deny.resource.map((r) => r.value);
  if (wide.includes('*')) return true;
  // A variable stands for text that is not known here.
  if (wide.some((r) => r.includes('${')) || allow.resource === undefined) return false;
  return covers(
    wide,
    allow.resource.map((r) => r.value),
  );
}

const covers = (wide: readonly string[], narrow: readonly string[]): boolean =>
  narrow.every((inner) => wide.some((outer) => patternCovers(outer, inner)));

function coversPrincipals(deny: Statement, allow: Statement): boolean {
  if (deny.notPrincipal !== undefined || allow.notPrincipal !== undefined) return false;
  if (deny.principal === undefined) return allow.principal === undefined;
  if (allow.principal === undefined) return false;
  if (deny.principal.kind === 'star') return true;
  if (allow.principal.kind === 'star') return false;
  const [wide, narrow] = [deny.principal, allow.principal];
  return principalTypes.every((type) => {
    const denied = new Set(values(wide, type));
    if (type === 'AWS' && isEveryone(wide)) return true;
    return values(narrow, type).every((value) => denied.has(value));
  });
}

const values = (principal: PrincipalElement, type: (typeof principalTypes)[number]): string[] =>
  principal.kind === 'map' ? (principal[type] ?? []).map((l: Located) => l.value) : [];
