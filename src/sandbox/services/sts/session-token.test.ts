import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys, Rig } from '../testing.ts';

const ACCOUNT = '489157521585';
const ADMIN = `arn:aws:iam::${ACCOUNT}:user/security-admin`;
const everything = allow('*');

let rig: Rig;
let root: Keys;
let admin: Keys;

const session = (keys: Keys, input: object = {}) =>
  rig.sts<{ Credentials: Keys & { Expiration: Date } }>(keys, 'GetSessionToken', input).Credentials;

beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
  admin = rig.user(root, 'security-admin', everything);
});

describe('GetSessionToken', () => {
  it('lasts 12 hours by default and what is asked otherwise; an hour at most for root', () => {
    expect(session(admin).Expiration).toEqual(new Date(rig.now + 43_200_000));
    expect(session(admin, { DurationSeconds: 129_600 }).Expiration).toEqual(new Date(rig.now + 129_600_000));
    expect(session(root, { DurationSeconds: 129_600 }).Expiration).toEqual(new Date(rig.now + 3_600_000));
  });

  it('without MFA opens no IAM and no STS but AssumeRole and GetCallerIdentity; other services as the user', () => {
    const plain = session(admin);
    expect(rig.sts(plain, 'GetCallerIdentity')).toMatchObject({ Arn: ADMIN });
    expect(rig.call(plain, 'ec2', 'DescribeInstances')).toBeDefined();
    expect(rig.refusal(plain, 'iam', 'ListUsers')).toMatch(/^InvalidClientTokenId/);
    expect(rig.refusal(plain, 'sts', 'GetAccessKeyInfo', { AccessKeyId: admin.AccessKeyId })).toMatch(
      /^AccessDenied/,
    );
  });

  it('with MFA opens IAM', () => {
    const { serial, code } = rig.mfa(root, 'security-admin');
    expect(rig.iam(session(admin, { SerialNumber: serial, TokenCode: code() }), 'ListUsers')).toBeDefined();
    expect(
      rig.refusal(admin, 'sts', 'GetSessionToken', { SerialNumber: serial, TokenCode: '000000' }),
    ).toMatch(/^AccessDenied: MultiFactorAuthentication failed/);
  });

  it('sets aws:MultiFactorAuthPresent, which a long-term key does not have at all', () => {
    rig.iam(root, 'PutUserPolicy', {
      UserName: 'security-admin',
      PolicyName: 'own',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: '*', Resource: '*' },
          {
            Effect: 'Deny',
            Action: 's3:ListAllMyBuckets',
            Resource: '*',
            Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } },
          },
          {
            Effect: 'Deny',
            Action: 'ec2:DescribeVpcs',
            Resource: '*',
            Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
          },
        ],
      }),
    });
    // The mistake that the pattern's usual descriptions make: Bool misses the long-term key.
    expect(rig.call(admin, 's3', 'ListBuckets')).toBeDefined();
    expect(rig.refusal(admin, 'ec2', 'DescribeVpcs')).toContain('explicit deny');
    expect(rig.refusal(session(admin), 's3', 'ListBuckets')).toContain('explicit deny');
    const { serial, code } = rig.mfa(root, 'security-admin');
    const strong = session(admin, { SerialNumber: serial, TokenCode: code() });
    expect(rig.call(strong, 's3', 'ListBuckets')).toBeDefined();
    expect(rig.call(strong, 'ec2', 'DescribeVpcs')).toBeDefined();
  });

  it('is not for session credentials', () => {
    expect(rig.refusal(session(admin), 'sts', 'GetSessionToken')).toBe(
      'AccessDenied: Cannot call GetSessionToken with session credentials',
    );
  });

  it('outlives the deactivation of the key that made it, not the deletion of its user', () => {
    const made = session(admin);
    rig.iam(root, 'UpdateAccessKey', {
      UserName: 'security-admin',
      AccessKeyId: admin.AccessKeyId,
      Status: 'Inactive',
    });
    expect(rig.refusal(admin, 'sts', 'GetCallerIdentity')).toMatch(/^InvalidClientTokenId/);
    expect(rig.sts(made, 'GetCallerIdentity')).toBeDefined();
    rig.iam(root, 'DeleteAccessKey', { UserName: 'security-admin', AccessKeyId: admin.AccessKeyId });
    rig.iam(root, 'DeleteUserPolicy', { UserName: 'security-admin', PolicyName: 'own' });
    rig.iam(root, 'DeleteUser', { UserName: 'security-admin' });
    expect(rig.refusal(made, 'sts', 'GetCallerIdentity')).toMatch(/^InvalidClientTokenId/);
  });
});

