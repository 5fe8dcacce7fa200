import { booleanOf, clausesOn, pinned } from '../lint/clauses.ts';
import { awsPrincipals, isRolePrincipal } from '../lint/principals.ts';
import type { Rule } from '../lint/rule.ts';
import type { ConditionClause, Located, Statement } from '../types.ts';

const PRESENT = 'aws:multifactorauthpresent';
const AGE = 'aws:multifactorauthage';

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html: the key is absent from
// requests with long-term keys, and "false" in those with temporary credentials that were made without MFA.

const isBool = (clause: ConditionClause, value: boolean): boolean =>
  clause.operator === 'Bool' && booleanOf(clause) === value;

const older = (clause: ConditionClause): boolean => /^NumericGreaterThan/.test(clause.operator);
const younger = (clause: ConditionClause): boolean => /^NumericLessThan/.test(clause.operator);

export const mfaDenyMissesAbsent: Rule = {
  id: 'mfa-deny-misses-absent',
  severity: 'error',
  title: 'A Deny for missing MFA that long-term keys walk past',
  explanation:
    '`aws:MultiFactorAuthPresent` is absent from requests that are signed with long-term access keys, and `Bool` on an ' +
    'absent key is false: the Deny does not apply to the very credentials it is meant for. The same holds for ' +
    '`NumericGreaterThan` on `aws:MultiFactorAuthAge`.',
  fix: 'Write `BoolIfExists` (or `NumericGreaterThanIfExists`), which is also true when the key is absent.',
  example: {
    bad: '"Effect": "Deny", … "Bool": {"aws:MultiFactorAuthPresent": "false"}',
    good: '"Effect": "Deny", … "BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}',
  },
  *check({ statements }) {
    const absent = deniesOfAbsence(statements);
    for (const statement of statements) {
      if (statement.effect !== 'Deny') continue;
      const bool = clausesOn(statement, PRESENT).filter((c) => !c.ifExists && isBool(c, false));
      const age = clausesOn(statement, AGE).filter((c) => !c.ifExists && older(c));
      // Another Deny covers the absent key, so that both together are complete.
      if (absent.size > 0 && absent.has(subject(statement))) continue;
      for (const clause of [...bool, ...age]) {
        if (clause.qualifier === 'ForAllValues') continue;
        yield {
          span: clause.span,
          statement,
          message: 'requests with long-term keys carry no MFA key at all, so this Deny misses them',
          help: `write "${clause.operator}IfExists"`,
        };
      }
    }
  },
};

/** The Deny statements whose only condition is that the key is absent (`Null: true`), by what they speak of. */
const deniesOfAbsence = (statements: readonly Statement[]): ReadonlySet<string> =>
  new Set(
    statements
      .filter((s) => s.effect === 'Deny' && s.conditions.length === 1)
      .filter((s) =>
        [...clausesOn(s, PRESENT), ...clausesOn(s, AGE)].some(
          (c) => c.operator === 'Null' && booleanOf(c) === true,
        ),
      )
      .map(subject),
  );

/** What and whom a statement speaks of, as a text to compare by; places left out. */
const subject = ({ action, notAction, resource, notResource, principal, notPrincipal }: Statement): string =>
  JSON.stringify([action, notAction, resource, notResource, principal, notPrincipal], (key, value) =>
    key === 'span' ? undefined : value,
  );

export const mfaIfExistsAllow: Rule = {
  id: 'mfa-if-exists-allow',
  severity: 'error',
  title: 'An MFA condition that lets long-term keys through',
  explanation:
    '`BoolIfExists` is true when the key is absent, and it is absent from requests with long-term access keys: an ' +
    'Allow with `BoolIfExists aws:MultiFactorAuthPresent true` stops nobody who has stolen a key. `Null … false` is no ' +
    'better: temporary credentials made without MFA carry the key with the value "false".',
  fix: 'In an Allow write `Bool` with `"true"`.',
  example: {
    bad: '"Effect": "Allow", … "BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}',
    good: '"Effect": "Allow", … "Bool": {"aws:MultiFactorAuthPresent": "true"}',
  },
  *check({ statements }) {
    for (const statement of statements) {
      if (statement.effect !== 'Allow') continue;
      const present = clausesOn(statement, PRESENT);
      const age = clausesOn(statement, AGE);
      const strict =
        present.some((c) => !c.ifExists && isBool(c, true)) || age.some((c) => !c.ifExists && younger(c));
      if (strict) continue;
      for (const clause of [...present, ...age]) {
        const open = clause.ifExists || clause.qualifier === 'ForAllValues';
        if (open && (isBool(clause, true) || younger(clause))) {
          yield {
            span: clause.span,
            statement,
            message: 'the condition is met when the MFA key is absent, as with long-term access keys',
            help: `write "${clause.operator}" without IfExists`,
          };
        } else if (
          clause.operator === 'Null' &&
          booleanOf(clause) === false &&
          clause.key.toLowerCase() === PRESENT
        ) {
          yield {
            span: clause.span,
            statement,
            message: 'the MFA key is present in all temporary credentials, also with the value "false"',
            help: 'write "Bool": {"aws:MultiFactorAuthPresent": "true"}',
          };
        }
      }
    }
  },
};

