import { beforeEach, describe, expect, it } from 'vitest';
import { type Keys, Rig, trust } from '../testing.ts';
import type { Assumed } from './testing.ts';

const ACCOUNT = '657654036224';

let rig: Rig;
let session: Assumed['Credentials'];

beforeEach(() => {
  rig = new Rig();
  const root: Keys = rig.account(ACCOUNT);
  rig.iam(root, 'CreateRole', { RoleName: 'Auditor', AssumeRolePolicyDocument: trust(ACCOUNT) });
  const user = rig.user(root, 'alice', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
  });
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/Auditor`;
  session = rig.sts<Assumed>(user, 'AssumeRole', { RoleArn, RoleSessionName: 'alice' }).Credentials;
  rig.cloud.takeRecords();
});

describe('a sign-in to the console', () => {
  it('is recorded as ConsoleLogin of the role session, without token or secret', () => {
    const Session = JSON.stringify({
      sessionId: session.AccessKeyId,
      sessionKey: session.SecretAccessKey,
      sessionToken: session.SessionToken,
    });
    const facts = { sourceIp: '203.0.113.7', userAgent: 'Firefox' };
    const { SigninToken: signinToken } = rig.cloud.route(
      'federation',
      'POST',
      { ...facts, session: Session },
      '',
    ) as {
      SigninToken: string;
    };
    rig.cloud.route(
      'federation',
      'POST',
      { ...facts, signinToken, destination: 'https://console.aws.amazon.com/' },
      'login',
    );
    const records = rig.cloud.takeRecords();
    expect(records.map(({ eventName }) => eventName)).toEqual(['GetSigninToken', 'ConsoleLogin']);
    expect(records[1]).toMatchObject({
      eventSource: 'signin.amazonaws.com',
      eventType: 'AwsConsoleSignIn',
      sourceIPAddress: '203.0.113.7',
      userAgent: 'Firefox',
      userIdentity: { type: 'AssumedRole', arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Auditor/alice` },
      responseElements: { ConsoleLogin: 'Success' },
      recipientAccountId: ACCOUNT,
    });
    const text = JSON.stringify(records);
    for (const secret of [session.SecretAccessKey, session.SessionToken, signinToken]) {
      expect(text).not.toContain(secret);
    }
  });

  it('leads to the console only, and begins no other header', () => {
    const Session = JSON.stringify({
      sessionId: session.AccessKeyId,
      sessionKey: session.SecretAccessKey,
      sessionToken: session.SessionToken,
    });
    const federation = (body: object, rest: string) =>
      rig.cloud.route('federation', 'POST', { sourceIp: '203.0.113.7', userAgent: 'x', ...body }, rest);
    const { SigninToken: signinToken } = federation({ session: Session }, '') as { SigninToken: string };
    const led = (destination: string) =>
      (federation({ signinToken, destination }, 'login') as { location: string }).location;
    expect(led('https://console.aws.amazon.com/\r\nSet-Cookie: a=b')).toBe(
      'https://console.aws.amazon.com/Set-Cookie:%20a=b',
    );
    expect(led('https://console.aws.amazon.com\\@evil.example/é')).toBe(
      'https://console.aws.amazon.com/@evil.example/%C3%A9',
    );
    for (const elsewhere of [
      'https://console.aws.amazon.com.evil.example/',
      'https://evil.example/console.aws.amazon.com',
      'https://console.aws.amazon.com@evil.example/',
      'https://console.aws.amazon.com:8443/',
      'http://console.aws.amazon.com/',
      'javascript:alert(1)//console.aws.amazon.com',
      '//console.aws.amazon.com/',
    ]) {
      expect(() => led(elsewhere)).toThrow('Destination');
    }
  });
});
