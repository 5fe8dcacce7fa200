import type { RuleCases } from '../rules.cases.ts';

const user = { AWS: 'arn:aws:iam::489157521585:user/security-admin' };
const role = { AWS: 'arn:aws:iam::489157521585:role/SecurityAuditOperator' };
const enter = { Effect: 'Allow', Action: 'sts:AssumeRole' };
const deny = { Effect: 'Deny', Action: '*', Resource: '*' };
const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const mfa = (operator: string, value: string, key = 'aws:MultiFactorAuthPresent') => ({
  Condition: { [operator]: { [key]: value } },
});
const AGE = 'aws:MultiFactorAuthAge';

export const mfaCases: Record<string, RuleCases> = {
  'mfa-deny-misses-absent': {
    fires: [
      { about: 'Bool false', policy: { ...deny, ...mfa('Bool', 'false') }, says: 'BoolIfExists' },
      {
        about: 'Bool false in other case',
        policy: { ...deny, ...mfa('Bool', 'false', 'AWS:multifactorauthpresent') },
      },
      {
        about: 'an MFA that is too old',
        policy: { ...deny, ...mfa('NumericGreaterThan', '3600', AGE) },
        says: 'NumericGreaterThanIfExists',
      },
      {
        about: 'absence denied for fewer actions',
        policy: [
          { ...deny, ...mfa('Bool', 'false') },
          { ...deny, Action: 's3:*', ...mfa('Null', 'true') },
        ],
      },
    ],
    quiet: [
      { about: 'BoolIfExists', policy: { ...deny, ...mfa('BoolIfExists', 'false') } },
      {
        about: 'absence denied by another statement',
        policy: [
          { ...deny, ...mfa('Bool', 'false') },
          { ...deny, ...mfa('Null', 'true') },
        ],
      },
      { about: 'an Allow', policy: { ...allow, ...mfa('Bool', 'true') } },
    ],
  },
  'mfa-if-exists-allow': {
    fires: [
      { about: 'BoolIfExists true', policy: { ...allow, ...mfa('BoolIfExists', 'true') } },
      {
        about: 'in a trust policy',
        kind: 'trust',
        policy: { ...enter, Principal: user, ...mfa('BoolIfExists', 'true') },
      },
      { about: 'age IfExists', policy: { ...allow, ...mfa('NumericLessThanIfExists', '3600', AGE) } },
      { about: 'Null false', policy: { ...allow, ...mfa('Null', 'false') }, says: '"false"' },
    ],
    quiet: [
      { about: 'Bool true', policy: { ...allow, ...mfa('Bool', 'true') } },
      { about: 'a Deny', policy: { ...deny, ...mfa('BoolIfExists', 'false') } },
      {
        about: 'Bool true beside it',
        policy: {
          ...allow,
          Condition: {
            Bool: { 'aws:MultiFactorAuthPresent': 'true' },
            NumericLessThanIfExists: { [AGE]: '3600' },
          },
        },
      },
    ],
  },
  'mfa-inverted': {
    fires: [
      { about: 'a Deny of MFA', policy: { ...deny, ...mfa('Bool', 'true') } },
      { about: 'an Allow without MFA', policy: { ...allow, ...mfa('Bool', 'false') } },
    ],
    quiet: [
      { about: 'a Deny without MFA', policy: { ...deny, ...mfa('BoolIfExists', 'false') } },
      { about: 'an Allow with MFA', policy: { ...allow, ...mfa('Bool', 'true') } },
    ],
  },
  'mfa-unsatisfiable': {
    fires: [
      {
        about: 'a role',
        kind: 'trust',
        policy: { ...enter, Principal: role, ...mfa('Bool', 'true') },
        says: 'role',
      },
      {
        about: 'a session of a role',
        kind: 'trust',
        policy: {
          ...enter,
          Principal: { AWS: 'arn:aws:sts::489157521585:assumed-role/Operator/me' },
          ...mfa('Bool', 'true'),
        },
      },
      {
        about: 'the id of a role',
        kind: 'trust',
        policy: { ...enter, Principal: { AWS: 'AROAEXAMPLEEXAMPLE123' }, ...mfa('Bool', 'true') },
      },
      {
        about: 'the role beside a user',
        kind: 'trust',
        policy: { ...enter, Principal: { AWS: [user.AWS, role.AWS] }, ...mfa('Bool', 'true') },
      },
      {
        about: 'the age of the MFA',
        kind: 'trust',
        policy: { ...enter, Principal: role, ...mfa('NumericLessThan', '3600', AGE) },
      },
      {
        about: 'a service',
        kind: 'trust',
        policy: { ...enter, Principal: { Service: 'ec2.amazonaws.com' }, ...mfa('Bool', 'true') },
      },
      {
        about: 'an account narrowed to its roles',
        kind: 'trust',
        policy: {
          ...enter,
          Principal: { AWS: '489157521585' },
          Condition: {
            Bool: { 'aws:MultiFactorAuthPresent': 'true' },
            ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::489157521585:role/Operator*' },
          },
        },
      },
      { about: 'permissions of a role', kind: 'inline-role', policy: { ...allow, ...mfa('Bool', 'true') } },
    ],
    quiet: [
      { about: 'a user', kind: 'trust', policy: { ...enter, Principal: user, ...mfa('Bool', 'true') } },
      {
        about: 'an account',
        kind: 'trust',
        policy: { ...enter, Principal: { AWS: '489157521585' }, ...mfa('Bool', 'true') },
      },
      { about: 'a role without MFA', kind: 'trust', policy: { ...enter, Principal: role } },
      {
        about: 'a role with BoolIfExists',
        kind: 'trust',
        policy: { ...enter, Principal: role, ...mfa('BoolIfExists', 'true') },
      },
      { about: 'permissions of a user', kind: 'inline-user', policy: { ...allow, ...mfa('Bool', 'true') } },
    ],
  },
};
