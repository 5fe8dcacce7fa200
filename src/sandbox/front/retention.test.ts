import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { startServer } from '../server.ts';
import { createCloud } from '../services/index.ts';
import { sign } from '../wire/testing/signing.ts';
import { bodyOf, Client } from './testing.ts';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

test('what is kept of a call keeps nothing of its head alive', async () => {
  const server = await startServer(createCloud, {});
  const client = await Client.open(server.port);
  const made = await fetch(`${server.url}/_sandbox/accounts`, {
    method: 'POST',
    body: '{"accountId":"111122223333"}',
  });
  const root = (await made.json()) as Credentials;
  const call = async (Action: string, credentials: Credentials, junk: number): Promise<string> => {
    const body = `Action=${Action}&Version=2011-06-15`;
    const headers = { 'user-agent': 'a client with a name that is not short' };
    const plain = { method: 'POST', path: '/', query: {}, headers, body };
    const { raw } = (await sign(plain, { service: 'sts', now: Date.now(), credentials })).headers;
    const lines = raw.map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
    const own = `X-Junk: ${'j'.repeat(junk)}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    return bodyOf(await client.ask(`POST / HTTP/1.1\r\n${lines}${own}`));
  };
  const session = async (junk: number): Promise<void> => {
    const text = await call('GetSessionToken', root, 0);
    const of = (name: string) => new RegExp(`<${name}>(.*)</${name}>`).exec(text)?.[1] ?? '';
    const [accessKeyId, secretAccessKey] = [of('AccessKeyId'), of('SecretAccessKey')];
    const credentials = { accessKeyId, secretAccessKey, sessionToken: of('SessionToken') };
    expect(await call('GetCallerIdentity', credentials, junk)).toContain('GetCallerIdentityResult');
  };
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  for (let i = 0; i < 50; i++) await session(0);
  const before = heap();
  const [calls, junk] = [250, 40_000];
  for (let i = 0; i < calls; i++) await session(junk);
  expect(heap() - before).toBeLessThan((calls * junk) / 4);
  client.close();
  await server.close();
});
