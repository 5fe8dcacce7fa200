import type { RuleCases } from '../rules.cases.ts';

const enter = { Effect: 'Allow', Action: 'sts:AssumeRole' };
const vendor = { ...enter, Principal: { AWS: 'arn:aws:iam::111122223333:root' } };
const own = { ownAccounts: ['489157521585', '657654036224'] };
const org = { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdef1234' } };
const read = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' };
const github = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';
const web = { Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity' };

export const principalCases: Record<string, RuleCases> = {
  'public-principal': {
    fires: [
      { about: 'a bare star in a trust policy', kind: 'trust', policy: { ...enter, Principal: '*' } },
      {
        about: 'AWS star among others',
        kind: 'trust',
        policy: { ...enter, Principal: { AWS: ['111122223333', '*'] } },
      },
      {
        about: 'a comparison of the caller with itself',
        kind: 'trust',
        policy: {
          ...enter,
          Principal: '*',
          Condition: { StringEquals: { 'aws:PrincipalArn': '${aws:PrincipalArn}' } },
        },
      },
      { about: 'any service', kind: 'trust', policy: { ...enter, Principal: { Service: '*' } } },
      {
        about: 'an ExternalId, which the caller chooses',
        kind: 'trust',
        policy: { ...enter, Principal: '*', Condition: { StringEquals: { 'sts:ExternalId': 'abc123' } } },
        says: 'chooses itself',
      },
      {
        about: 'a role name in any account: an attacker creates it',
        kind: 'trust',
        policy: {
          ...enter,
          Principal: '*',
          Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/Audit' } },
        },
      },
      {
        about: 'IfExists, met by absence',
        kind: 'trust',
        policy: {
          ...enter,
          Principal: '*',
          Condition: { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } },
        },
      },
      {
        about: 'any organization',
        kind: 'trust',
        policy: { ...enter, Principal: '*', Condition: { StringLike: { 'aws:PrincipalOrgID': 'o-*' } } },
      },
      {
        about: 'a negated condition',
        kind: 'trust',
        policy: {
          ...enter,
          Principal: '*',
          Condition: { StringNotEquals: { 'aws:PrincipalAccount': '111122223333' } },
        },
      },
      {
        about: 'a public bucket',
        kind: 'resource',
        severity: 'warning',
        policy: { ...read, Principal: '*' },
      },
      {
        about: 'the whole internet as a network',
        kind: 'resource',
        severity: 'warning',
        policy: { ...read, Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } },
      },
      {
        about: 'the whole internet in two halves',
        kind: 'resource',
        severity: 'warning',
        policy: {
          ...read,
          Principal: '*',
          Condition: { IpAddress: { 'aws:SourceIp': ['0.0.0.0/1', '128.0.0.0/1'] } },
        },
      },
      {
        about: 'the whole of IPv6 beside an office',
        kind: 'resource',
        severity: 'warning',
        policy: {
          ...read,
          Principal: '*',
          Condition: { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '::/0'] } },
        },
      },
      {
        about: 'any bucket of anybody',
        kind: 'resource',
        severity: 'warning',
        policy: { ...read, Principal: '*', Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } } },
      },
      {
        about: 'buckets that anybody may name so',
        kind: 'resource',
        severity: 'warning',
        policy: {
          ...read,
          Principal: '*',
          Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::our-logs-*' } },
        },
      },
    ],
    quiet: [
      {
        about: 'an office',
        kind: 'resource',
        policy: {
          ...read,
          Principal: '*',
          Condition: { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:db8:77::/48'] } },
        },
      },
      {
        about: 'one bucket',
        kind: 'resource',
        policy: {
          ...read,
          Principal: '*',
          Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::our-logs' } },
        },
      },
      {
        about: 'within the organization',
        kind: 'trust',
        policy: { ...enter, Principal: '*', Condition: org },
      },
      {
        about: 'the organization of the resource',
        kind: 'resource',
        policy: {
          ...read,
          Principal: '*',
          Condition: { StringEquals: { 'aws:PrincipalOrgID': '${aws:ResourceOrgID}' } },
        },
      },
      {
        about: 'an OU of the organization',
        kind: 'trust',
        policy: {
          ...enter,
          Principal: '*',
          Condition: {
            'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-abcdef1234/r-ab12/ou-ab12-11111111/*' },
          },
        },
      },
      {
        about: 'roles of one account',
        kind: 'trust',
        policy: {
          ...enter,
          Principal: '*',
          Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::489157521585:role/*' } },
        },
      },
      { about: 'a Deny', kind: 'trust', policy: { ...enter, Effect: 'Deny', Principal: '*' } },
      { about: 'a named principal', kind: 'trust', policy: vendor },
      {
        about: 'a bucket for one VPC endpoint',
        kind: 'resource',
        policy: { ...read, Principal: '*', Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } },
      },
    ],
  },
  'not-principal-allow': {
    fires: [
      { about: 'a bucket', kind: 'resource', policy: { ...read, NotPrincipal: { AWS: '111122223333' } } },
    ],
    quiet: [
      {
        about: 'with Deny',
        kind: 'resource',
        policy: { ...read, Effect: 'Deny', NotPrincipal: { AWS: '111122223333' } },
      },
    ],
  },
  'not-principal-deny': {
    fires: [
      {
        about: 'sparing one role',
        kind: 'resource',
        policy: { ...read, Effect: 'Deny', NotPrincipal: { AWS: 'arn:aws:iam::111122223333:role/Admin' } },
      },
    ],
    quiet: [
      {
        about: 'sparing it by a condition',
        kind: 'resource',
        policy: {
          ...read,
          Effect: 'Deny',
          Principal: '*',
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/Admin' } },
        },
      },
    ],
  },
  'third-party-without-external-id': {
    fires: [
      { about: 'a vendor account', kind: 'trust', options: own, policy: vendor, says: '111122223333' },
      {
        about: 'a vendor role among own principals',
        kind: 'trust',
        options: own,
        policy: { ...enter, Principal: { AWS: ['489157521585', 'arn:aws:iam::111122223333:role/Vendor'] } },
      },
      {
        about: 'an ExternalId that may be left out',
        kind: 'trust',
        options: own,
        policy: { ...vendor, Condition: { StringEqualsIfExists: { 'sts:ExternalId': 'abc123' } } },
      },
      {
        about: 'any ExternalId',
        kind: 'trust',
        options: own,
        policy: { ...vendor, Condition: { StringLike: { 'sts:ExternalId': '*' } } },
      },
      {
        about: 'an ExternalId that the caller’s own tag supplies',
        kind: 'trust',
        options: own,
        policy: { ...vendor, Condition: { StringEquals: { 'sts:ExternalId': '${aws:PrincipalTag/id}' } } },
      },
      { about: 'own accounts unknown: a reminder', kind: 'trust', severity: 'info', policy: vendor },
      {
        about: 'sts:* covers AssumeRole',
        kind: 'trust',
        options: own,
        policy: { ...vendor, Action: 'sts:*' },
      },
    ],
    quiet: [
      {
        about: 'with ExternalId',
        kind: 'trust',
        options: own,
        policy: { ...vendor, Condition: { StringEquals: { 'STS:externalid': 'abc123' } } },
      },
      {
        about: 'within the organization',
        kind: 'trust',
        options: own,
        policy: { ...vendor, Condition: org },
      },
      {
        about: 'an own account',
        kind: 'trust',
        options: own,
        policy: { ...enter, Principal: { AWS: 'arn:aws:iam::489157521585:user/security-admin' } },
      },
      {
        about: 'tagging alone',
        kind: 'trust',
        options: own,
        policy: { ...vendor, Action: 'sts:TagSession' },
      },
    ],
  },
  'service-without-source': {
    fires: [
      {
        about: 'CloudTrail writes for anyone',
        kind: 'resource',
        policy: { ...read, Principal: { Service: 'cloudtrail.amazonaws.com' } },
      },
    ],
    quiet: [
      {
        about: 'for one account',
        kind: 'resource',
        policy: {
          ...read,
          Principal: { Service: 'cloudtrail.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
        },
      },
      {
        about: 'for one trail',
        kind: 'resource',
        policy: {
          ...read,
          Principal: { Service: 'cloudtrail.amazonaws.com' },
          Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudtrail:*:111122223333:trail/*' } },
        },
      },
    ],
  },
  'web-identity-unbounded': {
    fires: [
      {
        about: 'GitHub Actions of anyone',
        kind: 'trust',
        policy: { ...web, Principal: { Federated: github } },
        says: ':sub',
      },
      {
        about: 'GitHub Actions with the audience alone',
        kind: 'trust',
        policy: {
          ...web,
          Principal: { Federated: github },
          Condition: { StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' } },
        },
      },
      {
        about: 'every repository of GitHub',
        kind: 'trust',
        policy: {
          ...web,
          Principal: { Federated: github },
          Condition: { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:*' } },
        },
      },
      {
        about: 'Google without audience',
        kind: 'trust',
        policy: { ...web, Principal: { Federated: 'accounts.google.com' } },
        says: ':aud',
      },
      {
        about: 'organizations whose name begins so',
        kind: 'trust',
        policy: {
          ...web,
          Principal: { Federated: github },
          Condition: { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:our-org*' } },
        },
      },
      {
        about: 'a subject compared with itself',
        kind: 'trust',
        policy: {
          ...web,
          Principal: { Federated: github },
          Condition: {
            StringEquals: {
              'token.actions.githubusercontent.com:sub': '${token.actions.githubusercontent.com:sub}',
            },
          },
        },
      },
      {
        about: 'a session tag that is called like a claim',
        kind: 'trust',
        policy: {
          ...web,
          Principal: { Federated: github },
          Condition: { StringEquals: { 'aws:RequestTag/x:sub': 'repo:our-org/our-repo' } },
        },
      },
    ],
    quiet: [
      {
        about: 'one repository',
        kind: 'trust',
        policy: {
          ...web,
          Principal: { Federated: github },
          Condition: { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:our-org/our-repo:*' } },
        },
      },
      {
        about: 'Google with audience',
        kind: 'trust',
        policy: {
          ...web,
          Principal: { Federated: 'accounts.google.com' },
          Condition: { StringEquals: { 'accounts.google.com:aud': 'client-id' } },
        },
      },
      {
        about: 'SAML',
        kind: 'trust',
        policy: {
          ...web,
          Action: 'sts:AssumeRoleWithSAML',
          Principal: { Federated: 'arn:aws:iam::111122223333:saml-provider/idp' },
        },
      },
    ],
  },
};
