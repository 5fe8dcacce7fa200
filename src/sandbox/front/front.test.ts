import { setTimeout } from 'node:timers/promises';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bodyOf, byOf, Client, type FrontServer, frontServer, get, post } from './testing.ts';

/** ms. Long enough for what was sent to be read by itself. */
const A_MOMENT = 15;

let server: FrontServer;
beforeAll(async () => {
  server = await frontServer();
});
afterAll(() => server.close());

/** Both on one connection; the front has it first. */
async function withClient<T>(use: (client: Client) => Promise<T>, to = server): Promise<T> {
  const client = await Client.open(to.port);
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

describe('who answers', () => {
  test('whole requests, one after another: the front', () =>
    withClient(async (client) => {
      for (const body of ['one', '', 'three\r\n\r\n']) {
        const answer = await client.ask(post(body, 'X: y\r\n', `/?${body.length}`));
        expect([byOf(answer), bodyOf(answer)]).toEqual(['front', `${body.length} ${body}`]);
      }
    }));

  test('anything else: node:http, and then the connection is its own', () =>
    withClient(async (client) => {
      expect(byOf(await client.ask(post('a')))).toBe('front');
      expect(byOf(await client.ask(get()))).toBe('http');
      expect(byOf(await client.ask(post('b')))).toBe('http');
      expect(byOf(await client.ask(get()))).toBe('http');
    }));

  test('the SDK and fetch: the front, or it would be for nothing', async () => {
    const asked: string[] = [];
    const own = await frontServer((_, by) => {
      asked.push(by);
      return { status: 403, headers: {}, body: '' };
    });
    const endpoint = `http://127.0.0.1:${own.port}`;
    const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'EXAMPLE' };
    const sts = new STSClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
    for (let i = 0; i < 5; i++) {
      await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toThrow();
      await (await fetch(endpoint, { method: 'POST', body: 'Action=a' })).text();
    }
    sts.destroy();
    await own.close();
    expect(asked).toEqual(Array(10).fill('front'));
  });

  test('a request in two pieces, cut anywhere', async () => {
    const whole = post('two pieces', 'User-Agent: test\r\n', '/?cut');
    const by = [];
    for (let cut = 1; cut < whole.length; cut++) {
      const client = await Client.open(server.port);
      client.send(whole.slice(0, cut));
      await setTimeout(A_MOMENT / 5);
      const answer = await client.ask(whole.slice(cut));
      client.close();
      by.push(byOf(answer));
      expect(bodyOf(answer)).toBe('cut two pieces');
    }
    // On a busy machine some pieces arrive as one.
    expect(by.filter((one) => one === 'http').length).toBeGreaterThan(by.length / 4);
  });

  test('in single bytes, after a whole one', () =>
    withClient(async (client) => {
      const whole = post('slow');
      expect(byOf(await client.ask(whole))).toBe('front');
      for (const byte of whole.slice(0, -1)) {
        client.send(byte);
        await setTimeout(1);
      }
      const answer = await client.ask('w');
      expect([byOf(answer), bodyOf(answer)]).toEqual(['http', ' slow']);
    }));

  test('requests in one piece: answered in their order', () =>
    withClient(async (client) => {
      const numbers = Array.from({ length: 20 }, (_, i) => String(i));
      client.send(numbers.map((n) => post(n)).join(''));
      client.send(post('behind'));
      for (const n of numbers) expect(bodyOf(await client.answer())).toBe(` ${n}`);
      expect(bodyOf(await client.answer())).toBe(' behind');
    }));

  test.each([
    [
      'a chunked body',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n',
      ' ab',
    ],
    ['HTTP/1.0', 'POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nab', ' ab'],
    ['Connection: close', post('ab', 'Connection: close\r\n'), ' ab'],
    ['absolute form', post('ab', '', 'http://a/b?c'), 'c ab'],
    ['a body larger than the front reads', post('a'.repeat(100_000)), ` ${'a'.repeat(100_000)}`],
    ['another method', post('ab').replace('POST', 'PUT'), ' ab'],
    ['a space around the value', post('ab', 'X:\tab\r\n'), ' ab'],
  ])('%s: node:http', (_, bytes, body) =>
    withClient(async (client) => {
      const answer = await client.ask(bytes);
      expect([byOf(answer), bodyOf(answer)]).toEqual(['http', body]);
    }),
  );

  test('Expect: 100-continue', () =>
    withClient(async (client) => {
      const [head = ''] = post('later', 'Expect: 100-continue\r\n').split('later');
      expect(await client.ask(head)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
      expect(bodyOf(await client.ask('later'))).toBe(' later');
    }));

  test.each([
    ['no Host', 'POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n'],
    ['no HTTP', '\0\r\n\r\n'],
    ['two lengths', post('ab', 'Content-Length: 3\r\n')],
    ['both lengths', post('0\r\n\r\n', 'Transfer-Encoding: chunked\r\n')],
  ])('%s: node:http refuses, and ends the connection', (_, bytes) =>
    withClient(async (client) => {
      client.send(bytes);
      expect(await client.ended).toMatch(/^HTTP\/1.1 400 /);
    }),
  );
});

describe('one at a time', () => {
  test('what arrives while one is answered waits, and is answered in order', async () => {
    const begun: string[] = [];
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const slow = await frontServer(async ({ body }, by) => {
      begun.push(body.toString());
      await finished;
      return { status: 200, headers: { By: by }, body: body.toString() };
    });
    await withClient(async (client) => {
      client.send(post('a'));
      await vi.waitFor(() => expect(begun).toEqual(['a']));
      for (const text of [post('b'), post('c'), get(), post('d')]) {
        client.send(text);
        await setTimeout(A_MOMENT / 5);
      }
      expect(begun).toEqual(['a']);
      finish();
      const answers: string[] = [];
      for (let i = 0; i < 5; i++) answers.push(await client.answer());
      expect(answers.map(bodyOf)).toEqual(['a', 'b', 'c', '', 'd']);
      expect([byOf(answers[0] ?? ''), byOf(answers[4] ?? '')]).toEqual(['front', 'http']);
    }, slow);
    await slow.close();
  });

  test('a client that does not read is not read from, until it does', async () => {
    let answered = 0;
    const body = 'x'.repeat(300_000);
    const large = await frontServer((_, by) => {
      answered += 1;
      return { status: 200, headers: { By: by }, body };
    });
    await withClient(async (client) => {
      client.socket.pause();
      const asked = 100;
      for (let i = 0; i < asked; i++) {
        client.send(post());
        await setTimeout(1);
      }
      await setTimeout(A_MOMENT);
      const before = answered;
      expect(before).toBeLessThan(asked / 2);
      client.socket.resume();
      for (let i = 0; i < asked; i++) expect((await client.answer()).length).toBeGreaterThan(body.length);
      expect(answered).toBe(asked);
    }, large);
    await large.close();
  });
});

describe('how connections end', () => {
  test('a client that says it is done gets its answer', () =>
    withClient(async (client) => {
      client.send(post('last'));
      client.socket.end();
      expect(bodyOf(await client.ended)).toBe(' last');
    }));

  test('also when the answer takes a while', async () => {
    const slow = await frontServer(async () => {
      await setTimeout(30);
      return { status: 200, headers: {}, body: 'late' };
    });
    await withClient(async (client) => {
      client.send(post());
      client.socket.end();
      expect(bodyOf(await client.ended)).toBe('late');
    }, slow);
    await slow.close();
  });

  test('in the middle of a request: node:http, which does not handle it', () =>
    withClient(async (client) => {
      client.send(post('ab').slice(0, -1));
      client.socket.end();
      expect(await client.ended).toMatch(/^HTTP\/1.1 400 |^$/);
    }));

  test('without a word', () =>
    withClient(async (client) => {
      client.socket.end();
      expect(await client.ended).toBe('');
    }));

  test('clients that reset leave nothing behind, wherever they do', async () => {
    const own = await frontServer(async ({ body }) => {
      if (body.length > 0) await setTimeout(20);
      return { status: 200, headers: {}, body: 'x'.repeat(500_000) };
    });
    for (const bytes of ['', 'POST', post(), post('slow'), post() + get(), get()]) {
      const client = await Client.open(own.port);
      client.send(bytes);
      await setTimeout(5);
      client.socket.resetAndDestroy();
    }
    await vi.waitFor(async () => expect(await own.connections()).toBe(0));
    await withClient(async (client) => {
      expect(await client.ask(post())).toMatch(/^HTTP\/1.1 200 OK/);
    }, own);
    await own.close();
    expect(own.bugs).toEqual([]);
  });

  test('an idle one after a while; one that waits for its answer does not', async () => {
    const own = await frontServer(
      async ({ body }) => {
        await setTimeout(Number(body.toString()));
        return { status: 200, headers: {}, body: 'ok' };
      },
      { keepAliveTimeout: 1 },
    );
    const [idle, asks] = await Promise.all([Client.open(own.port), Client.open(own.port)]);
    expect(bodyOf(await idle.ask(post('0')))).toBe('ok');
    const order: string[] = [];
    // A second longer than an idle connection is given.
    const answer = asks.ask(post('2500'));
    await Promise.all([
      idle.ended.then(() => order.push('the idle one ends')),
      answer.then((text) => order.push(bodyOf(text))),
      asks.ended.then(() => order.push('the other ends')),
    ]);
    expect(order).toEqual(['the idle one ends', 'ok', 'the other ends']);
    expect(await own.connections()).toBe(0);
    await own.close();
  });

  test('all of them with the server: silent, idle, waiting, not reading, handed over', async () => {
    const own = await frontServer(async ({ body }, by) => {
      if (body.toString() === 'slow') await setTimeout(100);
      return {
        status: 200,
        headers: { By: by },
        body: 'x'.repeat(body.toString() === 'large' ? 5_000_000 : 1),
      };
    });
    const clients = await Promise.all(Array.from({ length: 6 }, () => Client.open(own.port)));
    const [_, idle, waiting, deaf, handed, half] = clients as [
      Client,
      Client,
      Client,
      Client,
      Client,
      Client,
    ];
    await idle.ask(post());
    waiting.send(post('slow'));
    deaf.socket.pause();
    deaf.send(post('large'));
    expect(byOf(await handed.ask(get()))).toBe('http');
    half.send('POST / HT');
    await setTimeout(A_MOMENT);
    expect(await own.connections()).toBe(clients.length);
    await own.close();
    deaf.socket.resume();
    for (const client of clients) await client.ended;
    // The one that waited: its answer comes when there is nobody to send it to.
    await setTimeout(120);
    expect(own.bugs).toEqual([]);
  });
});
