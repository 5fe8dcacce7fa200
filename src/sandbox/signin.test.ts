import {
  CreateRoleCommand,
  CreateSAMLProviderCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  AssumeRoleWithSAMLCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SandboxControl } from './control-client.ts';
import { startSandbox } from './index.ts';
import { metadata, response } from './services/sts/saml/testing/idp.ts';
import type { RunningSandbox } from './types.ts';

const ACCOUNT = '657654036224';
const NOW = Date.parse('2026-11-23T09:00:00Z');
const DESTINATION = 'https://console.aws.amazon.com/iam/home';

let now = NOW;
let sandbox: RunningSandbox;
let control: SandboxControl;
let sts: STSClient;
let iam: IAMClient;
type Session = {
  sessionId?: string | undefined;
  sessionKey?: string | undefined;
  sessionToken?: string | undefined;
};
let session: Session;

const clientOf = (s: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
  new STSClient({
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: s,
    systemClockOffset: now - Date.now(),
  });

const sessionOf = (
  credentials:
    | {
        AccessKeyId?: string | undefined;
        SecretAccessKey?: string | undefined;
        SessionToken?: string | undefined;
      }
    | undefined,
): Session => ({
  sessionId: credentials?.AccessKeyId,
  sessionKey: credentials?.SecretAccessKey,
  sessionToken: credentials?.SessionToken,
});

const ask = (parameters: Record<string, string>) =>
  fetch(`${sandbox.url}/federation?${new URLSearchParams(parameters)}`, { redirect: 'manual' });
const tokenFor = (who: object, more: Record<string, string> = {}) =>
  ask({ Action: 'getSigninToken', Session: JSON.stringify(who), ...more });
const login = (SigninToken: string, Destination = DESTINATION) =>
  ask({ Action: 'login', Issuer: 'https://example.com', Destination, SigninToken });
const good = async (more: Record<string, string> = {}): Promise<string> => {
  const answer = await tokenFor(session, more);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { SigninToken: string }).SigninToken;
};

beforeAll(async () => {
  sandbox = await startSandbox({ clock: { now: () => now } });
  control = new SandboxControl(sandbox.url);
  const credentials = await control.createAccount(ACCOUNT);
  sts = clientOf(credentials);
  iam = new IAMClient({
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials,
    systemClockOffset: now - Date.now(),
  });
  await iam.send(new CreateSAMLProviderCommand({ Name: 'corp', SAMLMetadataDocument: metadata }));
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'Auditor',
      MaxSessionDuration: 43_200,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/corp` },
            Action: 'sts:AssumeRoleWithSAML',
          },
          { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' },
        ],
      }),
    }),
  );
  // Unsigned, as browsers and federation tools call it.
  const answer = await new STSClient({ endpoint: sandbox.url, region: 'us-east-1' }).send(
    new AssumeRoleWithSAMLCommand({
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/Auditor`,
      PrincipalArn: `arn:aws:iam::${ACCOUNT}:saml-provider/corp`,
      SAMLAssertion: Buffer.from(response({ now })).toString('base64'),
    }),
  );
  session = sessionOf(answer.Credentials);
});
afterAll(() => sandbox.close());