export const mfaInverted: Rule = {
  id: 'mfa-inverted',
  severity: 'warning',
  title: 'An MFA condition the wrong way round',
  explanation:
    'An Allow for `aws:MultiFactorAuthPresent` = false lets in those without MFA; a Deny for true shuts out those with ' +
    'it. Nearly always the opposite is meant.',
  fix: 'Allow with `Bool … "true"`; deny with `BoolIfExists … "false"`.',
  example: {
    bad: '"Effect": "Deny", … "Bool": {"aws:MultiFactorAuthPresent": "true"}',
    good: '"Effect": "Deny", … "BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}',
  },
  *check({ statements }) {
    for (const statement of statements) {
      const wrong = statement.effect === 'Deny';
      for (const clause of clausesOn(statement, PRESENT)) {
        if (!isBool(clause, wrong)) continue;
        yield {
          span: clause.span,
          statement,
          message: wrong
            ? 'callers with MFA are denied, those without are not'
            : 'callers without MFA are allowed, those with MFA are not',
          help: wrong ? 'write "BoolIfExists" with "false"' : 'write "true"',
        };
      }
    }
  },
};

export const mfaUnsatisfiable: Rule = {
  id: 'mfa-unsatisfiable',
  severity: 'error',
  title: 'MFA is demanded of somebody who cannot have it',
  kinds: ['trust', 'inline-role'],
  explanation:
    'Credentials from AssumeRole carry no MFA context, however the caller came by them, and only IAM users and root ' +
    'can pass an MFA code. A trust policy that demands MFA of a role can thus never be met: role chaining into it is ' +
    'impossible. Likewise a role’s own permissions with an MFA condition are never granted.',
  fix:
    'Demand MFA at the first hop (user → role) and tie the second hop to that role; or let users call GetSessionToken ' +
    'with one MFA code and assume the role directly.',
  example: {
    bad: '"Principal": {"AWS": "arn:aws:iam::489157521585:role/SecurityAuditOperator"}, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}',
    good: '"Principal": {"AWS": "arn:aws:iam::489157521585:user/security-admin"}, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}',
  },
  *check({ statements, kind }) {
    for (const statement of statements) {
      if (statement.effect !== 'Allow') continue;
      const clause = mfaDemand(statement);
      if (clause === undefined) continue;
      if (kind === 'inline-role') {
        yield {
          span: clause.span,
          statement,
          message: 'sessions of a role carry no MFA context, so this is never granted',
          help: 'demand MFA in the trust policy of the role',
        };
        continue;
      }
      for (const { principal, what } of withoutMfa(statement)) {
        yield {
          span: principal.span,
          statement,
          message: `MFA is demanded of ${what}, which carries no MFA context: it can never enter`,
          help: 'demand MFA where the user enters the first role, and not here',
        };
      }
    }
  },
};

/** The clause that only a request with MFA meets. */
const mfaDemand = (statement: Statement): ConditionClause | undefined =>
  [...clausesOn(statement, PRESENT), ...clausesOn(statement, AGE)].find(
    (c) =>
      !c.ifExists &&
      c.qualifier !== 'ForAllValues' &&
      (isBool(c, true) ||
        /^Numeric(?!Not)/.test(c.operator) ||
        (c.operator === 'Null' && booleanOf(c) === false && c.key.toLowerCase() === AGE)),
  );

function* withoutMfa(statement: Statement): Generator<{ principal: Located; what: string }> {
  if (statement.principal?.kind !== 'map') return;
  const aws = awsPrincipals(statement);
  for (const principal of aws) {
    if (isRolePrincipal(principal.value)) yield { principal, what: 'a role' };
  }
  for (const principal of statement.principal.Service ?? []) yield { principal, what: 'a service' };
  for (const principal of statement.principal.Federated ?? [])
    yield { principal, what: 'an identity provider' };
  // An account is named, and a condition leaves only roles of it.
  const arns = statement.conditions.filter((c) => c.key.toLowerCase() === 'aws:principalarn');
  if (!pinned(statement, ['aws:principalarn']) || aws.some((p) => isRolePrincipal(p.value))) return;
  const values = arns.flatMap((c) => c.values);
  const first = values[0];
  if (first !== undefined && values.every((v) => /^arn:[^:]*:iam::[^:]*:role\//.test(v.value))) {
    yield { principal: first, what: 'a role' };
  }
}
