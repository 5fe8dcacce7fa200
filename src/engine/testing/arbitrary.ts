import fc from 'fast-check';
import type { PolicyJson, StatementJson } from '../../policy/index.ts';
import { parsePolicy } from '../../policy/index.ts';
import type { AuthRequest, NamedPolicy, PolicySet, Principal } from '../types.ts';

/*
 * Random policies and requests over small pools, so that they meet: nearly every generated part matches some other.
 */

const A = '111122223333';
const B = '444455556666';

const session = (account: string, name: string, serviceLinked = false): Principal => ({
  type: 'role-session',
  arn: `arn:aws:sts::${account}:assumed-role/${name}/monday`,
  roleArn: `arn:aws:iam::${account}:role/${name}`,
  roleId: 'AROAEXAMPLE0000000001',
  sessionName: 'monday',
  accountId: account,
  ...(serviceLinked && { serviceLinked }),
});
const user = (account: string): Principal => ({
  type: 'user',
  arn: `arn:aws:iam::${account}:user/team/alice`,
  id: 'AIDAEXAMPLE0000000001',
  accountId: account,
});
const principals: readonly Principal[] = [
  user(A),
  user(A),
  user(B),
  session(A, 'Worker'),
  session(A, 'Worker'),
  session(B, 'Worker'),
  session(A, 'Linked', true),
  { type: 'root', accountId: A, partition: 'aws' },
  { type: 'root', accountId: B, partition: 'aws' },
  { type: 'anonymous' },
  { type: 'service', service: 'ec2.amazonaws.com' },
  { type: 'federated', provider: `arn:aws:iam::${A}:saml-provider/Corp`, accountId: A },
  {
    type: 'federated-user',
    arn: `arn:aws:sts::${A}:federated-user/carol`,
    name: 'carol',
    accountId: A,
    issuerArn: `arn:aws:iam::${A}:user/team/alice`,
    issuerId: 'AIDAEXAMPLE0000000001',
  },
];

const actions = [
  's3:GetObject',
  's3:GetObject',
  'S3:getobject',
  's3:PutObject',
  'sts:AssumeRole',
  'sts:AssumeRole',
  'sts:TagSession',
  'sts:SetSourceIdentity',
  'sts:AssumeRoleWithSAML',
  'kms:Decrypt',
  'sts:GetCallerIdentity',
  'sts:GetSessionToken',
];
const actionPatterns = [
  '*',
  '*',
  's3:*',
  'S3:GETOBJECT',
  's3:Get*',
  's3:?etObject',
  'sts:*',
  'sts:AssumeRole*',
  'sts:AssumeRole',
  'kms:*',
  '*:*',
  'sts:?ssume*',
  'STS:*Role*',
  '*:?e*t',
];
const resources = [
  'arn:aws:s3:::bucket/home/alice/x',
  'arn:aws:s3:::bucket/red/*',
  `arn:aws:iam::${A}:role/Audit`,
  `arn:aws:iam::${A}:role/Audit`,
  `arn:aws:kms:us-east-1:${A}:key/1`,
  '*',
];
const resourcePatterns = [
  '*',
  '*',
  '*',
  'arn:aws:s3:::bucket/*',
  'arn:aws:s3:::bucket/home/${aws:username}/*',
  "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'red'}/${*}",
  'arn:aws:s3:::bucket/${aws:PrincipalTag/team}/?',
  'arn:aws:iam::*:role/Audit',
  'arn:aws:iam::${aws:PrincipalAccount}:role/*',
  'arn:aws:*:*/??dit',
  `arn:aws:kms:*:${A}:key/*`,
  'arn:aws:s3:::bucket/home/alice/?',
  'arn:aws:s3:::*/x',
  `arn:aws:iam::${A}:role/Audit`,
];
const awsNames = [
  '*',
  A,
  B,
  `arn:aws:iam::${A}:root`,
  `arn:aws:iam::${A}:user/team/alice`,
  `arn:aws:iam::${A}:role/Worker`,
  `arn:aws:sts::${A}:assumed-role/Worker/monday`,
  `arn:aws:iam::${B}:role/Worker`,
  `arn:aws:sts::${A}:federated-user/carol`,
  'AIDAEXAMPLE0000000001',
  'AROAEXAMPLE0000000001',
  `arn:aws:sts::${A}:assumed-role/Worker/tuesday`,
  'AROAEXAMPLE0000000009',
];

