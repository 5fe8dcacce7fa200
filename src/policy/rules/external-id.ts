import { clausesOn, isNegated } from '../lint/clauses.ts';
import type { Rule } from '../lint/rule.ts';
import { quote } from '../report.ts';

const KEY = 'sts:externalid';
/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: pattern and length of ExternalId. */
const PLAIN = /^[\w+=,.@:/-]*$/;
const WITH_WILDCARDS = /^[\w+=,.@:/*?-]*$/;
const SHORTEST = 2;
const LONGEST = 1224;

export const externalIdFormat: Rule = {
  id: 'external-id-format',
  severity: 'error',
  title: 'An ExternalId that no caller can send',
  explanation:
    'AssumeRole takes an ExternalId of 2 to 1,224 characters out of `A-Z a-z 0-9 _ + = , . @ : / -`. A condition that ' +
    'demands any other text can never be met: STS refuses the call before the policy is looked at.',
  fix: 'Choose an id within these characters, for example a UUID.',
  example: { bad: '"sts:ExternalId": "my secret!"', good: '"sts:ExternalId": "MyUniqueSecretValue123"' },
  *check({ statements }) {
    for (const statement of statements) {
      for (const clause of clausesOn(statement, KEY)) {
        if (!clause.operator.startsWith('String') || isNegated(clause)) continue;
        const like = clause.operator === 'StringLike';
        for (const { value, span } of clause.values) {
          if (value.includes('${')) continue;
          const problem = describe(value, like);
          if (problem !== undefined) {
            yield {
              span,
              statement,
              message: `the ExternalId ${quote(value)} ${problem}`,
              help: 'use 2 to 1,224 characters out of A-Z a-z 0-9 _ + = , . @ : / -',
            };
          }
        }
      }
    }
  },
};

function describe(value: string, like: boolean): string | undefined {
  if (value.length > LONGEST) return `has ${value.length} characters; AWS takes at most 1,224`;
  if (value.length < SHORTEST && !(like && value === '*')) return 'is shorter than 2 characters';
  if ((like ? WITH_WILDCARDS : PLAIN).test(value)) return undefined;
  const bad = [...value].find((c) => !WITH_WILDCARDS.test(c)) ?? '*';
  return `holds ${quote(bad)}, which AWS does not take`;
}

export const externalIdWildcard: Rule = {
  id: 'external-id-wildcard',
  severity: 'warning',
  title: 'An ExternalId condition that a guess satisfies',
  explanation:
    'The ExternalId ties a third party’s call to one customer. A wildcard lets through the id of another customer, ' +
    'and the confused deputy is back. Negated comparisons (`StringNotEquals`) and `IfExists` even let calls through ' +
    'that carry no ExternalId at all.',
  fix: 'Compare with `StringEquals` against the exact id.',
  example: {
    bad: '"StringLike": {"sts:ExternalId": "*"}',
    good: '"StringEquals": {"sts:ExternalId": "MyUniqueSecretValue123"}',
  },
  *check({ statements }) {
    for (const statement of statements) {
      if (statement.effect !== 'Allow') continue;
      for (const clause of clausesOn(statement, KEY)) {
        if (isNegated(clause) || clause.ifExists || clause.qualifier === 'ForAllValues') {
          yield {
            span: clause.span,
            statement,
            message: 'the condition is also met by a call without ExternalId',
            help: 'compare with StringEquals, without IfExists',
          };
        } else if (clause.operator === 'StringLike') {
          for (const { value, span } of clause.values) {
            // Four fixed characters are no guarantee, but less is a pattern rather than an id.
            if (!/[*?]/.test(value) || value.replace(/[*?]/g, '').length >= 8) continue;
            yield {
              span,
              statement,
              message: `the pattern ${quote(value)} lets nearly any ExternalId through`,
              help: 'compare with StringEquals against the exact id',
            };
          }
        }
      }
    }
  },
};
