import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WireResponse } from '../wire/http.ts';
import { byOf, Client, type FrontServer, frontServer, get, post } from './testing.ts';

const responses: Record<string, WireResponse> = {
  text: { status: 200, headers: { 'x-amzn-RequestId': 'id', 'Content-Type': 'text/xml' }, body: '<a>b</a>' },
  empty: { status: 200, headers: {}, body: '' },
  'no content': { status: 204, headers: { ETag: '"a"' }, body: 'never sent' },
  'not modified': { status: 304, headers: {}, body: '' },
  redirect: { status: 302, headers: { Location: 'https://a/?b=c', 'Set-Cookie': 'd=e; Path=/' }, body: '' },
  'unknown status': { status: 599, headers: {}, body: 'what' },
  unicode: { status: 200, headers: {}, body: 'é € 😀' },
  'latin1 body': { status: 200, headers: {}, body: 'é' },
  'latin1 header, text': { status: 200, headers: { X: 'é' }, body: 'a' },
  'latin1 header, no body': { status: 200, headers: { X: 'é' }, body: '' },
  'latin1 header, bytes': { status: 200, headers: { X: 'é' }, body: Uint8Array.of(0, 255) },
  bytes: { status: 200, headers: {}, body: Uint8Array.of(0, 13, 10, 255) },
  'no bytes': { status: 200, headers: {}, body: new Uint8Array() },
  'a slice of bytes': { status: 200, headers: {}, body: Buffer.from('abcdef').subarray(2, 4) },
  large: { status: 200, headers: {}, body: 'large '.repeat(50_000) },
  'large unicode': { status: 200, headers: {}, body: 'größer '.repeat(50_000) },
  tab: { status: 200, headers: { X: 'a\tb' }, body: 'a' },
};
const unsendable: Record<string, WireResponse> = {
  'line feed': { status: 200, headers: { X: 'a\nY: b' }, body: 'a' },
  'carriage return': { status: 200, headers: { X: 'a\rY: b' }, body: 'a' },
  NUL: { status: 204, headers: { X: 'a\0' }, body: '' },
  'beyond latin1': { status: 200, headers: { X: '€' }, body: 'a' },
  'no name': { status: 200, headers: { '': 'a' }, body: 'a' },
  'line in a name': { status: 200, headers: { 'X: a\r\nY': 'b' }, body: 'a' },
};

let server: FrontServer;
beforeAll(async () => {
  server = await frontServer(({ query }, by) => {
    asked.push(by);
    const name = decodeURIComponent(query);
    return (
      responses[name] ??
      unsendable[name] ?? { status: 200, headers: { By: by, Connection: 'close' }, body: '' }
    );
  });
});
afterAll(() => server.close());
let asked: string[] = [];

/** What the front answers, and node:http. */
async function both(name: string): Promise<[string, string]> {
  asked = [];
  const target = `/?${encodeURIComponent(name)}`;
  const answers: string[] = [];
  for (const before of [post('', '', '/?text'), get().replace('/', '/?text')]) {
    const client = await Client.open(server.port);
    await client.ask(before);
    answers.push(await client.ask(post('', '', target)));
    // Nothing came behind it.
    expect(await client.ask(post('', '', '/?text'))).toContain('<a>b</a>');
    client.close();
  }
  expect(asked).toEqual([...Array(3).fill('front'), ...Array(3).fill('http')]);
  return answers as [string, string];
}

test.each(Object.keys(responses))('%s: the bytes that node:http sends', async (name) => {
  const [front, http] = await both(name);
  expect(front).toBe(http);
  expect(front).toContain('\r\nConnection: keep-alive\r\nKeep-Alive: timeout=60\r\n');
  expect(front).toContain('\r\nDate: Mon, 03 Feb 2031 04:05:06 GMT\r\n');
  expect(front).not.toContain('never sent');
});

test.each(Object.keys(unsendable))('a header with %s: 500 both ways, and a bug is told', async (name) => {
  const before = server.bugs.length;
  const [front, http] = await both(name);
  expect(front).toBe(http);
  expect(front).toMatch(/^HTTP\/1.1 500 Internal Server Error\r\n/);
  expect(front).not.toContain('Y');
  expect(server.bugs.length - before).toBe(2);
});

test('an answer that ends the connection does', async () => {
  const client = await Client.open(server.port);
  client.send(post(), post());
  const text = await client.ended;
  expect(byOf(text)).toBeDefined();
  expect(text.match(/HTTP/g)).toHaveLength(1);
  expect(text).not.toContain('eep-');
});