/** Keys with the operators that fit, policy values and request values. */
const conditions: readonly (readonly [string[], string[], string[], string[]])[] = [
  [
    ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIgnoreCase'],
    ['sts:ExternalId', 'aws:PrincipalTag/team', 'aws:TagKeys', 'aws:username', 'aws:PrincipalType'],
    [
      'red',
      'RED',
      'r*',
      '*',
      '?ed',
      '',
      'alice',
      'User',
      '${aws:PrincipalTag/team}',
      '${aws:TagKeys}',
      "${aws:username, 'red'}",
      '${*}',
    ],
    ['red', 'Red', 'blue', '', '*'],
  ],
  [
    [
      'NumericEquals',
      'NumericNotEquals',
      'NumericLessThan',
      'NumericGreaterThanEquals',
      'NumericLessThanEquals',
    ],
    ['aws:MultiFactorAuthAge'],
    ['60', '3600', '-1', '60.0'],
    ['60', '3600', '60abc', '', '59.5', '6e1', '+60', '0x3c', ' 60', '1_000'],
  ],
  [
    ['DateLessThan', 'DateGreaterThan', 'DateEquals', 'DateNotEquals', 'DateGreaterThanEquals'],
    ['aws:TokenIssueTime', 'aws:CurrentTime'],
    ['2026-11-23T03:15:00Z', '1795403700', '2026-11-24', '2026-11'],
    ['2026-11-23T03:15:00Z', '2026-11-23T04:15:00+01:00', '1795403701', 'soon', '2026-11-24T00:00:00.5Z'],
  ],
  [
    ['Bool'],
    ['aws:MultiFactorAuthPresent', 'aws:PrincipalIsAWSService'],
    ['true', 'false'],
    ['true', 'false', 'TRUE', 'yes'],
  ],
  [['Null'], ['aws:MultiFactorAuthPresent', 'aws:TagKeys', 'aws:username'], ['true', 'false'], ['true', '']],
  [
    ['IpAddress', 'NotIpAddress'],
    ['aws:SourceIp'],
    ['203.0.113.0/24', '203.0.113.7', '2001:db8::/33', '0.0.0.0/0', '::/0'],
    ['203.0.113.7', '198.51.100.1', '2001:db8:0:0:1::1', '2001:db8:8000::', 'ec2.amazonaws.com'],
  ],
  [
    ['ArnLike', 'ArnNotLike', 'ArnEquals', 'ArnNotEquals'],
    ['aws:PrincipalArn', 'aws:SourceArn'],
    [
      `arn:aws:iam::${A}:*`,
      'arn:aws:*:*:*:role/*',
      `arn:aws:iam::${A}:role/Worker`,
      'arn:aws:iam::*:user/*/${aws:username}',
    ],
    [`arn:aws:iam::${A}:role/Worker`, 'arn:aws:sns:us-east-1:1:2:role/x', 'none'],
  ],
  [['BinaryEquals'], ['example:blob'], ['AAEC'], ['AAEC', 'AAED', 'nonsense']],
];

const pick = <T>(pool: readonly T[]) => fc.constantFrom(...pool);
const some = <T>(pool: readonly T[], max = 2) => fc.array(pick(pool), { minLength: 1, maxLength: max });

const clause = pick(conditions).chain(([operators, keys, wanted]) =>
  fc
    .record({
      operator: pick(operators),
      key: pick(keys),
      values: some(wanted),
      ifExists: fc.boolean(),
      qualifier: fc.constantFrom('', '', 'ForAllValues:', 'ForAnyValue:'),
    })
    .map(({ operator, key, values, ifExists, qualifier }): [string, Record<string, string[]>] => [
      operator === 'Null' ? operator : `${qualifier}${operator}${ifExists ? 'IfExists' : ''}`,
      { [key]: values },
    ]),
);

type Names = Record<string, string[]>;
const principalElement: fc.Arbitrary<'*' | Names> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<'*'>('*') },
  { weight: 6, arbitrary: some(awsNames, 3).map((names): Names => ({ AWS: names })) },
  { weight: 1, arbitrary: fc.constant<Names>({ Service: ['ec2.amazonaws.com'], AWS: [A] }) },
  { weight: 1, arbitrary: fc.constant<Names>({ Federated: [`arn:aws:iam::${A}:saml-provider/Corp`] }) },
);

