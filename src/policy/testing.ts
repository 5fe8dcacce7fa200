import fc from 'fast-check';
import { conditionOperators, type OperatorFamily, operatorText } from './grammar/operators.ts';
import type { PolicyJson, PolicyKind, StatementJson } from './types.ts';

/**
 * Arbitrary valid policies for property tests (of the engine too). Names are drawn from a small universe, so that
 * policies and requests drawn from it meet often. Not part of the door: it needs fast-check.
 */
export const universe = {
  accounts: ['111122223333', '444455556666', '489157521585'],
  principals: [
    'arn:aws:iam::489157521585:user/security-admin',
    'arn:aws:iam::111122223333:root',
    '444455556666',
    'arn:aws:iam::111122223333:role/path/Deployer',
    'arn:aws:sts::111122223333:assumed-role/Deployer/session',
  ],
  actions: [
    's3:GetObject',
    's3:PutObject',
    's3:ListBucket',
    'ec2:DescribeVpcs',
    'iam:GetRole',
    'sts:AssumeRole',
  ],
  resources: [
    'arn:aws:s3:::bucket',
    'arn:aws:s3:::bucket/a/b',
    'arn:aws:iam::111122223333:role/path/Deployer',
    'arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1',
  ],
  keys: [
    'aws:username',
    'aws:SourceIp',
    'aws:CurrentTime',
    'aws:PrincipalArn',
    'aws:PrincipalTag/team',
    'sts:ExternalId',
  ],
} as const;

const { accounts, principals, actions, resources, keys } = universe;

/** A word, or a word in which pieces became wildcards: `s3:Get*`, `?3:GetObject` never (the prefix stays). */
const wildcarded = (words: readonly string[], from: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...words), fc.nat(40), fc.nat(6), fc.constantFrom('', '', '*', '?', '*?', '**'))
    .map(([word, at, cut, wildcard]) => {
      if (wildcard === '') return word;
      const start = Math.min(from + at, word.length);
      return word.slice(0, start) + wildcard + word.slice(start + cut);
    });

const afterColon = Math.max(...actions.map((a) => a.indexOf(':'))) + 1;
export const actionPattern: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: wildcarded(actions, afterColon) },
  { weight: 1, arbitrary: fc.constantFrom('*', 's3:*', 'S3:getobject', 'sts:*') },
);

export const resourcePattern: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: wildcarded(resources, 'arn:aws:s3:::'.length) },
  { weight: 1, arbitrary: fc.constantFrom('*', 'arn:aws:s3:::bucket/${aws:username}/*', 'arn:aws:s3:::*') },
);

const oneOrMore = <T extends string>(values: fc.Arbitrary<T>): fc.Arbitrary<string | string[]> =>
  fc.oneof(values, fc.array(values, { minLength: 1, maxLength: 4 }));

const text = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'security-admin',
    'MyUniqueSecretValue123',
    '*',
    'a*',
    '${aws:username}',
    '__proto__',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);

/** Values that are well-formed for an operator family. */
export const valuesOf: Record<OperatorFamily, fc.Arbitrary<string>> = {
  string: text,
  numeric: fc.oneof(fc.integer().map(String), fc.constantFrom('0', '-1.5', '3600', '1e3')),
  date: fc.oneof(
    fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((d) => d.toISOString()),
    fc.constantFrom('2026-11-23', '2026-11-23T03:15:00+01:00', '1795403700'),
  ),
  boolean: fc.constantFrom('true', 'false'),
  binary: fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  ip: fc.oneof(fc.ipV4(), fc.constantFrom('203.0.113.0/24', '2001:db8::/32', '0.0.0.0/0')),
  arn: fc.oneof(
    fc.constantFrom(...principals.filter((p) => p.startsWith('arn:'))),
    wildcarded(resources, 13),
  ),
  null: fc.constantFrom('true', 'false'),
};

