import { connect } from 'node:net';
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ControlError, SandboxControl } from './control-client.ts';
import { Client, get as simpleGet } from './front/testing.ts';
import { callerIdentity, testKey, testServer } from './wire/testing.ts';

type Started = Awaited<ReturnType<typeof testServer>>;
let started: Started;
let control: SandboxControl;
beforeAll(async () => {
  started = await testServer({ 'sts:GetCallerIdentity': callerIdentity });
  control = new SandboxControl(started.sandbox.url);
});
afterAll(() => started.sandbox.close());

/** Sends bytes as they are, then whatever the server answers until it closes. */
const raw = (bytes: string, half = false): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(started.sandbox.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    if (half) socket.end(bytes);
    else socket.write(bytes);
  });

const get = (path: string, headers: Record<string, string> = {}, method = 'GET', body = '') =>
  raw(
    `${method} ${path} HTTP/1.1\r\nConnection: close\r\n${Object.entries({ Host: '127.0.0.1', ...headers })
      .map(([n, v]) => `${n}: ${v}\r\n`)
      .join('')}Content-Length: ${body.length}\r\n\r\n${body}`,
  );

describe('HTTP', () => {
  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', '400'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', '400'],
    [
      'length and chunked',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
    ],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', '400'],
    ['huge header', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`, '431'],
    ['bare line feed in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\nY b\r\n\r\n', '400'],
  ])('%s: refused, and the connection ends', async (_, bytes, status) => {
    expect(await raw(bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test('a body that breaks off is not handled', async () => {
    const before = started.cloud.calls.length;
    await raw('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nAction=', true);
    expect(started.cloud.calls).toHaveLength(before);
    expect((await control.health()).ok).toBe(true);
  });

  test('a body over the limit is refused with 413', async () => {
    const response = await fetch(started.sandbox.url, { method: 'POST', body: 'a'.repeat(1024 * 1024 + 1) });
    expect(response.status).toBe(413);
    const fits = await fetch(started.sandbox.url, { method: 'POST', body: 'a'.repeat(1024 * 1024) });
    expect(fits.status).toBe(403);
  });

  test('unsigned, absolute-form and odd methods get a modelled error', async () => {
    expect(await get('/')).toContain('MissingAuthenticationToken');
    expect(await get('http://sts.amazonaws.com/')).toContain('MissingAuthenticationToken');
    expect(await get('/%zz?%zz=%')).toContain('<Code>InvalidURI</Code>');
    expect(await get('*', {}, 'OPTIONS')).toContain('<Code>');
  });

  test('a taken port rejects with EADDRINUSE', async () => {
    const { startServer } = await import('./server.ts');
    const taken = startServer(() => started.cloud, { port: started.sandbox.port });
    await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('operations that are not served are not retried by SDKs', async () => {
    const sts = new STSClient({ ...started.client, maxAttempts: 3 });
    await expect(sts.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({
      name: 'NotImplemented',
      $metadata: { httpStatusCode: 501, attempts: 1 },
    });
  });
});

describe('two ways through one server', () => {
  const caller = 'Action=GetCallerIdentity&Version=2011-06-15';
  const simple = (path: string, body: string) =>
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const plain = (answer: string) =>
    answer.replace(/^Date: .*$/m, '').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\d\d:\d\d:[\d.]+Z/g, '');

  test.each([
    ['an unsigned call', simple('/', caller), '403'],
    ['rubbish', simple('/', '%'), '404'],
    ['S3', simple('/bucket/key?uploads', ''), '501'],
    ['control', simple('/_sandbox/nothing', '{}'), '404'],
    ['control, no JSON', simple('/_sandbox/accounts', '{'), '400'],
  ])('%s is answered alike by the front and by node:http', async (_, bytes, status) => {
    const client = await Client.open(started.sandbox.port);
    const front = await client.ask(bytes);
    expect(await client.ask(simpleGet())).toContain('MissingAuthenticationToken');
    const http = await client.ask(bytes);
    client.close();
    expect(front.slice(9, 12)).toBe(status);
    expect(plain(front)).toBe(plain(http));
  });

  test('closing does not wait for clients, whoever has their connection', async () => {
    const own = await testServer({});
    const open = () => Client.open(own.sandbox.port);
    const [silent, idle, handed, half] = await Promise.all([open(), open(), open(), open()]);
    await idle.ask(simple('/', caller));
    await handed.ask(simpleGet());
    half.send('POST / ');
    // Were it to wait for one of them, this test would time out first.
    await own.sandbox.close();
    await Promise.all([silent, idle, handed, half].map((client) => client.ended));
  });
});

describe('virtual time', () => {
  test('SDK clients follow it by the Date header; those who can not are refused', async () => {
    const own = await testServer({ 'sts:GetCallerIdentity': callerIdentity });
    const clock = new SandboxControl(own.sandbox.url);
    const sts = new STSClient({ ...own.client, maxAttempts: 2 });
    await sts.send(new GetCallerIdentityCommand({}));
    for (const time of ['2031-02-03T04:05:06.000Z', '2001-02-03T04:05:06.000Z']) {
      await clock.setTime(new Date(time));
      const answer = await sts.send(new GetCallerIdentityCommand({}));
      expect(answer.$metadata.attempts).toBe(2);
      expect(own.cloud.calls.at(-1)?.call.now).toBeGreaterThanOrEqual(Date.parse(time));
    }
    const once = new STSClient({ ...own.client, maxAttempts: 1 });
    await expect(once.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    await own.sandbox.close();
  });

  test('goes forwards and backwards, and keeps running', async () => {
    const set = await control.setTime(new Date('2030-01-01T00:00:00Z'));
    expect(set.getTime()).toBeGreaterThanOrEqual(Date.parse('2030-01-01T00:00:00Z'));
    const later = await control.advance(3600);
    expect(later.getTime() - set.getTime()).toBeGreaterThanOrEqual(3_600_000);
    const back = await control.advance(-7200);
    expect(back.getTime()).toBeLessThan(set.getTime());
    expect((await control.now()).getTime()).toBeGreaterThanOrEqual(back.getTime());
    await control.setTime(new Date());
  });
});

describe('large headers', () => {
  test('a session token of fifty long tags fits, a header without end does not', async () => {
    const token = `X-Amz-Security-Token: ${'A'.repeat(30_000)}\r\n`;
    const ask = (header: string) =>
      raw(`GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${header}\r\n`).then((t) => t.slice(9, 12));
    expect(await ask(token)).toBe('403');
    expect(await ask(token.repeat(3))).toBe('431');
  });
});

describe('control interface', () => {
  test('creates accounts and lists them; refuses what is none', async () => {
    expect(await control.createAccount('111122223333', 'one')).toMatchObject({
      accountId: '111122223333',
      ...testKey,
    });
    expect(await control.accounts()).toEqual([{ accountId: '111122223333', name: 'one' }]);
    await expect(control.createAccount('111122223333')).rejects.toMatchObject({ status: 409 });
    await expect(control.createAccount('12')).rejects.toBeInstanceOf(ControlError);
    await control.reset();
    expect(await control.accounts()).toEqual([]);
  });

  test('source address: for all, for one key, removed again', async () => {
    const sts = new STSClient(started.client);
    const seen = async () => {
      await sts.send(new GetCallerIdentityCommand({}));
      return started.cloud.calls.at(-1)?.call.sourceIp;
    };
    expect(await seen()).toBe('127.0.0.1');
    await control.setSourceIp('198.51.100.7');
    await control.setSourceIp('2001:db8::1', testKey.accessKeyId);
    expect(await seen()).toBe('2001:db8::1');
    await control.setSourceIp(null, testKey.accessKeyId);
    expect(await seen()).toBe('198.51.100.7');
    await control.setSourceIp(null);
    expect(await seen()).toBe('127.0.0.1');
    await expect(control.setSourceIp('35.201.45')).rejects.toMatchObject({ status: 400 });
  });

  test('explains denials it knows of', async () => {
    expect(await control.explainDenial('known')).toEqual({ text: 'because' });
    expect(await control.explainDenial('other')).toBeUndefined();
  });

  test.each([
    ['PUT', 'clock', '{"now":"tomorrow"}'],
    ['PUT', 'clock', '{"now":"9999-12-31T23:59:60Z"}'],
    ['PUT', 'clock', '{"advanceSeconds":1e15}'],
    ['PUT', 'clock', '{"advanceSeconds":"1"}'],
    ['PUT', 'clock', '{}'],
    ['PUT', 'clock', '{"now":"2026-01-01T00:00:00Z","advanceSeconds":1}'],
    ['PUT', 'clock', '[1'],
    ['PUT', 'source-ip', '{}'],
    ['POST', 'accounts', '{"accountId":489157521585}'],
    ['POST', 'accounts', '{"accountId":"489157521585","name":5}'],
  ])('%s %s %s is refused with a sentence', async (method, path, body) => {
    const response = await fetch(`${started.sandbox.url}/_sandbox/${path}`, { method, body });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error.length).toBeGreaterThan(10);
  });

  test('unknown paths and methods: 404, 405', async () => {
    const status = async (path: string, method: string) =>
      (await fetch(`${started.sandbox.url}/_sandbox/${path}`, { method })).status;
    expect(await status('nothing', 'GET')).toBe(404);
    expect(await status('__proto__', 'GET')).toBe(404);
    expect(await status('health', 'DELETE')).toBe(405);
  });

  test.each([
    [{ Host: 'evil.example' }, '403'],
    [{ Host: '127.0.0.1.evil.example' }, '403'],
    [{ Host: 'localhost@evil.example' }, '403'],
    [{ Origin: 'https://evil.example' }, '403'],
    [{ Origin: 'null' }, '403'],
    [{ Origin: 'http://127.0.0.1:1' }, '403'],
    [{ 'Sec-Fetch-Site': 'cross-site' }, '403'],
    [{ 'X-Amz-Sns-Message-Type': 'Notification' }, '403'],
    [{}, '200'],
    [{ Host: 'localhost:4599' }, '200'],
    [{ Host: '[::1]:4599' }, '200'],
    [{ Host: '127.0.0.1:4599', Origin: 'http://127.0.0.1:4599' }, '200'],
  ])('browsers of other origins are kept out: %j → %s', async (headers, status) => {
    expect(await get('/_sandbox/health', headers)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(await get('/_sandbox/reset', headers, 'POST')).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test('no AWS path is treated differently because of them', async () => {
    const sts = new STSClient({
      ...started.client,
      endpoint: started.sandbox.url.replace('127.0.0.1', 'localhost'),
    });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe('489157521585');
  });
});
