import { describe, expect, it } from 'vitest';
import { loadAccess, permissionPolicy } from '../index.ts';
import { base } from '../load.cases.ts';

const load = (permissions: string, file = '') =>
  loadAccess(base.replace('allow: [ec2:Describe*]', permissions), {
    file: 'access.yaml',
    readFile: () => file,
  });

function policy(permissions: string, file?: string) {
  const result = load(permissions, file);
  if (!result.ok) return expect.fail(JSON.stringify(result.diagnostics));
  const role = result.value.roles[0]!;
  return { managed: role.permissions.managed, statements: permissionPolicy(role)?.Statement };
}

describe('permissions', () => {
  it('puts plain actions into one statement and turns YAML values into strings', () => {
    const written =
      'allow: [ec2:Describe*, { sid: Own, actions: s3:GetObject, resources: "arn:aws:s3:::b/*", condition: { Bool: { "aws:SecureTransport": true }, NumericLessThan: { "aws:MultiFactorAuthAge": [900] } } }, iam:GetRole]';
    expect(policy(written).statements).toEqual([
      { Effect: 'Allow', Action: ['ec2:Describe*', 'iam:GetRole'], Resource: '*' },
      {
        Sid: 'Own',
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::b/*',
        Condition: {
          Bool: { 'aws:SecureTransport': 'true' },
          NumericLessThan: { 'aws:MultiFactorAuthAge': ['900'] },
        },
      },
    ]);
  });

  it('knows AWS managed policies by name', () => {
    expect(policy('managed: [SecurityAudit, job-function/ViewOnlyAccess]')).toEqual({
      managed: [
        'arn:aws:iam::aws:policy/SecurityAudit',
        'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess',
      ],
      statements: undefined,
    });
  });

  it('joins a policy file with what is written beside it', () => {
    const file =
      '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}}';
    expect(policy('policy: p.json\n      deny: [s3:DeleteBucket]', file).statements).toEqual([
      { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' },
      { Effect: 'Deny', Action: ['s3:DeleteBucket'], Resource: '*' },
    ]);
  });

  it('says where a policy file is wrong, in that file', () => {
    const result = load('policy: p.json', '{"Version":"2012-10-17",\n"Statement":[{"Effect":"Alow"}]}');
    expect(result.ok).toBe(false);
    expect(result.diagnostics.every((d) => d.file === 'p.json')).toBe(true);
    expect(result.diagnostics[0]?.span?.start.line).toBe(2);
  });
});