/** One operator with its keys: `["ForAnyValue:StringLikeIfExists", {"aws:username": ["a*"]}]`. */
const operatorEntry = fc
  .tuple(
    fc.constantFrom(...conditionOperators),
    fc.constantFrom(undefined, undefined, undefined, 'ForAllValues' as const, 'ForAnyValue' as const),
    fc.boolean(),
  )
  .chain(([info, qualifier, ifExists]) =>
    fc
      .dictionary(
        fc.constantFrom(...keys, '__proto__', 'oidc.example.com/id/1:sub'),
        oneOrMore(valuesOf[info.family]),
        {
          minKeys: 1,
          maxKeys: 2,
        },
      )
      .map((entries) => {
        const name = operatorText({
          qualifier,
          operator: info.name,
          ifExists: ifExists && info.family !== 'null',
        });
        return [name, entries] as const;
      }),
  );

export const conditionJson: fc.Arbitrary<Record<string, Record<string, string | string[]>>> = fc
  .array(operatorEntry, { minLength: 1, maxLength: 3 })
  .map((entries) => Object.fromEntries(entries));

const principalJson: fc.Arbitrary<NonNullable<StatementJson['Principal']>> = fc.oneof(
  fc.constant('*' as const),
  fc
    .record(
      {
        AWS: oneOrMore(fc.constantFrom(...principals, ...accounts, '*', 'AROAEXAMPLEEXAMPLE123')),
        Service: oneOrMore(fc.constantFrom('ec2.amazonaws.com', 'lambda.amazonaws.com')),
        Federated: oneOrMore(
          fc.constantFrom('accounts.google.com', 'arn:aws:iam::111122223333:saml-provider/idp'),
        ),
        CanonicalUser: fc.constant('0123456789abcdef'.repeat(4)),
      },
      { requiredKeys: [] },
    )
    .filter((map) => Object.keys(map).length > 0),
);

const either = <K extends string, T>(key: K, value: fc.Arbitrary<T>, not: boolean): fc.Arbitrary<object> =>
  (not ? fc.constantFrom(key, `Not${key}`) : fc.constant(key)).chain((name) =>
    value.map((v) => ({ [name]: v })),
  );

const none = fc.constant({});

function statementJson(kind: PolicyKind): fc.Arbitrary<StatementJson> {
  const trust = kind === 'trust';
  const resource = kind === 'resource' || kind === 'vpc-endpoint';
  const action = trust
    ? oneOrMore(fc.constantFrom('sts:AssumeRole', 'sts:*', 'sts:TagSession'))
    : oneOrMore(actionPattern);
  const parts = fc.tuple(
    fc.constantFrom('Allow' as const, 'Allow' as const, 'Deny' as const),
    trust
      ? either('Principal', principalJson, false)
      : resource
        ? either('Principal', principalJson, true)
        : none,
    either('Action', action, !trust),
    trust ? none : either('Resource', oneOrMore(resourcePattern), true),
    fc.oneof(
      none,
      conditionJson.map((Condition) => ({ Condition })),
    ),
  );
  return parts.map(([Effect, principal, act, res, condition]) => ({
    Effect,
    ...principal,
    ...act,
    ...res,
    ...condition,
  }));
}

/** Policies that AWS would take as `kind` (RCPs excepted, whose grammar is narrower): 1 to 4 statements. */
export function policyJson(kind: Exclude<PolicyKind, 'rcp'> = 'identity'): fc.Arbitrary<PolicyJson> {
  return fc
    .tuple(
      fc.constantFrom('2012-10-17' as const, '2012-10-17' as const, '2008-10-17' as const),
      fc.array(fc.tuple(statementJson(kind), fc.boolean()), { minLength: 1, maxLength: 4 }),
    )
    .map(([Version, statements]) => ({
      Version,
      Statement: statements.map(([statement, sid], i) =>
        sid ? { Sid: `Statement${i}`, ...statement } : statement,
      ),
    }));
}
