import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitTarget } from '../wire/http.ts';
import { simpleRequest } from './simple-request.ts';

/** `FRONT_FUZZ_RUNS=50000 npx vitest run src/sandbox/front/simple` for the long run: a minute. */
const runs = Number(process.env['FRONT_FUZZ_RUNS'] ?? 400);
const limits = { head: 16_384, body: 65_536 };
const read = (text: string) => simpleRequest(Buffer.from(text, 'latin1'), limits);
const LINE = 'POST / HTTP/1.1\r\n';
const OK = `${LINE}Host: a\r\nContent-Length: 2\r\n`;

test('reads a whole request as it was sent', () => {
  const text = `POST /a/b?c=d&e?f HTTP/1.1\r\nHOST:a \r\nX-Empty:\r\nx-twice:   1 2  \r\nX-Twice: é\r\ncontent-length: 3\r\n\r\nx\r\n`;
  expect(read(text)).toBeUndefined();
  expect(read(text.replace('é', '3:4'))).toEqual({
    method: 'POST',
    path: '/a/b',
    query: 'c=d&e?f',
    rawHeaders: ['HOST', 'a', 'X-Empty', '', 'x-twice', '1 2', 'X-Twice', '3:4', 'content-length', '3'],
    names: ['host', 'x-empty', 'x-twice', 'x-twice', 'content-length'],
    body: Buffer.from('x\r\n'),
  });
});

test.each([
  ['the plainest', `${OK}\r\nab`],
  ['no body', `${LINE}Host: a\r\nContent-Length: 0\r\n\r\n`],
  ['an empty Host', `${LINE}Host:\r\nContent-Length: 0\r\n\r\n`],
  ['Connection: keep-alive', `${OK}connection: Keep-Alive\r\n\r\nab`],
  ['all token characters', `${OK}!#$%&'*+-.^_\`|~09azAZ: x\r\n\r\nab`],
  ['a head that ends where the limit is', `${OK}X: ${'x'.repeat(16_384 - OK.length - 7)}\r\n\r\nab`],
  ['100 headers', `${OK}${'x: y\r\n'.repeat(98)}\r\nab`],
])('takes %s', (_, text) => {
  expect(read(text)).toBeDefined();
});

test.each([
  ['nothing', ''],
  ['less than a head', OK],
  ['a head without its last byte', `${OK}\r`],
  ['a body that is too short', `${OK}\r\na`],
  ['a body that is too long', `${OK}\r\nabc`],
  ['two requests', `${OK}\r\nab${OK}\r\nab`],
  ['another method', `${OK}\r\nab`.replace('POST', 'PUT')],
  ['a method in lower case', `${OK}\r\nab`.replace('POST', 'post')],
  ['an empty line before', `\r\n${OK}\r\nab`],
  ['HTTP/1.0', `${OK}\r\nab`.replace('1.1', '1.0')],
  ['no version', `${OK}\r\nab`.replace(' HTTP/1.1', '')],
  ['no target', `${OK}\r\nab`.replace('/ ', '')],
  ['absolute form', `${OK}\r\nab`.replace('/ ', 'http://a/ ')],
  ['a fragment', `${OK}\r\nab`.replace('/ ', '/#a ')],
  ['a space in the target', `${OK}\r\nab`.replace('/ ', '/ a ')],
  ['two spaces', `${OK}\r\nab`.replace('/ ', '/  ')],
  ['a byte beyond ASCII in the target', `${OK}\r\nab`.replace('/ ', '/é ')],
  ['no Host', `${LINE}Content-Length: 2\r\n\r\nab`],
  ['two Hosts', `${OK}host: a\r\n\r\nab`],
  ['no length', `${LINE}Host: a\r\n\r\n`],
  ['two lengths', `${OK}content-length: 2\r\n\r\nab`],
  ['a length with a sign', `${LINE}Host: a\r\nContent-Length: +2\r\n\r\nab`],
  ['a length with a zero before', `${LINE}Host: a\r\nContent-Length: 02\r\n\r\nab`],
  ['lengths in a list', `${LINE}Host: a\r\nContent-Length: 2, 2\r\n\r\nab`],
  ['a hexadecimal length', `${LINE}Host: a\r\nContent-Length: 0x2\r\n\r\nab`],
  ['an empty length', `${LINE}Host: a\r\nContent-Length:\r\n\r\n`],
  ['a length beyond all numbers', `${LINE}Host: a\r\nContent-Length: ${'9'.repeat(400)}\r\n\r\nab`],
  ['Transfer-Encoding', `${OK}Transfer-Encoding: chunked\r\n\r\nab`],
  ['Expect', `${OK}expect: 100-continue\r\n\r\nab`],
  ['Upgrade', `${OK}upgrade: h2c\r\n\r\nab`],
  ['Connection: close', `${OK}Connection: close\r\n\r\nab`],
  ['Connection: keep-alive, upgrade', `${OK}Connection: keep-alive, upgrade\r\n\r\nab`],
  ['a folded line', `${OK}X: a\r\n b\r\n\r\nab`],
  ['a space before the colon', `${OK}X : a\r\n\r\nab`],
  ['a space before the name', `${LINE} Host: a\r\nContent-Length: 2\r\n\r\nab`],
  ['no name', `${OK}: a\r\n\r\nab`],
  ['no colon', `${OK}abc\r\n\r\nab`],
  ['no colon in the only line', `${LINE}abc\r\n\r\nab`],
  ['a tab', `${OK}X:\ta\r\n\r\nab`],
  ['a NUL', `${OK}X: \0\r\n\r\nab`],
  ['a DEL', `${OK}X: \x7f\r\n\r\nab`],
  ['a bare LF', `${OK}X: a\nY: b\r\n\r\nab`],
  ['a bare CR', `${OK}X: a\rY: b\r\n\r\nab`],
  ['CR CR LF', `${OK}X: a\r\r\n\r\nab`],
  ['a head that ends in LF LF', `${OK}\nab`],
  ['101 headers', `${OK}${'x: y\r\n'.repeat(99)}\r\nab`],
  ['a long head', `${OK}X: ${'x'.repeat(16_384 - OK.length - 6)}\r\n\r\nab`],
  ['a long body', `${OK.replace('2', '65537')}\r\n${'a'.repeat(65_537)}`],
])('leaves %s to node:http', (_, text) => {
  expect(read(text)).toBeUndefined();
});

