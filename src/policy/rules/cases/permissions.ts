import type { RuleCases } from '../rules.cases.ts';

const allow = (action: string | string[], resource: string | string[] = '*', condition?: object) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...(condition === undefined ? {} : { Condition: condition }),
});
const deny = (action: string | string[], resource = '*', condition?: object) => ({
  ...allow(action, resource, condition),
  Effect: 'Deny',
});
const app = 'arn:aws:iam::657654036224:role/app/*';
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => `arn:aws:s3:::bucket-${String(i).padStart(6, '0')}`);

export const permissionCases: Record<string, RuleCases> = {
  'unknown-service': {
    fires: [
      {
        about: 'vpc',
        policy: allow(['ec2:DescribeVpcs', 'vpc:Describe*']),
        says: 'VPC actions live under "ec2:"',
      },
      {
        about: 'vpc: what to write',
        policy: allow('VPC:Describe*'),
        says: '"ec2:DescribeVpcs", or "ec2:Describe*"',
      },
      { about: 'a slip', policy: allow('ecc2:RunInstances'), says: '"ec2:RunInstances"' },
      {
        about: 'in NotAction',
        policy: { Effect: 'Deny', NotAction: 'elbv2:*', Resource: '*' },
        says: 'elasticloadbalancing',
      },
      { about: 'names of JavaScript', policy: allow(['constructor:Foo', 'toString:Bar']), times: 2 },
    ],
    quiet: [
      { about: 'services in other case', policy: allow(['EC2:DescribeVpcs', 's3:*']) },
      { about: 'stars', policy: allow(['*']) },
    ],
  },
  'unknown-action': {
    fires: [
      { about: 'a near name', policy: allow('s3:ListAllBuckets'), says: 's3:ListAllMyBuckets' },
      { about: 'a wildcard that matches none', policy: allow('ec2:Descripe*'), says: 'ec2:Describe*' },
      { about: 'a wildcard within', policy: allow('iam:*Rolle*'), says: 'matches no action of iam' },
      {
        about: 'in a Deny',
        policy: deny(['ec2:TerminateInstance', 's3:DeleteBucket']),
        says: 'ec2:TerminateInstances',
      },
    ],
    quiet: [
      { about: 'names in other case', policy: allow(['iam:getrole', 'ec2:DESCRIBEVPCS']) },
      { about: 'wildcards', policy: allow(['ec2:Describe*', 'iam:*Role', 's3:?etObject', 'sts:*']) },
      { about: 'an unknown service is the business of another rule', policy: allow('vpc:Describe*') },
    ],
  },
  'allow-shadowed': {
    fires: [
      { about: 'by a wider Deny', policy: [allow('s3:DeleteBucket'), deny('s3:*')], says: 'line' },
      {
        about: 'whatever its condition',
        policy: [
          allow('s3:DeleteBucket', '*', { Bool: { 'aws:SecureTransport': 'true' } }),
          deny('S3:Delete*'),
        ],
      },
      {
        about: 'wildcards in wildcards',
        policy: [allow('s3:Get*', 'arn:aws:s3:::b/a*'), deny('s3:G*', 'arn:aws:s3:::b/*')],
      },
      {
        about: 'by NotAction',
        policy: [allow('s3:DeleteBucket'), { Effect: 'Deny', NotAction: 'iam:*', Resource: '*' }],
      },
      {
        about: 'in a trust policy',
        kind: 'trust',
        policy: [
          { Effect: 'Allow', Principal: { AWS: '489157521585' }, Action: 'sts:AssumeRole' },
          { Effect: 'Deny', Principal: '*', Action: 'sts:*' },
        ],
      },
    ],
    quiet: [
      {
        about: 'defence in depth',
        policy: [allow(['ec2:Describe*', 's3:*']), deny(['s3:DeleteBucket', 'ec2:TerminateInstances'])],
      },
      {
        about: 'a Deny with conditions',
        policy: [allow('s3:Get*'), deny('s3:*', '*', { Bool: { 'aws:SecureTransport': 'false' } })],
      },
      {
        about: 'other resources',
        policy: [allow('s3:Get*', 'arn:aws:s3:::a/*'), deny('s3:*', 'arn:aws:s3:::b/*')],
      },
      { about: 'a question mark is not a star', policy: [allow('s3:Get*'), deny('s3:Get?')] },
      {
        about: 'NotAction may spare it',
        policy: [allow('s3:Get*'), { Effect: 'Deny', NotAction: 's3:GetObject', Resource: '*' }],
      },
    ],
  },
  'full-access': {
    fires: [
      { about: 'star on star', policy: allow('*') },
      { about: 'star colon star', policy: allow(['*:*']) },
      { about: 'in disguise', policy: allow(['*:?*']) },
      { about: 'in another disguise', policy: allow(['*:**']) },
    ],
    quiet: [
      { about: 'a Deny', policy: deny('*') },
      { about: 'on one bucket', policy: allow('*', 'arn:aws:s3:::b/*') },
      { about: 'an SCP grants nothing', kind: 'scp', policy: allow('*') },
    ],
  },
  'privilege-escalation': {
    fires: [
      { about: 'PassRole on all', policy: allow('iam:PassRole'), says: 'iam:PassRole' },
      { about: 'iam:*', policy: allow('iam:*'), says: 'more' },
      { about: 'a wildcard that covers it', policy: allow('iam:Put*Policy') },
      { about: 'on all roles', policy: allow('iam:UpdateAssumeRolePolicy', 'arn:aws:iam::*:role/*') },
      {
        about: 'on all but one',
        policy: {
          Effect: 'Allow',
          Action: 'iam:CreateAccessKey',
          NotResource: 'arn:aws:iam::657654036224:user/x',
        },
      },
      { about: 'everything but something', policy: { Effect: 'Allow', NotAction: 's3:*', Resource: '*' } },
      {
        about: 'MFA does not change that',
        policy: allow('iam:AttachRolePolicy', '*', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
      },
    ],
    quiet: [
      { about: 'named roles', policy: allow(['iam:PassRole', 'iam:PutRolePolicy'], app) },
      { about: 'roles of one prefix', policy: allow('iam:PassRole', 'arn:aws:iam::*:role/App*') },
      {
        about: 'with a boundary',
        policy: allow('iam:PutRolePolicy', '*', {
          StringEquals: { 'iam:PermissionsBoundary': 'arn:aws:iam::657654036224:policy/B' },
        }),
      },
      { about: 'reading', policy: allow(['iam:GetRole', 'iam:List*', 'ec2:Describe*']) },
      { about: 'a Deny', policy: deny('iam:*') },
      { about: 'iam left out', policy: { Effect: 'Allow', NotAction: ['iam:*', 'sts:*'], Resource: '*' } },
    ],
  },
  'pass-role-combination': {
    fires: [
      {
        about: 'with lambda',
        policy: allow(['iam:PassRole', 'lambda:CreateFunction']),
        says: 'lambda:CreateFunction',
      },
      {
        about: 'across statements',
        policy: [allow('iam:PassRole'), allow('glue:Create*', 'arn:aws:glue:*:657654036224:*')],
      },
      {
        about: 'passed to the very service',
        policy: [
          allow('iam:PassRole', '*', { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } }),
          allow('ec2:RunInstances'),
        ],
      },
    ],
    quiet: [
      { about: 'named roles', policy: [allow('iam:PassRole', app), allow('lambda:CreateFunction')] },
      {
        about: 'passed to another service',
        policy: [
          allow('iam:PassRole', '*', { StringEquals: { 'iam:PassedToService': 'ecs.amazonaws.com' } }),
          allow('lambda:CreateFunction'),
        ],
      },
      { about: 'nothing to pass to', policy: [allow('iam:PassRole'), allow('s3:*')] },
    ],
  },
  'assume-any-role': {
    fires: [
      { about: 'on star', policy: allow('sts:AssumeRole') },
      { about: 'sts:* on all roles', policy: allow('sts:*', 'arn:aws:iam::*:role/*') },
    ],
    quiet: [
      {
        about: 'named roles',
        policy: allow('sts:AssumeRole', 'arn:aws:iam::657654036224:role/SecurityAuditRole'),
      },
      {
        about: 'within the organization',
        policy: allow('sts:AssumeRole', '*', { StringEquals: { 'aws:ResourceOrgID': 'o-abcdef1234' } }),
      },
      { about: 'a Deny', policy: deny('sts:AssumeRole') },
      { about: 'other calls of sts', policy: allow('sts:GetCallerIdentity') },
    ],
  },
  'not-action-allow': {
    fires: [{ about: 'everything but iam', policy: { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' } }],
    quiet: [
      { about: 'with Deny', policy: { Effect: 'Deny', NotAction: 'iam:*', Resource: '*' } },
      {
        about: 'on one bucket',
        policy: { Effect: 'Allow', NotAction: 's3:Delete*', Resource: 'arn:aws:s3:::b/*' },
      },
    ],
  },
  'policy-size': {
    fires: [
      { about: 'over 6,144', policy: allow('s3:GetObject', many(250)), says: '6,144' },
      {
        about: 'over 2,048 in a user',
        kind: 'inline-user',
        policy: allow('s3:GetObject', many(80)),
        says: '2,048',
      },
      { about: 'over 90 %', severity: 'warning', policy: allow('s3:GetObject', many(200)) },
      {
        about: 'white space counts in an SCP',
        kind: 'scp',
        severity: 'warning',
        policy: deny('s3:GetObject'),
        text: `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"${' '.repeat(10_240)}}}`,
      },
      {
        about: 'over a quota of one’s own',
        kind: 'trust',
        options: { quota: 50 },
        policy: { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' },
      },
    ],
    quiet: [
      { about: 'the same in a role', kind: 'inline-role', policy: allow('s3:GetObject', many(250)) },
      {
        about: 'white space does not count',
        text: `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"${' '.repeat(9000)}}}`,
      },
      {
        about: 'a raised quota',
        kind: 'trust',
        options: { quota: 4096 },
        policy: {
          Effect: 'Deny',
          Principal: {
            AWS: Array.from({ length: 60 }, (_, i) => `arn:aws:iam::489157521585:role/role-${i}`),
          },
          Action: 'sts:AssumeRole',
        },
      },
    ],
  },
};
