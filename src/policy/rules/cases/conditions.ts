import type { RuleCases } from '../rules.cases.ts';

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const deny = { Effect: 'Deny', Action: 's3:GetObject', Resource: '*' };
const enter = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '111122223333' } };
const externalId = (value: string, operator = 'StringEquals') => ({
  kind: 'trust' as const,
  policy: { ...enter, Condition: { [operator]: { 'sts:ExternalId': value } } },
});
const when = (condition: object) => ({ ...allow, Condition: condition });
const denyWhen = (condition: object) => ({ ...deny, Condition: condition });

export const conditionCases: Record<string, RuleCases> = {
  'external-id-format': {
    fires: [
      { about: 'an exclamation mark', ...externalId('secret!'), says: '"!"' },
      { about: 'a space', ...externalId('my secret') },
      { about: 'one character', ...externalId('a') },
      { about: '1,225 characters', ...externalId('a'.repeat(1225)) },
      { about: 'a star where no wildcard is known', ...externalId('abc*') },
      { about: 'a letter beyond ASCII', ...externalId('schl\u00fcssel') },
    ],
    quiet: [
      { about: 'the example', ...externalId('MyUniqueSecretValue123') },
      { about: 'every character that is taken', ...externalId('aZ9_+=,.@:/-') },
      {
        about: '2 and 1,224 characters',
        kind: 'trust',
        policy: { ...enter, Condition: { StringEquals: { 'sts:ExternalId': ['ab', 'a'.repeat(1224)] } } },
      },
      { about: 'a wildcard in StringLike', ...externalId('customer-42-*', 'StringLike') },
      { about: 'a variable', ...externalId('${aws:PrincipalTag/customer}') },
    ],
  },
  'external-id-wildcard': {
    fires: [
      { about: 'a star', ...externalId('*', 'StringLike') },
      { about: 'nearly a star', ...externalId('a*', 'StringLike') },
      { about: 'everything but one', ...externalId('abc', 'StringNotEquals') },
      { about: 'IfExists', ...externalId('abc123', 'StringEqualsIfExists') },
    ],
    quiet: [
      { about: 'an exact id', ...externalId('abc123') },
      { about: 'a long prefix', ...externalId('customer-42-*', 'StringLike') },
      {
        about: 'a Deny',
        kind: 'trust',
        policy: { ...enter, Effect: 'Deny', Condition: { StringNotEquals: { 'sts:ExternalId': 'abc' } } },
      },
    ],
  },
  'unknown-condition-key': {
    fires: [
      {
        about: 'sts:ExternalID2',
        ...externalId('x'),
        kind: 'trust',
        policy: { ...enter, Condition: { StringEquals: { 'sts:ExternalID2': 'abc' } } },
        says: 'sts:ExternalId',
      },
      {
        about: 'a global key',
        policy: when({ StringEquals: { 'aws:PrincipleOrgID': 'o-1' } }),
        says: 'aws:PrincipalOrgID',
      },
      {
        about: 'a tag family',
        policy: when({ StringEquals: { 'aws:PrincipalTags/team': 'x' } }),
        says: '/team',
      },
      { about: 'no prefix', policy: when({ StringEquals: { ExternalId: 'abc' } }), says: 'sts:ExternalId' },
      {
        about: 'names of JavaScript',
        policy: when({ StringEquals: { 'constructor:name': 'a', 'aws:__proto__': 'b' } }),
        times: 2,
      },
      { about: 'a tag without a name', policy: when({ StringEquals: { 'aws:PrincipalTag': 'x' } }) },
    ],
    quiet: [
      { about: 'another case', policy: when({ StringEquals: { 'STS:EXTERNALID': 'abc' } }) },
      {
        about: 'tags',
        policy: when({
          StringEquals: { 'aws:PrincipalTag/team': 'x', 'iam:ResourceTag/a b': 'y', 'aws:RequestTag/x': 'z' },
        }),
      },
      {
        about: 'tags, in all the ways in which the catalogue writes them',
        policy: when({
          StringEquals: {
            's3:ExistingObjectTag/team': 'a',
            'ssm:resourceTag/team': 'b',
            'secretsmanager:ResourceTag/team': 'c',
            'elasticloadbalancing:ResourceTag/team': 'd',
            'kms:EncryptionContext:app': 'e',
          },
        }),
      },
      { about: 'keys of the service', policy: when({ StringEquals: { 's3:prefix': 'a', 'ec2:Vpc': 'b' } }) },
      {
        about: 'a provider of tokens',
        policy: when({
          StringEquals: { 'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE:sub': 'x', 'saml:aud': 'y' },
        }),
      },
    ],
  },
  'deny-never-matches': {
    fires: [
      {
        about: 'absent and compared',
        policy: denyWhen({ Null: { 'aws:SourceVpc': 'true' }, StringEquals: { 'aws:SourceVpc': 'vpc-1' } }),
      },
      {
        about: 'absent and present',
        policy: denyWhen({
          Null: { 'aws:SourceVpc': ['true'] },
          StringNotEquals: { 'aws:x': 'a' },
          'ForAnyValue:StringLike': { 'aws:y': 'b' },
          NullX: {},
        }),
        text: '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Null":{"aws:SourceVpc":"true"},"Bool":{"AWS:sourcevpc":"true"}}}}',
      },
      {
        about: 'equal and not equal',
        policy: denyWhen({
          StringEquals: { 'aws:RequestedRegion': 'eu-west-1' },
          StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] },
        }),
      },
      {
        about: 'equal, and like another',
        policy: denyWhen({ StringEquals: { 'aws:username': 'bob' }, StringLike: { 'aws:username': 'a*' } }),
      },
      {
        about: 'older and younger',
        policy: denyWhen({
          NumericLessThan: { 'aws:MultiFactorAuthAge': '60' },
          NumericGreaterThan: { 'aws:MultiFactorAuthAge': '3600' },
        }),
      },
      {
        about: 'before and after',
        policy: denyWhen({
          DateLessThan: { 'aws:CurrentTime': '2026-01-01' },
          DateGreaterThanEquals: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' },
        }),
      },
      { about: 'actions of no service', policy: { ...deny, Action: ['vpc:DeleteVpc', 'vpc:*'] } },
      { about: 'actions that do not exist', policy: { ...deny, Action: 's3:DestroyBucket' } },
    ],
    quiet: [
      {
        about: 'a window of time',
        policy: denyWhen({
          DateLessThan: { 'aws:CurrentTime': '2027-01-01' },
          DateGreaterThan: { 'aws:CurrentTime': '2026-01-01' },
        }),
      },
      {
        about: 'an exact bound',
        policy: denyWhen({
          NumericLessThanEquals: { 's3:max-keys': '10' },
          NumericGreaterThanEquals: { 's3:max-keys': '10' },
        }),
      },
      {
        about: 'one value left',
        policy: denyWhen({
          StringEquals: { 'aws:username': ['alice', 'bob'] },
          StringLike: { 'aws:username': 'a*' },
        }),
      },
      {
        about: 'absent, and IfExists',
        policy: denyWhen({
          Null: { 'aws:SourceVpc': 'true' },
          StringEqualsIfExists: { 'aws:SourceVpc': 'vpc-1' },
        }),
      },
      {
        about: 'a multivalued key',
        policy: denyWhen({
          'ForAnyValue:StringEquals': { 'aws:TagKeys': 'a' },
          'ForAllValues:StringNotEquals': { 'aws:TagKeys': 'a' },
        }),
      },
      {
        about: 'a variable',
        policy: denyWhen({
          StringEquals: { 'aws:username': '${aws:PrincipalTag/x}' },
          StringLike: { 'aws:username': 'a*' },
        }),
      },
      { about: 'one action of several', policy: { ...deny, Action: ['vpc:*', 's3:DeleteBucket'] } },
      { about: 'a star', policy: { ...deny, Action: '*' } },
    ],
  },
  'allow-never-matches': {
    fires: [
      {
        about: 'equal and not equal',
        policy: when({
          StringEquals: { 'aws:username': 'bob' },
          StringNotEqualsIgnoreCase: { 'aws:username': 'BOB' },
        }),
      },
      { about: 'actions of no service', policy: { ...allow, Action: 'vpc:Describe*' } },
    ],
    quiet: [
      {
        about: 'conditions on two keys',
        policy: when({ StringEquals: { 'aws:username': 'bob' }, StringNotEquals: { 'aws:userid': 'bob' } }),
      },
      { about: 'a Deny', policy: { ...deny, Action: 'vpc:Describe*' } },
    ],
  },
  'wildcard-in-equals': {
    fires: [
      {
        about: 'an ARN',
        policy: when({ StringEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/*' } }),
        says: 'ArnLike',
      },
      {
        about: 'a name',
        policy: when({ 'ForAnyValue:StringNotEqualsIfExists': { 'aws:username': 'a*' } }),
        says: '"ForAnyValue:StringNotLikeIfExists"',
      },
    ],
    quiet: [
      { about: 'StringLike', policy: when({ StringLike: { 'aws:username': 'a*' } }) },
      {
        about: 'ArnEquals',
        policy: when({ ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/*' } }),
      },
      { about: 'a star on purpose', policy: when({ StringEquals: { 'aws:username': 'a${*}' } }) },
    ],
  },
  'for-all-values-allow': {
    fires: [
      { about: 'tag keys', policy: when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } }) },
    ],
    quiet: [
      {
        about: 'transitive tag keys, of which none is no more',
        policy: when({ 'ForAllValues:StringEquals': { 'sts:TransitiveTagKeys': ['Project'] } }),
      },
      {
        about: 'with Null',
        policy: when({
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
          Null: { 'AWS:tagkeys': 'false' },
        }),
      },
      { about: 'ForAnyValue', policy: when({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['team'] } }) },
      { about: 'a Deny', policy: denyWhen({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } }) },
    ],
  },
  'missing-version': {
    fires: [{ about: 'none', version: '', policy: allow }],
    quiet: [
      { about: '2012-10-17', policy: allow },
      { about: '2008-10-17', version: '2008-10-17', policy: allow },
    ],
  },
  'old-version-variable': {
    fires: [
      {
        about: 'in Resource',
        version: '2008-10-17',
        policy: { ...allow, Resource: 'arn:aws:s3:::b/${aws:username}/*' },
      },
      {
        about: 'in a condition',
        version: '2008-10-17',
        policy: when({ StringLike: { 's3:prefix': '${aws:username}/*' } }),
      },
      {
        about: 'without Version',
        version: '',
        policy: { ...allow, Resource: 'arn:aws:s3:::b/${aws:username}/*' },
      },
    ],
    quiet: [
      { about: '2012-10-17', policy: { ...allow, Resource: 'arn:aws:s3:::b/${aws:username}/*' } },
      { about: 'no variable', version: '2008-10-17', policy: { ...allow, Resource: 'arn:aws:s3:::b/$/*' } },
    ],
  },
  'broken-variable': {
    fires: [
      { about: 'unclosed', policy: { ...allow, Resource: 'arn:aws:s3:::b/${aws:username' } },
      { about: 'no prefix', policy: { ...allow, Resource: 'arn:aws:s3:::b/${username}' } },
      {
        about: 'a default without quotes',
        policy: when({ StringLike: { 's3:prefix': '${aws:PrincipalTag/team, none}' } }),
      },
    ],
    quiet: [
      { about: 'a variable', policy: { ...allow, Resource: 'arn:aws:s3:::b/${aws:username}/${*}' } },
      {
        about: 'a default',
        policy: when({ StringLike: { 's3:prefix': "${aws:PrincipalTag/team, 'none'}" } }),
      },
      {
        about: 'plain text in 2008-10-17',
        version: '2008-10-17',
        policy: { ...allow, Resource: 'arn:aws:s3:::b/${x' },
      },
    ],
  },
};
