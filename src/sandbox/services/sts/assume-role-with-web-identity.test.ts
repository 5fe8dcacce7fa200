import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../types.ts';
import { allow, type Keys, Rig, trust } from '../testing.ts';
import { type Assumed, unsigned, unsignedRefusal } from './testing.ts';

const ACCOUNT = '657654036224';
const HOST = 'token.actions.githubusercontent.com';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/deploy`;
const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/${HOST}`;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

let rig: Rig;
let root: Keys;

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(
  claims: object = {},
  { alg = 'RS256', kid = 'r' as string | undefined, key = rsa.privateKey as KeyObject } = {},
): string {
  const seconds = Math.floor(rig.now / 1000);
  const body = {
    iss: `https://${HOST}`,
    sub: 'repo:acme/app:ref:refs/heads/main',
    aud: 'sts.amazonaws.com',
    iat: seconds,
    nbf: seconds,
    exp: seconds + 600,
    ...claims,
  };
  const text = `${part({ typ: 'JWT', alg, ...(kid && { kid }) })}.${part(body)}`;
  const signature = sign(
    'sha256',
    Buffer.from(text),
    alg.startsWith('ES') ? { key, dsaEncoding: 'ieee-p1363' } : key,
  );
  return `${text}.${signature.toString('base64url')}`;
}

const input = (WebIdentityToken: string, more: object = {}) => ({
  RoleArn: ROLE,
  RoleSessionName: 'ci',
  WebIdentityToken,
  ...more,
});
const assume = (text: string, more: object = {}) =>
  unsigned<Assumed>(rig, 'AssumeRoleWithWebIdentity', input(text, more));
const refused = (text: string, more: object = {}) =>
  unsignedRefusal(rig, 'AssumeRoleWithWebIdentity', input(text, more));
const trusting = (Condition: object, Action: unknown = 'sts:AssumeRoleWithWebIdentity') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Federated: PROVIDER }, Action, Condition }],
  });
const main = {
  StringEquals: {
    [`${HOST}:sub`]: 'repo:acme/app:ref:refs/heads/main',
    [`${HOST}:aud`]: 'sts.amazonaws.com',
  },
};
const keys = (jwks: unknown, issuer = `https://${HOST}`) =>
  rig.cloud.routes.get('identity-providers')?.['PUT']?.({ issuer, jwks }, '', { now: rig.now });
const jwk = ({ publicKey }: { publicKey: KeyObject }, kid: string) => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
});

beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
  rig.iam(root, 'CreateOpenIDConnectProvider', {
    Url: `https://${HOST}`,
    ClientIDList: ['sts.amazonaws.com'],
    ThumbprintList: ['6938fd4d98bab03faadb97b34396831e3780aea1'],
  });
  rig.iam(root, 'CreateRole', { RoleName: 'deploy', AssumeRolePolicyDocument: trusting(main) });
  keys({ keys: [jwk(rsa, 'r'), jwk(ec, 'e')] });
});