describe('the federation endpoint', () => {
  it('turns temporary credentials into a console session', async () => {
    const token = await good({ SessionDuration: '3600' });
    const answer = await login(token);
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe(DESTINATION);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^aws-creds=[\w-]+; .*Max-Age=3600; HttpOnly; SameSite=Strict$/,
    );
    expect(token).not.toContain(session.sessionKey);
  });

  it('takes a form as well as a query', async () => {
    const body = new URLSearchParams({ Action: 'getSigninToken', Session: JSON.stringify(session) });
    const answer = await fetch(`${sandbox.url}/federation`, { method: 'POST', body });
    expect(answer.status).toBe(200);
  });

  it('refuses credentials that are long-term, forged, borrowed or of the wrong kind', async () => {
    const root = await sts.config.credentials();
    const own = await sts.send(new GetSessionTokenCommand({}));
    for (const who of [
      { sessionId: root.accessKeyId, sessionKey: root.secretAccessKey },
      { sessionId: root.accessKeyId, sessionKey: root.secretAccessKey, sessionToken: '' },
      { ...session, sessionKey: 'x'.repeat(40) },
      { ...session, sessionKey: root.secretAccessKey },
      { ...session, sessionId: root.accessKeyId },
      { ...session, sessionToken: `${session.sessionToken}A` },
      sessionOf(own.Credentials),
      'text',
      {},
    ]) {
      expect((await tokenFor(who as object)).status).toBe(400);
    }
    expect((await ask({ Action: 'getSigninToken', Session: 'no json' })).status).toBe(400);
  });

  it('takes a duration from 15 minutes to 12 hours, and none for federated users and chained sessions', async () => {
    for (const bad of ['899', '43201', '1h', '-1']) {
      expect((await tokenFor(session, { SessionDuration: bad })).status).toBe(400);
    }
    await good({ SessionDuration: '900' });
    await good({ SessionDuration: '43200' });
    const federated = await sts.send(
      new GetFederationTokenCommand({
        Name: 'bob',
        Policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}',
      }),
    );
    expect((await tokenFor(sessionOf(federated.Credentials))).status).toBe(200);
    expect((await tokenFor(sessionOf(federated.Credentials), { SessionDuration: '3600' })).status).toBe(400);
    const { sessionId = '', sessionKey = '', sessionToken = '' } = session;
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'Auditor',
        PolicyName: 'onward',
        PolicyDocument:
          '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}}',
      }),
    );
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/Auditor`;
    const chained = await clientOf({
      accessKeyId: sessionId,
      secretAccessKey: sessionKey,
      sessionToken,
    }).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'again' }));
    expect((await tokenFor(sessionOf(chained.Credentials))).status).toBe(200);
    expect((await tokenFor(sessionOf(chained.Credentials), { SessionDuration: '3600' })).status).toBe(400);
  });

  it('lets nobody in with a token that is forged or old, or of another purpose', async () => {
    const token = await good();
    const cookie = /aws-creds=([\w-]+)/.exec((await login(token)).headers.get('set-cookie') ?? '')?.[1] ?? '';
    for (const bad of [
      '',
      'x',
      token.slice(2),
      `${token.slice(0, -4)}AAAA`,
      cookie,
      session.sessionToken ?? '',
    ]) {
      expect((await login(bad)).status).toBe(400);
    }
    now += 15 * 60_000 - 1_000;
    expect((await login(token)).status).toBe(302);
    now += 1_000;
    expect((await login(token)).status).toBe(400);
    now = NOW;
  });

  it('ends with the credentials', async () => {
    now = NOW + 3_599_000;
    const token = await good();
    now = NOW + 3_600_000;
    expect((await login(token)).status).toBe(400);
    expect((await tokenFor(session)).status).toBe(400);
    now = NOW;
  });

  it('sends browsers to the console and nowhere else', async () => {
    const token = await good();
    for (const bad of [
      'https://evil.example.com/',
      'http://console.aws.amazon.com/',
      'https://console.aws.amazon.com.evil.example/',
      'https://console.aws.amazon.com@evil.example/',
      'https://evilaws.amazon.com.example/',
      'javascript:alert(1)',
      '',
    ]) {
      expect((await login(token, bad)).status).toBe(400);
    }
    expect((await login(token, 'https://eu-west-1.console.aws.amazon.com/s3/')).status).toBe(302);
  });

  it('leaves requests for a bucket of that name alone', async () => {
    expect(await (await fetch(`${sandbox.url}/federation`)).text()).toContain('<Code>NoSuchBucket</Code>');
    const answer = await fetch(`${sandbox.url}/federation?Action=login`, {
      headers: { authorization: 'AWS4 x' },
    });
    expect(await answer.text()).not.toContain('Sign-In');
  });
});
