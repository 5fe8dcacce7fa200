import type { RuleCases } from '../rules.cases.ts';

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const enter = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '489157521585' } };
const rcp = { Effect: 'Deny', Action: 's3:*', Principal: '*', Resource: '*' };

/** `lintPolicy` repeats what the parser says when it is told the kind: the document may have been read without. */
export const refusalCases: Record<string, RuleCases> = {
  'forbidden-element': {
    fires: [
      { about: 'Resource in a trust policy', kind: 'trust', policy: { ...enter, Resource: '*' } },
      {
        about: 'NotPrincipal in a trust policy',
        kind: 'trust',
        policy: { ...enter, Effect: 'Deny', Principal: undefined, NotPrincipal: '*' },
      },
      { about: 'Principal in an identity policy', policy: { ...allow, Principal: '*' } },
    ],
    quiet: [
      { about: 'a trust policy', kind: 'trust', policy: enter },
      { about: 'Principal in a resource policy', kind: 'resource', policy: { ...allow, Principal: '*' } },
    ],
  },
  'missing-element': {
    fires: [
      { about: 'nobody in a trust policy', kind: 'trust', policy: { ...enter, Principal: undefined } },
      { about: 'no Resource', policy: { ...allow, Resource: undefined } },
    ],
    quiet: [
      { about: 'NotResource', policy: { ...allow, Resource: undefined, NotResource: 'arn:aws:s3:::b' } },
      { about: 'no Resource in a trust policy', kind: 'trust', policy: enter },
    ],
  },
  'trust-action': {
    fires: [
      {
        about: 'permissions',
        kind: 'trust',
        policy: { ...enter, Action: ['sts:AssumeRole', 's3:GetObject'] },
      },
      { about: 'a star', kind: 'trust', policy: { ...enter, Action: '*' } },
    ],
    quiet: [
      {
        about: 'all of sts',
        kind: 'trust',
        policy: { ...enter, Action: ['sts:AssumeRole', 'STS:TagSession', 'sts:*'] },
      },
    ],
  },
  'rcp-principal': {
    fires: [{ about: 'an account', kind: 'rcp', policy: { ...rcp, Principal: { AWS: '111122223333' } } }],
    quiet: [
      { about: 'a star', kind: 'rcp', policy: rcp },
      { about: 'AWS star', kind: 'rcp', policy: { ...rcp, Principal: { AWS: '*' } } },
    ],
  },
  'rcp-allow': {
    fires: [{ about: 'an Allow', kind: 'rcp', policy: { ...rcp, Effect: 'Allow' } }],
    quiet: [{ about: 'RCPFullAWSAccess', kind: 'rcp', policy: { ...rcp, Effect: 'Allow', Action: '*' } }],
  },
  'sid-characters': {
    fires: [{ about: 'a dash', policy: { Sid: 'Read-only', ...allow }, says: '"Readonly"' }],
    quiet: [
      { about: 'letters and digits', policy: { Sid: 'ReadOnly1', ...allow } },
      {
        about: 'spaces in a resource policy',
        kind: 'resource',
        policy: { Sid: 'Read only', ...allow, Principal: '*' },
      },
    ],
  },
  'document-character': {
    fires: [{ about: 'an em dash', policy: { ...allow, Resource: 'arn:aws:s3:::b/\u2014' }, says: 'U+2014' }],
    quiet: [
      { about: 'an umlaut', policy: { ...allow, Resource: 'arn:aws:s3:::b/\u00fc' } },
      {
        about: 'an escape',
        text: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/\\u2014"}}',
      },
    ],
  },
};