describe('AssumeRoleWithWebIdentity', () => {
  it('gives a session for a token of the issuer, RSA or elliptic curve', () => {
    for (const text of [
      token(),
      token({}, { alg: 'ES256', kid: 'e', key: ec.privateKey }),
      token({}, { kid: undefined }),
    ]) {
      const made = assume(text);
      expect(made).toMatchObject({
        AssumedRoleUser: { Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/ci` },
        SubjectFromWebIdentityToken: 'repo:acme/app:ref:refs/heads/main',
        Provider: PROVIDER,
        Audience: 'sts.amazonaws.com',
      });
      expect(rig.sts(made.Credentials, 'GetCallerIdentity')).toMatchObject({ Account: ACCOUNT });
    }
  });

  it('refuses forged tokens', () => {
    const good = token();
    const [head = '', body = '', signature = ''] = good.split('.');
    const invalid = /^InvalidIdentityToken/;
    const pem = rsa.publicKey.export({ format: 'pem', type: 'spki' });
    const hmacHead = part({ typ: 'JWT', alg: 'HS256', kid: 'r' });
    const forged = [
      token({}, { key: stranger.privateKey }),
      `${head}.${part({ iss: `https://${HOST}`, sub: 'repo:acme/app:ref:refs/heads/main', aud: 'sts.amazonaws.com', exp: 9e9 })}.${signature}`,
      `${part({ alg: 'none' })}.${body}.`,
      `${part({ alg: 'none' })}.${body}.${signature}`,
      `${part({ alg: 'None' })}.${body}.${part({})}`,
      `${hmacHead}.${body}.${createHmac('sha256', pem).update(`${hmacHead}.${body}`).digest('base64url')}`,
      token({}, { kid: 'e' }),
      token({}, { alg: 'ES256', kid: 'r' }),
      good.slice(0, -2),
      `${good}=`,
      `${good}.x`,
      'token',
      '',
    ];
    for (const text of forged) expect(refused(text)).toMatch(invalid);
    expect(assume(good)).toBeDefined();
  });

  it('refuses an unknown issuer, one whose keys are not known, and an audience that was not registered', () => {
    expect(refused(token({ iss: 'https://evil.example.com' }))).toBe(
      'InvalidIdentityToken: No OpenIDConnect provider found in your account for https://evil.example.com',
    );
    expect(refused(token({ aud: 'https://other' }))).toBe('InvalidIdentityToken: Incorrect token audience');
    expect(refused(token({ azp: 'other' }))).toBe('InvalidIdentityToken: Incorrect token audience');
    expect(assume(token({ aud: ['x', 'sts.amazonaws.com'] }))).toBeDefined();
    keys(null);
    expect(refused(token())).toMatch(/^InvalidIdentityToken: Couldn't retrieve verification key/);
  });

  it('knows Google without a provider of the account', () => {
    const Statement = [
      {
        Effect: 'Allow',
        Principal: { Federated: 'accounts.google.com' },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            'accounts.google.com:aud': 'app',
            'accounts.google.com:oaud': ['app', 'backend'],
            'accounts.google.com:sub': '1',
          },
        },
      },
    ];
    rig.iam(root, 'UpdateAssumeRolePolicy', {
      RoleName: 'deploy',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    });
    keys({ keys: [jwk(rsa, 'r')] }, 'https://accounts.google.com');
    const claims = { iss: 'https://accounts.google.com', sub: '1', aud: 'app' };
    expect(assume(token(claims)).Provider).toBe('accounts.google.com');
    expect(refused(token({ ...claims, aud: 'other' }))).toContain('Not authorized');
    // A hybrid app: azp is the app, aud is whom the token is for.
    expect(assume(token({ ...claims, azp: 'app', aud: 'backend' }))).toBeDefined();
    expect(refused(token({ ...claims, azp: 'app', aud: 'elsewhere' }))).toContain('Not authorized');
    expect(refused(token({ ...claims, azp: 'other', aud: 'app' }))).toContain('Not authorized');
  });

  it('is for its time only', () => {
    const text = token();
    rig.now += 599_000;
    expect(assume(text)).toBeDefined();
    rig.now += 1_000;
    expect(refused(text)).toMatch(
      /^ExpiredTokenException: Token expired: current date\/time \d+ must be before/,
    );
    expect(refused(token({ nbf: Math.floor(rig.now / 1000) + 301 }))).toContain('not yet valid');
    expect(refused(token({ exp: '9999999999' }))).toContain('not a valid JWT');
  });

  it('leaves the last word to the trust policy', () => {
    const denied = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity';
    expect(refused(token({ sub: 'repo:evil/app:ref:refs/heads/main' }))).toBe(denied);
    expect(refused(token({ sub: 'repo:acme/app:pull_request' }))).toBe(denied);
    expect(refused(token(), { RoleArn: `${ROLE}2` })).toBe(denied);
    // A role of another account, which has no such provider, can't be had with this token.
    const other = rig.account('489157521585');
    rig.iam(other, 'CreateRole', { RoleName: 'deploy', AssumeRolePolicyDocument: trusting(main) });
    expect(refused(token(), { RoleArn: ROLE.replace(ACCOUNT, '489157521585') })).toContain(
      'No OpenIDConnect provider',
    );
    // Nor by a trust policy that names the provider of another account, whose issuer is the same.
    rig.iam(root, 'UpdateAssumeRolePolicy', {
      RoleName: 'deploy',
      PolicyDocument: trusting(main).replace(`::${ACCOUNT}:`, '::489157521585:'),
    });
    expect(refused(token())).toBe(denied);
  });

  it('brings session tags and a source identity, when the trust policy lets it', () => {
    const claims = {
      'https://aws.amazon.com/tags': { principal_tags: { team: ['red'] }, transitive_tag_keys: ['team'] },
      'https://aws.amazon.com/source_identity': 'octocat',
    };
    expect(refused(token(claims))).toContain('Not authorized');
    rig.iam(root, 'UpdateAssumeRolePolicy', {
      RoleName: 'deploy',
      PolicyDocument: trusting(main, [
        'sts:AssumeRoleWithWebIdentity',
        'sts:TagSession',
        'sts:SetSourceIdentity',
      ]),
    });
    rig.iam(root, 'PutRolePolicy', {
      RoleName: 'deploy',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify(
        allow('iam:ListRoles', '*', {
          StringEquals: { 'aws:PrincipalTag/team': 'red', 'aws:FederatedProvider': PROVIDER },
        }),
      ),
    });
    rig.cloud.takeRecords();
    const tagged = assume(token(claims)).Credentials;
    expect(rig.cloud.takeRecords()[0]?.requestParameters).toMatchObject({
      sourceIdentity: 'octocat',
      principalTags: { team: 'red' },
      transitiveTagKeys: ['team'],
    });
    expect(rig.iam(tagged, 'ListRoles')).toBeDefined();
    expect(rig.refusal(assume(token()).Credentials, 'iam', 'ListRoles')).toContain('not authorized');
    expect(refused(token({ 'https://aws.amazon.com/tags': { principal_tags: { a: [1] } } }))).toMatch(
      /^IDPRejectedClaim/,
    );
  });

  it('takes no tags from a session that happens to sign the call', () => {
    rig.iam(root, 'CreateRole', {
      RoleName: 'stepping',
      AssumeRolePolicyDocument: trust(ACCOUNT, undefined, ['sts:AssumeRole', 'sts:TagSession']),
    });
    const mallory = rig.user(root, 'mallory', allow('sts:*'));
    const { Credentials } = rig.sts<Assumed>(mallory, 'AssumeRole', {
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/stepping`,
      RoleSessionName: 'xx',
      Tags: [{ Key: 'team', Value: 'admins' }],
      TransitiveTagKeys: ['team'],
    });
    // The role deploy doesn't allow sts:TagSession.
    const made = rig.sts<Assumed>(Credentials, 'AssumeRoleWithWebIdentity', input(token())).Credentials;
    const found = rig.cloud.findCredentials(made.AccessKeyId, made.SessionToken, rig.now);
    expect(found.ok && found.caller.session).toMatchObject({ tags: {}, transitiveTagKeys: [] });
  });

  it("is recorded in the role's account as WebIdentityUser, without the token; so are the session's calls", () => {
    rig.cloud.takeRecords();
    const text = token();
    const { Credentials } = assume(text);
    rig.sts(Credentials, 'GetCallerIdentity');
    const [made, used] = rig.cloud.takeRecords();
    expect(made).toMatchObject({
      eventName: 'AssumeRoleWithWebIdentity',
      recipientAccountId: ACCOUNT,
      userIdentity: {
        type: 'WebIdentityUser',
        principalId: `${PROVIDER}:sts.amazonaws.com:repo:acme/app:ref:refs/heads/main`,
        userName: 'repo:acme/app:ref:refs/heads/main',
        identityProvider: PROVIDER,
      },
      requestParameters: { roleArn: ROLE, roleSessionName: 'ci' },
      responseElements: { provider: PROVIDER, audience: 'sts.amazonaws.com' },
    });
    expect(used?.userIdentity.sessionContext?.webIdFederationData).toMatchObject({
      federatedProvider: PROVIDER,
    });
    const all = JSON.stringify([made, used]);
    for (const piece of text.split('.')) expect(all).not.toContain(piece);
    refused(token({ sub: 'forged' }, { key: stranger.privateKey }));
    expect(JSON.stringify(rig.cloud.takeRecords())).not.toContain('forged');
  });
});

describe('keys of an issuer', () => {
  it('are taken as JWKs only, and never kept with a private part', () => {
    expect(() => keys({ keys: [{ kty: 'oct', k: 'AAAA' }] })).toThrow(AwsError);
    expect(() => keys('x')).toThrow(AwsError);
    const text = rsa.privateKey.export({ format: 'jwk' });
    keys({ keys: [text] });
    const graph = JSON.stringify(rig.cloud.save(), (_key, value) =>
      value instanceof Map ? [...value] : typeof value === 'bigint' ? String(value) : value,
    );
    expect(graph).not.toContain(text.d);
  });
});
