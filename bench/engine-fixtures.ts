import type { AuthRequest, PolicySet } from '../src/engine/index.ts';
import { type PolicyJson, parsePolicy } from '../src/policy/index.ts';

/*
 * What every engine is asked in bench/engine.ts, as plain JSON policies and requests.
 */

export interface Fixture {
  readonly identity: readonly PolicyJson[];
  readonly resource?: PolicyJson;
  readonly scps: readonly PolicyJson[];
  /** Asked in turn, so that no engine sees the same object twice in a row. */
  readonly requests: readonly AuthRequest[];
}

const operator = {
  type: 'user',
  arn: 'arn:aws:iam::489157521585:user/security-admin',
  id: 'AIDAEXAMPLE0000000001',
  accountId: '489157521585',
} as const;
const role = 'arn:aws:iam::657654036224:role/SecurityAuditRole';
const externalId = 'MyUniqueSecretValue123';

const others = [
  'ec2:Describe*',
  's3:Get*',
  's3:List*',
  'iam:Get*',
  'iam:List*',
  'kms:Describe*',
  'sqs:*',
  'sns:*',
  'logs:*',
];

/** One context in four has the wrong ExternalId: refused. */
const contexts = Array.from(
  { length: 16 },
  (_, i): Record<string, string> => ({
    'sts:ExternalId': i % 4 === 3 ? 'guess' : externalId,
    'aws:MultiFactorAuthPresent': 'true',
    'aws:MultiFactorAuthAge': String(60 + i),
    'sts:RoleSessionName': `audit-${i}`,
    'aws:SourceIp': `203.0.113.${i}`,
  }),
);

/** Cross-account AssumeRole: ExternalId, MFA and MFA age in the trust, 10 identity statements, one SCP. */
export const assumeRole: Fixture = {
  identity: [
    {
      Version: '2012-10-17',
      Statement: [
        ...others.map((Action) => ({ Effect: 'Allow' as const, Action, Resource: '*' })),
        { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/SecurityAuditRole' },
      ],
    },
  ],
  resource: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: operator.arn },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'sts:ExternalId': externalId },
          Bool: { 'aws:MultiFactorAuthPresent': 'true' },
          NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' },
        },
      },
    ],
  },
  scps: [
    {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'organizations:LeaveOrganization', Resource: '*' },
      ],
    },
  ],
  requests: contexts.map((context) => ({
    principal: operator,
    action: 'sts:AssumeRole',
    resource: role,
    context,
  })),
};

const bucket = (i: number) => `arn:aws:s3:::team-${i}`;

/** One identity policy of 100 statements on 50 buckets: Allow objects, Deny deletion. Asked about three actions. */
export const identity100: Fixture = {
  identity: [
    {
      Version: '2012-10-17',
      Statement: Array.from({ length: 50 }, (_, i) => [
        { Effect: 'Allow' as const, Action: ['s3:GetObject', 's3:PutObject'], Resource: `${bucket(i)}/*` },
        { Effect: 'Deny' as const, Action: 's3:DeleteObject', Resource: `${bucket(i)}/*` },
      ]).flat(),
    },
  ],
  scps: [],
  requests: Array.from({ length: 18 }, (_, i) => ({
    principal: operator,
    action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'][i % 3] ?? '',
    resource: `${bucket((i * 7) % 50)}/2026/11/report-${i}.csv`,
    resourceAccount: operator.accountId,
    context: {},
  })),
};

/** For engines that backtrack: five stars take about a second, seven would take a minute. */
export const mildPattern = { pattern: `${'*a'.repeat(4)}*b`, text: 'a'.repeat(64) };

/** Seven stars and more against sixty characters and more; none of them matches. */
export const hostilePatterns: readonly { readonly pattern: string; readonly text: string }[] = [
  { pattern: `${'*a'.repeat(7)}*b`, text: 'a'.repeat(64) },
  { pattern: `${'*ab'.repeat(8)}*c`, text: 'ab'.repeat(32) },
  { pattern: `${'*a?'.repeat(8)}*b`, text: 'a'.repeat(64) },
  { pattern: `${'a*'.repeat(12)}b`, text: 'a'.repeat(64) },
  { pattern: `${'*?'.repeat(7)}*b`, text: 'a'.repeat(64) },
  { pattern: `*${'a'.repeat(31)}?b*`, text: 'a'.repeat(64) },
  { pattern: `*${'?'.repeat(31)}b*a`, text: 'a'.repeat(64) },
  { pattern: `${'*aab'.repeat(7)}*c*aab`, text: 'aab'.repeat(32) },
];

/** A StringLike of the trust with a hostile pattern, for engines that only take whole policies. */
export const hostileTrust = (pattern: string, text: string): Fixture => ({
  identity: [],
  resource: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::657654036224:user/security-admin' },
        Action: 'sts:AssumeRole',
        Condition: { StringLike: { 'sts:RoleSessionName': pattern } },
      },
    ],
  },
  scps: [],
  requests: [
    {
      principal: {
        ...operator,
        arn: 'arn:aws:iam::657654036224:user/security-admin',
        accountId: '657654036224',
      },
      action: 'sts:AssumeRole',
      resource: role,
      context: { 'sts:RoleSessionName': text },
    },
  ],
});

const parse = (name: string, json: PolicyJson) => {
  const parsed = parsePolicy(JSON.stringify(json));
  if (!parsed.ok) throw new Error(`${name}: ${parsed.diagnostics.map((d) => d.message).join('; ')}`);
  return { name, document: parsed.value };
};

/** A fixture for our engine. */
export const policySet = (fixture: Fixture): PolicySet => ({
  identity: fixture.identity.map((json) => parse('identity', json)),
  ...(fixture.resource && { resource: parse('resource', fixture.resource) }),
  ...(fixture.scps.length > 0 && { scps: [fixture.scps.map((json) => parse('scp', json))] }),
});