const from = (characters: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength });
const printable = String.fromCharCode(...Array.from({ length: 95 }, (_, i) => 32 + i));
const tokens = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** Mostly the first, or half of all requests would have nothing wrong but this. */
const mostly = <T>(usual: fc.Arbitrary<T>, ...odd: fc.Arbitrary<T>[]) =>
  fc.oneof({ weight: 30, arbitrary: usual }, ...odd.map((arbitrary) => ({ weight: 1, arbitrary })));
const texts = (...all: string[]) => fc.constantFrom(...all);

const lineEnd = mostly(texts('\r\n'), texts('\n', '\r', '\r\r\n', '\n\r\n', '\r\n ', '\r\n\t', '\0\r\n'));
const header = fc
  .tuple(
    mostly(
      fc.oneof(texts('User-Agent', 'X-Amz-Date', 'authorization'), from(tokens, 12)),
      from(printable, 5),
    ),
    mostly(texts(': ', ':', ':   '), texts(' : ', ':\t', '', ' ', '::')),
    mostly(fc.oneof(texts('', 'a  b '), from(printable, 30)), from('\0\t\r\n\x0b\x7f\x80éÿ a', 6)),
    lineEnd,
  )
  .map((parts) => parts.join(''));
const special = fc
  .tuple(
    texts('Transfer-Encoding', 'Content-Length', 'Host', 'Connection', 'Upgrade', 'Expect', 'TE', 'Trailer'),
    texts(
      'chunked',
      'identity',
      '0',
      '3',
      'a',
      'close',
      'keep-alive',
      'KEEP-ALIVE',
      'upgrade',
      '100-continue',
    ),
  )
  .map(([name, value]) => `${name}: ${value}\r\n`);