/** A statement: with `resourceBased` it names principals and may lack a Resource. */
export const statementJson = (
  resourceBased: boolean,
  effect?: 'Allow' | 'Deny',
): fc.Arbitrary<StatementJson> =>
  fc
    .record({
      effect: effect === undefined ? fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny') : fc.constant(effect),
      actions: some(actionPatterns),
      notAction: fc.integer({ min: 0, max: 7 }),
      resources: some(resourcePatterns),
      notResource: fc.integer({ min: 0, max: 7 }),
      principal: principalElement,
      notPrincipal: fc.integer({ min: 0, max: 3 }),
      clauses: fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 2, arbitrary: fc.array(clause, { maxLength: 2 }) },
      ),
    })
    .map(
      (s): StatementJson => ({
        Effect: s.effect,
        ...(resourceBased &&
          (s.notPrincipal === 0 && s.effect === 'Deny'
            ? { NotPrincipal: s.principal }
            : { Principal: s.principal })),
        ...(s.notAction === 0 ? { NotAction: s.actions } : { Action: s.actions }),
        ...(s.notResource === 0
          ? { NotResource: s.resources }
          : resourceBased && s.notResource < 3
            ? {}
            : { Resource: s.resources }),
        ...(s.clauses.length > 0 && { Condition: Object.fromEntries(s.clauses) }),
      }),
    );

export const policyJson = (resourceBased: boolean, maxLength = 4): fc.Arbitrary<PolicyJson> =>
  fc.record({
    Version: fc.constantFrom('2012-10-17', '2012-10-17', '2012-10-17', '2008-10-17'),
    Statement: fc.array(statementJson(resourceBased), { minLength: 1, maxLength }),
  });

/** A policy set as JSON, so that properties can change it. */
export interface SetJson {
  readonly identity?: readonly PolicyJson[] | undefined;
  readonly boundary?: PolicyJson | undefined;
  readonly session?: readonly PolicyJson[] | undefined;
  readonly resource?: PolicyJson | undefined;
  readonly scps?: readonly (readonly PolicyJson[])[] | undefined;
  readonly rcps?: readonly (readonly PolicyJson[])[] | undefined;
  readonly vpcEndpoint?: PolicyJson | undefined;
}

/** Present in `percent` of all sets. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>, percent: number): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 100 - percent, arbitrary: fc.constant(undefined) }, { weight: percent, arbitrary });
const levels = (resourceBased: boolean) =>
  fc.array(fc.array(policyJson(resourceBased), { maxLength: 2 }), { maxLength: 2 });

export const setJson: fc.Arbitrary<SetJson> = fc.record({
  identity: rarely(fc.array(policyJson(false), { maxLength: 3 }), 90),
  boundary: rarely(policyJson(false), 25),
  session: rarely(fc.array(policyJson(false), { maxLength: 2 }), 25),
  resource: rarely(policyJson(true), 75),
  scps: rarely(levels(false), 15),
  rcps: rarely(levels(true), 15),
  vpcEndpoint: rarely(policyJson(true), 10),
});

function parseJson(json: PolicyJson): NamedPolicy {
  const parsed = parsePolicy(JSON.stringify(json));
  if (!parsed.ok)
    throw new Error(`${JSON.stringify(json)}: ${parsed.diagnostics.map((d) => d.message).join('; ')}`);
  return { name: 'policy', document: parsed.value };
}

/** The same set, parsed. */
export function parseSet(json: SetJson): PolicySet {
  const { identity, boundary, session, resource, scps, rcps, vpcEndpoint } = json;
  return {
    ...(identity && { identity: identity.map(parseJson) }),
    ...(boundary && { boundary: parseJson(boundary) }),
    ...(session && { session: session.map(parseJson) }),
    ...(resource && { resource: parseJson(resource) }),
    ...(scps && { scps: scps.map((level) => level.map(parseJson)) }),
    ...(rcps && { rcps: rcps.map((level) => level.map(parseJson)) }),
    ...(vpcEndpoint && { vpcEndpoint: parseJson(vpcEndpoint) }),
  };
}

const respell = (key: string, how: number): string =>
  how === 0 ? key.toUpperCase() : how === 1 ? key.toLowerCase() : key;

const contextEntry = pick(conditions).chain(([, keys, , values]) =>
  fc
    .record({
      key: pick(keys),
      how: fc.integer({ min: 0, max: 5 }),
      value: fc.oneof(
        { weight: 3, arbitrary: pick(values) },
        { weight: 1, arbitrary: fc.array(pick(values), { maxLength: 2 }) },
      ),
    })
    .map(({ key, how, value }): [string, string | string[]] => [respell(key, how), value]),
);

export const request: fc.Arbitrary<AuthRequest> = fc
  .record({
    principal: pick(principals),
    action: pick(actions),
    resource: pick(resources),
    owner: fc.constantFrom(undefined, undefined, A, B),
    context: fc.array(contextEntry, { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
  })
  .map(({ owner, ...rest }) => ({ ...rest, ...(owner !== undefined && { resourceAccount: owner }) }));
