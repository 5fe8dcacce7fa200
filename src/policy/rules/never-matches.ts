import type { LintContext, Problem, Rule } from '../lint/rule.ts';
import type { Statement } from '../types.ts';
import { contradiction } from './contradiction.ts';

function* never(context: LintContext, effect: Statement['effect'], consequence: string): Generator<Problem> {
  for (const statement of context.statements) {
    if (statement.effect !== effect) continue;
    const found = contradiction(statement);
    if (found !== undefined) {
      yield {
        span: found.clause.span,
        statement,
        message: `the statement never matches, so ${consequence}: ${found.why}`,
        help: 'conditions are AND-ed; make two statements where OR is meant',
      };
    } else if (namesNothing(context, statement)) {
      const at = statement.action?.[0]?.span ?? statement.span;
      yield {
        span: at,
        statement,
        message: `the statement never matches, so ${consequence}: none of its actions exists`,
        help: 'see what is said about its actions',
      };
    }
  }
}

/** Every action is of an unknown service or unknown to its service. */
const namesNothing = ({ catalog }: LintContext, { action }: Statement): boolean =>
  action !== undefined &&
  action.length > 0 &&
  action.every(({ value }) => {
    const colon = value.indexOf(':');
    const service = value.slice(0, colon);
    if (colon === -1 || service === '*') return false;
    return !catalog.hasService(service) || !catalog.hasAction(service, value.slice(colon + 1));
  });

export const denyNeverMatches: Rule = {
  id: 'deny-never-matches',
  severity: 'error',
  title: 'A Deny that protects nothing',
  explanation:
    'The statement reads like protection, but no request can match it: its conditions contradict each other (they are ' +
    'AND-ed, on the same key too), or none of its actions exists.',
  fix: 'Make one statement for each alternative, and correct the names of the actions.',
  example: {
    bad: '"Effect": "Deny", … "Condition": {"Null": {"aws:SourceVpc": "true"}, "StringEquals": {"aws:SourceVpc": "vpc-1"}}',
    good: 'two Deny statements, one with each condition',
  },
  check: (context) => never(context, 'Deny', 'it denies nothing'),
};

export const allowNeverMatches: Rule = {
  id: 'allow-never-matches',
  severity: 'warning',
  title: 'An Allow that grants nothing',
  explanation:
    'No request can match the statement: its conditions contradict each other, or none of its actions exists.',
  fix: 'Make one statement for each alternative, and correct the names of the actions.',
  example: {
    bad: '"Effect": "Allow", … "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}, "StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}',
  },
  check: (context) => never(context, 'Allow', 'it grants nothing'),
};