/** Requests that are right but for few things, with what comes behind them. */
const request = fc
  .record({
    method: mostly(texts('POST'), texts('GET', 'post', 'PO ST', 'HEAD', '')),
    space: mostly(texts(' '), texts('  ', '\t', '')),
    target: mostly(
      fc.oneof(
        texts('/', '/a?b=c'),
        from(printable.slice(1), 20).map((t) => `/${t.replaceAll('#', '')}`),
      ),
      texts('*', '', 'a', 'http://a/b', '/#', '/a b', '//a', '/\x80', '/\x7f'),
    ),
    version: mostly(
      texts(' HTTP/1.1'),
      texts(' HTTP/1.0', ' HTTP/2.0', ' http/1.1', '', '  HTTP/1.1', ' HTTP/1.1 '),
    ),
    host: mostly(texts('Host: a\r\n', 'host:b\r\n', 'HOST: \r\n'), texts('', 'Host: a\r\nHost: b\r\n')),
    headers: fc.array(header, { maxLength: 6 }),
    odd: mostly(texts(''), special),
    odder: mostly(texts(''), special),
    length: mostly(
      texts('exact'),
      texts('longer', 'shorter', 'none', 'twice', 'plus', 'zero', 'hex', 'comma', 'space'),
    ),
    body: fc.oneof(texts('', '0\r\n\r\n', '\r\n'), from(`${printable}\r\n\0ÿ`, 40)),
    behind: mostly(texts(''), texts('\r\n', 'a', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')),
    lineEnd,
    headEnd: mostly(texts('\r\n'), texts('\n', '\r', '', ' \r\n')),
    change: fc.option(fc.tuple(fc.nat(), fc.nat(255), fc.nat(1)), { freq: 3, nil: undefined }),
  })
  .map((r) => {
    const n = r.body.length;
    const claims: Record<string, string> = {
      exact: `Content-Length: ${n}\r\n`,
      longer: `Content-Length: ${n + 1}\r\n`,
      shorter: `Content-Length: ${Math.max(n - 1, 0)}\r\n`,
      none: '',
      twice: `Content-Length: ${n}\r\ncontent-length: ${n}\r\n`,
      plus: `Content-Length: +${n}\r\n`,
      zero: `Content-Length: 0${n}\r\n`,
      hex: `Content-Length: 0x${n}\r\n`,
      comma: `Content-Length: ${n},${n}\r\n`,
      space: `Content-Length:    ${n}   \r\n`,
    };
    const line = `${r.method}${r.space}${r.target}${r.version}${r.lineEnd}`;
    const headers = `${r.host}${r.odd}${r.headers.join('')}${claims[r.length]}${r.odder}`;
    const bytes = Buffer.from(`${line}${headers}${r.headEnd}${r.body}${r.behind}`, 'latin1');
    if (r.change === undefined) return bytes;
    const [where, byte, removed] = r.change;
    const at = where % bytes.length;
    return Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at + removed)]);
  });

test('what a connection sent before changes nothing about what is read', () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 8 }), (all) => {
      const habit = { names: [], lower: [] };
      for (const bytes of all)
        expect(simpleRequest(bytes, limits, habit)).toEqual(simpleRequest(bytes, limits));
    }),
    { numRuns: runs },
  );
});

test('a connection keeps no long names: there may be many connections', () => {
  const habit = { names: [], lower: [] };
  // From behind: a name takes the place of the one that stood there.
  for (let before = 90; before > 0; before--) {
    const long = `${String.fromCharCode(65 + (before % 26)).repeat(10_000)}: x\r\n`;
    const bytes = Buffer.from(`${OK}${'x: y\r\n'.repeat(before)}${long}\r\nab`);
    expect(simpleRequest(bytes, limits, habit)).toEqual(simpleRequest(bytes, limits));
  }
  expect(JSON.stringify(habit).length).toBeLessThan(10_000);
});

const LAST = 'POST /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/** What a node:http server reads from bytes and a last request behind them. */
async function nodeReads() {
  const seen = new Map<number, unknown[]>();
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const { method, url = '', rawHeaders } = req;
      const one = { method, ...splitTarget(url), rawHeaders, body: Buffer.concat(chunks) };
      const port = req.socket.remotePort ?? 0;
      seen.set(port, [...(seen.get(port) ?? []), one]);
      res.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const reads = (bytes: Buffer) =>
    new Promise<unknown[]>((resolve, reject) => {
      let mine = 0;
      const socket = connect(port, '127.0.0.1', () => {
        mine = socket.localPort ?? 0;
        socket.write(Buffer.concat([bytes, Buffer.from(LAST)]));
      });
      socket.on('error', reject);
      socket.resume().on('close', () => {
        resolve(seen.get(mine) ?? []);
        seen.delete(mine);
      });
    });
  const close = () => new Promise((resolve) => server.close(resolve));
  return { reads, close };
}

test('whatever it takes, node:http reads as the same request, and nothing more', async () => {
  const { reads, close } = await nodeReads();
  const counts = { taken: 0, left: 0 };
  try {
    await fc.assert(
      fc.asyncProperty(request, async (bytes) => {
        const mine = simpleRequest(bytes, limits);
        if (mine === undefined) {
          counts.left++;
          return;
        }
        counts.taken++;
        const { names: _, ...read } = mine;
        const [first, last, ...more] = await reads(bytes);
        expect(first).toEqual({ ...read, body: Buffer.from(read.body) });
        expect(last).toMatchObject({ path: '/last' });
        expect(more).toEqual([]);
      }),
      { numRuns: runs },
    );
  } finally {
    await close();
  }
  // Neither takes all nor leaves all, or the property would say little.
  expect(Math.min(counts.taken, counts.left)).toBeGreaterThan(runs / 8);
});
