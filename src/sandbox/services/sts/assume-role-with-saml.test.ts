import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys, Rig } from '../testing.ts';
import { foreign, metadata, response, type Says, strangerKey } from './saml/testing/idp.ts';
import { type Assumed, unsigned, unsignedRefusal } from './testing.ts';

const ACCOUNT = '657654036224';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/Auditor`;
const PROVIDER = `arn:aws:iam::${ACCOUNT}:saml-provider/corp`;

let rig: Rig;
let root: Keys;

const trusting = (Condition?: object, Action: unknown = ['sts:AssumeRoleWithSAML', 'sts:TagSession']) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Federated: PROVIDER }, Action, ...(Condition && { Condition }) },
    ],
  });
const input = (xml: string, more: object = {}) => ({
  RoleArn: ROLE,
  PrincipalArn: PROVIDER,
  SAMLAssertion: Buffer.from(xml).toString('base64'),
  ...more,
});
const says = (more: Says = {}) => response({ now: rig.now, ...more });
const assume = (xml: string, more: object = {}) =>
  unsigned<Assumed>(rig, 'AssumeRoleWithSAML', input(xml, more));
const refused = (xml: string, more: object = {}) =>
  unsignedRefusal(rig, 'AssumeRoleWithSAML', input(xml, more));
const trust = (document: string) =>
  rig.iam(root, 'UpdateAssumeRolePolicy', { RoleName: 'Auditor', PolicyDocument: document });

beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
  rig.iam(root, 'CreateSAMLProvider', { Name: 'corp', SAMLMetadataDocument: metadata });
  rig.iam(root, 'CreateRole', { RoleName: 'Auditor', AssumeRolePolicyDocument: trusting() });
});

describe('AssumeRoleWithSAML', () => {
  it('gives a session for a response that another implementation signed', () => {
    for (const xml of Object.values(foreign)) {
      const made = assume(xml);
      expect(made).toMatchObject({
        AssumedRoleUser: { Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Auditor/alice` },
        Subject: 'alice@example.com',
        SubjectType: 'persistent',
        Issuer: 'https://idp.example.com/metadata',
        Audience: 'https://signin.aws.amazon.com/saml',
        NameQualifier: expect.stringMatching(/^[\w+/]{27}=$/),
      });
      expect(rig.sts(made.Credentials, 'GetCallerIdentity')).toMatchObject({ Account: ACCOUNT });
    }
  });

  it('refuses what nobody trusted signed', () => {
    expect(refused(response({ now: rig.now }, strangerKey))).toBe(
      'InvalidIdentityToken: Response signature invalid',
    );
    expect(refused('hello')).toBe('InvalidIdentityToken: Invalid base64 SAMLResponse');
    expect(refused(says({ issuer: 'https://other.example.com' }))).toBe(
      'InvalidIdentityToken: Issuer not present in specified provider',
    );
    expect(refused(says(), { PrincipalArn: `${PROVIDER}2` })).toContain("Specified provider doesn't exist");
  });

  it('refuses what is meant for another service', () => {
    expect(refused(says({ audience: 'https://sp.example.com' }))).toContain('required audience');
    expect(refused(says({ recipient: 'https://sp.example.com/acs' }))).toContain('required recipient');
    expect(refused(says({ recipient: 'https://evil.example/signin.aws.amazon.com/saml' }))).toContain(
      'required recipient',
    );
    expect(assume(says({ recipient: 'https://eu-west-1.signin.aws.amazon.com/saml' }))).toBeDefined();
  });

  it("is meant for AWS by its URL, a region's, or its name; who it is sent to is saml:aud", () => {
    const recipient = 'https://signin.aws.amazon.com/saml';
    trust(trusting({ StringEquals: { 'saml:aud': recipient } }));
    for (const audience of ['urn:amazon:webservices', 'https://eu-west-1.signin.aws.amazon.com/saml']) {
      expect(assume(says({ audience, recipient }))).toMatchObject({ Audience: recipient });
      expect(refused(says({ audience, recipient: 'https://sp.example.com' }))).toContain(
        'required recipient',
      );
    }
    for (const audience of ['urn:amazon:webservices:govcloud', 'urn:amazon:webservice', `${recipient}/x/y`]) {
      expect(refused(says({ audience, recipient }))).toContain('required audience');
    }
  });

  it('must be meant for AWS by each of its restrictions, in each by one of the audiences', () => {
    const aws = 'urn:amazon:webservices';
    const recipient = 'https://signin.aws.amazon.com/saml';
    const other = 'https://sp.example.com';
    for (const restrictions of [[[aws]], [[other, aws]], [[aws, other], [recipient]]])
      expect(assume(says({ recipient, restrictions }))).toMatchObject({ Audience: recipient });
    for (const restrictions of [[[aws], [other]], [[other], [aws]], [[aws], []], [[]], []])
      expect(refused(says({ recipient, restrictions }))).toContain('required audience');
  });

  it('under a condition that nobody here understands is refused', () => {
    expect(assume(says({ conditions: '<saml:OneTimeUse/>' }))).toBeDefined();
    for (const conditions of ['<saml:Condition/>', '<x:Floor xmlns:x="urn:x">3</x:Floor>', '<OneTimeUse/>'])
      expect(refused(says({ conditions }))).toContain('invalid SAML response');
  });

  it('is of a provider in the account of the role', () => {
    const other = '489157521585';
    const foreigner = rig.account(other);
    rig.iam(foreigner, 'CreateSAMLProvider', { Name: 'corp', SAMLMetadataDocument: metadata });
    const PrincipalArn = PROVIDER.replace(ACCOUNT, other);
    trust(trusting().replace(PROVIDER, PrincipalArn));
    const xml = says({ attributes: { Role: [`${ROLE},${PrincipalArn}`] } });
    expect(refused(xml, { PrincipalArn })).toBe("InvalidIdentityToken: Specified provider doesn't exist");
    // Nor does the right provider help, where the trust policy names the other account's.
    expect(refused(says())).toBe('AccessDenied: Not authorized to perform sts:AssumeRoleWithSAML');
    trust(trusting());
    expect(assume(says())).toBeDefined();
  });

  it('is good for five minutes, and not beyond what the response says, on the virtual clock', () => {
    const xml = says({ lifetimeMs: 3_600_000 });
    const short = says({ lifetimeMs: 60_000 });
    rig.now += 59_000;
    expect(assume(short)).toBeDefined();
    rig.now += 1_000;
    expect(refused(short)).toMatch(/^ExpiredTokenException/);
    rig.now += 240_000;
    expect(assume(xml)).toBeDefined();
    rig.now += 1;
    expect(refused(xml)).toBe('ExpiredTokenException: Token must be redeemed within 5 minutes of issuance');
  });

  it('gives only roles that the response pairs with the provider', () => {
    rig.iam(root, 'CreateRole', { RoleName: 'Admin', AssumeRolePolicyDocument: trusting() });
    const denied = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithSAML';
    const admin = ROLE.replace('Auditor', 'Admin');
    expect(refused(says(), { RoleArn: admin })).toBe(denied);
    expect(
      assume(says({ attributes: { Role: [`${PROVIDER},${ROLE}`, `${admin},${PROVIDER}`] } }), {
        RoleArn: admin,
      }),
    ).toBeDefined();
    expect(refused(says({ attributes: { Role: [`${ROLE},${PROVIDER}x`] } }))).toBe(denied);
    expect(refused(says({ attributes: { Role: [`${ROLE},x,${PROVIDER}`] } }))).toBe(denied);
  });

  it('leaves the last word to the trust policy, in the same words for a role that does not exist', () => {
    const denied = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithSAML';
    trust(trusting({ StringEquals: { 'saml:aud': 'https://other' } }));
    expect(refused(says())).toBe(denied);
    trust(trusting({ StringEquals: { 'SAML:sub': 'alice', 'saml:sub_type': 'unspecified' } }));
    expect(assume(says())).toBeDefined();
    expect(refused(says({ subject: 'bob' }))).toBe(denied);
    trust(trusting().replace('saml-provider/corp', 'saml-provider/other'));
    expect(refused(says())).toBe(denied);
    rig.iam(root, 'DeleteRole', { RoleName: 'Auditor' });
    expect(refused(says())).toBe(denied);
  });

  it('asks for sts:TagSession and sts:SetSourceIdentity when the response brings tags or an identity', () => {
    const xml = () =>
      says({
        attributes: {
          'PrincipalTag:team': ['red'],
          TransitiveTagKeys: ['team'],
          SourceIdentity: ['alice'],
        },
      });
    expect(refused(xml())).toContain('Not authorized');
    trust(trusting(undefined, ['sts:AssumeRoleWithSAML', 'sts:TagSession', 'sts:SetSourceIdentity']));
    rig.cloud.takeRecords();
    const { Credentials, SourceIdentity } = assume(xml());
    expect(SourceIdentity).toBe('alice');
    expect(rig.cloud.takeRecords()[0]?.requestParameters).toMatchObject({
      sourceIdentity: 'alice',
      principalTags: { team: 'red' },
      transitiveTagKeys: ['team'],
    });
    rig.iam(root, 'PutRolePolicy', {
      RoleName: 'Auditor',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify(
        allow('iam:ListRoles', '*', {
          StringEquals: {
            'aws:PrincipalTag/team': 'red',
            'saml:sub': 'alice',
            'aws:SourceIdentity': 'alice',
          },
        }),
      ),
    });
    expect(rig.iam(Credentials, 'ListRoles')).toBeDefined();
    trust(trusting());
    expect(rig.refusal(assume(says()).Credentials, 'iam', 'ListRoles')).toContain('not authorized');
    expect(refused(says({ attributes: { 'PrincipalTag:team': ['<red>'.replace(/[<>]/g, '$')] } }))).toContain(
      'session tag team',
    );
    expect(refused(says({ attributes: { SourceIdentity: ['aws:root'] } }))).toContain(
      'Source Identity must match',
    );
  });

  it('shows the trust policy what a directory says of the user', () => {
    const others = {
      'urn:oid:1.3.6.1.4.1.5923.1.1.1.1': ['staff', 'student'],
      'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress': ['alice@corp.example'],
      '0.9.2342.19200300.100.1.3': ['mallory@evil.example'],
    };
    trust(
      trusting({
        'ForAnyValue:StringEquals': { 'saml:edupersonaffiliation': 'staff' },
        StringEquals: { 'saml:mail': 'alice@corp.example' },
      }),
    );
    expect(assume(says({ others }))).toBeDefined();
    expect(refused(says())).toContain('Not authorized');
    trust(trusting({ 'ForAllValues:StringEquals': { 'saml:eduPersonAffiliation': ['staff', 'faculty'] } }));
    expect(refused(says({ others }))).toContain('Not authorized');
  });

  it('leaves the session who the user is, and no more of what the trust policy saw', () => {
    const { Credentials } = assume(says({ others: { 'urn:oid:2.5.4.3': ['Alice'] } }));
    const found = rig.cloud.findCredentials(Credentials.AccessKeyId, Credentials.SessionToken, rig.now);
    const keys = found.ok ? Object.keys(found.caller.session?.federation?.keys ?? {}) : [];
    expect(keys.sort()).toEqual(['saml:namequalifier', 'saml:sub', 'saml:sub_type']);
    rig.iam(root, 'PutRolePolicy', {
      RoleName: 'Auditor',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify(
        allow('iam:ListRoles', '*', {
          StringEquals: { 'saml:sub': 'alice' },
          Null: { 'saml:aud': 'true', 'saml:iss': 'true', 'saml:doc': 'true', 'saml:cn': 'true' },
        }),
      ),
    });
    expect(rig.iam(Credentials, 'ListRoles')).toBeDefined();
  });

  it('needs a session name that can be one', () => {
    expect(refused(says({ attributes: { RoleSessionName: [] } }))).toContain('RoleSessionName');
    expect(refused(says({ attributes: { RoleSessionName: ['a b'] } }))).toContain('must match');
    expect(refused(says({ attributes: { RoleSessionName: ['alice', 'bob'] } }))).toContain('one value');
  });

  it('ends with what was asked, the role allows and the provider says', () => {
    const iso = (seconds: number) => new Date(rig.now + seconds * 1000).toISOString();
    expect(assume(says()).Credentials.Expiration).toEqual(new Date(rig.now + 3_600_000));
    expect(assume(says({ sessionNotOnOrAfter: iso(1_800) })).Credentials.Expiration).toEqual(
      new Date(rig.now + 1_800_000),
    );
    expect(refused(says(), { DurationSeconds: 3_601 })).toContain('MaxSessionDuration');
  });

  it('gives nothing for a session that has ended, or ends at what is no time', () => {
    const { now } = rig;
    const until = (sessionNotOnOrAfter: string) => refused(says({ sessionNotOnOrAfter }));
    expect(until(new Date(now).toISOString())).toMatch(/^ExpiredTokenException/);
    expect(until(new Date(now - 1_000).toISOString())).toMatch(/^ExpiredTokenException/);
    expect(until('tomorrow')).toMatch(/^ExpiredTokenException/);
  });

  it("is recorded in the role's account, as SAMLUser, without the response", () => {
    rig.cloud.takeRecords();
    const xml = says();
    const { Credentials } = assume(xml);
    const records = rig.cloud.takeRecords();
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      eventName: 'AssumeRoleWithSAML',
      recipientAccountId: ACCOUNT,
      userIdentity: { type: 'SAMLUser', userName: 'alice', principalId: expect.stringMatching(/=:alice$/) },
      requestParameters: {
        roleArn: ROLE,
        principalArn: PROVIDER,
        roleSessionName: 'alice',
        sAMLAssertionID: '_a',
      },
      resources: [{ ARN: ROLE }, { ARN: PROVIDER, accountId: ACCOUNT, type: 'AWS::IAM::SAMLProvider' }],
      responseElements: { credentials: { accessKeyId: Credentials.AccessKeyId }, subject: 'alice' },
    });
    expect(JSON.stringify(records)).not.toContain(input(xml).SAMLAssertion.slice(0, 60));
    expect(JSON.stringify(records)).not.toContain(Credentials.SecretAccessKey);
    refused(response({ now: rig.now }, strangerKey));
    const [failed] = rig.cloud.takeRecords();
    expect(failed).toMatchObject({ errorCode: 'InvalidIdentityToken', recipientAccountId: ACCOUNT });
    expect(failed?.userIdentity.userName).toBeUndefined();
    unsignedRefusal(
      rig,
      'AssumeRoleWithSAML',
      input(says(), { RoleArn: ROLE.replace(ACCOUNT, '999999999999') }),
    );
    expect(rig.cloud.takeRecords()).toEqual([]);
  });
});
