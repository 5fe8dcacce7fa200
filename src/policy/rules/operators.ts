import { operatorText } from '../grammar/operators.ts';
import { booleanOf, clausesOn } from '../lint/clauses.ts';
import type { Rule } from '../lint/rule.ts';
import { quote } from '../report.ts';

export const wildcardInEquals: Rule = {
  id: 'wildcard-in-equals',
  severity: 'warning',
  title: 'A wildcard that is compared letter by letter',
  explanation:
    '`StringEquals` and its relatives know no wildcards: `*` is a star. An Allow with such a value grants nothing, a ' +
    'Deny with `StringNotEquals` denies everyone. (`ArnEquals` does take wildcards.)',
  fix: 'Use `StringLike`, or `ArnLike` for ARNs.',
  example: {
    bad: '"StringEquals": {"aws:PrincipalArn": "arn:aws:iam::489157521585:role/*"}',
    good: '"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::489157521585:role/*"}',
  },
  *check({ statements }) {
    for (const statement of statements) {
      for (const clause of statement.conditions) {
        if (!/^String(Not)?Equals/.test(clause.operator)) continue;
        for (const { value, span } of clause.values) {
          // `${*}` writes a star on purpose; a lone `?` is common in real values.
          if (!value.replaceAll('${*}', '').includes('*')) continue;
          yield {
            span,
            statement,
            message: `${clause.operator} takes the star in ${quote(value)} literally`,
            help: `write "${operatorText({ ...clause, operator: value.startsWith('arn:') ? arn(clause.operator) : like(clause.operator) })}"`,
          };
        }
      }
    }
  },
};

const like = (operator: string): string => (operator.includes('Not') ? 'StringNotLike' : 'StringLike');
const arn = (operator: string): string => (operator.includes('Not') ? 'ArnNotLike' : 'ArnLike');

export const forAllValuesAllow: Rule = {
  id: 'for-all-values-allow',
  severity: 'warning',
  title: 'ForAllValues lets absent keys through',
  explanation:
    '`ForAllValues` is true when the request carries no value of the key at all. In an Allow the condition is then met ' +
    'by leaving the key out.',
  fix: 'Add `"Null": {"KEY": "false"}` beside it, or use `ForAnyValue` where one value is enough.',
  example: {
    bad: '"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}',
    good: '"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}, "Null": {"aws:TagKeys": "false"}',
  },
  *check({ statements }) {
    for (const statement of statements) {
      if (statement.effect !== 'Allow') continue;
      for (const clause of statement.conditions) {
        // To pass no transitive keys is to ask for less: so in AWS's own trust policy ("Pass session tags in AWS STS").
        if (clause.qualifier !== 'ForAllValues' || clause.key.toLowerCase() === 'sts:transitivetagkeys')
          continue;
        const beside = clausesOn(statement, clause.key.toLowerCase());
        if (beside.some((c) => c.operator === 'Null' && booleanOf(c) === false)) continue;
        yield {
          span: clause.span,
          statement,
          message: `the condition is met by a request that carries no ${quote(clause.key)}`,
          help: `add "Null": {${quote(clause.key)}: "false"}`,
        };
      }
    }
  },
};