describe('GetFederationToken', () => {
  const federate = (input: object) =>
    rig.sts<{ Credentials: Keys; FederatedUser: { Arn: string } }>(admin, 'GetFederationToken', {
      Name: 'visitor',
      ...input,
    });

  it('grants what user and session policy both allow', () => {
    const { Credentials, FederatedUser } = federate({ Policy: JSON.stringify(allow('ec2:DescribeVpcs')) });
    expect(FederatedUser.Arn).toBe(`arn:aws:sts::${ACCOUNT}:federated-user/visitor`);
    expect(rig.sts(Credentials, 'GetCallerIdentity')).toMatchObject({ Arn: FederatedUser.Arn });
    expect(rig.call(Credentials, 'ec2', 'DescribeVpcs')).toBeDefined();
    expect(rig.refusal(Credentials, 'ec2', 'DescribeInstances')).toContain('no session policy allows');
  });

  it('without a session policy grants nothing', () => {
    expect(rig.refusal(federate({}).Credentials, 'ec2', 'DescribeVpcs')).toContain('not authorized');
  });

  it('of root grants what the session policy allows, and nothing without one', () => {
    const of = (input: object) =>
      rig.sts<{ Credentials: Keys }>(root, 'GetFederationToken', { Name: 'visitor', ...input }).Credentials;
    const narrow = of({ Policy: JSON.stringify(allow('ec2:DescribeVpcs')) });
    expect(rig.call(narrow, 'ec2', 'DescribeVpcs')).toBeDefined();
    expect(rig.refusal(narrow, 'ec2', 'DescribeInstances')).toContain('no session policy allows');
    expect(rig.refusal(of({}), 'ec2', 'DescribeVpcs')).toContain('not authorized');
    const wide = of({ Policy: JSON.stringify(everything) });
    expect(rig.refusal(wide, 'iam', 'ListUsers')).toMatch(/^InvalidClientTokenId/);
  });

  it('cannot pass tags that are reserved to AWS', () => {
    const tagged = { Name: 'visitor', Tags: [{ Key: 'aws:x', Value: '1' }] };
    expect(rig.refusal(admin, 'sts', 'GetFederationToken', tagged)).toMatch(/^InvalidParameterValue/);
  });

  it('opens no IAM and no further sessions', () => {
    const { Credentials } = federate({ Policy: JSON.stringify(everything) });
    expect(rig.refusal(Credentials, 'iam', 'ListUsers')).toMatch(/^InvalidClientTokenId/);
    const role = { RoleArn: `arn:aws:iam::${ACCOUNT}:role/x`, RoleSessionName: 'xx' };
    expect(rig.refusal(Credentials, 'sts', 'AssumeRole', role)).toMatch(/^AccessDenied: Cannot call/);
    expect(rig.refusal(Credentials, 'sts', 'GetFederationToken', { Name: 'again' })).toMatch(
      /^AccessDenied: Cannot call/,
    );
  });

  it('needs a permission', () => {
    const poor = rig.user(root, 'poor');
    expect(rig.refusal(poor, 'sts', 'GetFederationToken', { Name: 'visitor' })).toBe(
      `AccessDenied: User: arn:aws:iam::${ACCOUNT}:user/poor is not authorized to perform: sts:GetFederationToken on resource: arn:aws:sts::${ACCOUNT}:federated-user/visitor`,
    );
  });
});

describe('GetAccessKeyInfo', () => {
  it('reads the account out of any key id', () => {
    expect(rig.sts(admin, 'GetAccessKeyInfo', { AccessKeyId: session(admin).AccessKeyId })).toEqual({
      Account: ACCOUNT,
    });
    expect(rig.refusal(admin, 'sts', 'GetAccessKeyInfo', { AccessKeyId: 'AKIA0000000000000000' })).toMatch(
      /^ValidationError/,
    );
  });
});
