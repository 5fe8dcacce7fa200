import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Headers, splitTarget, type WireRequest, type WireResponse } from '../wire/http.ts';
import { sendByHttp } from './answer.ts';
import { Front, type FrontOptions } from './front.ts';

/** A POST as clients send it. */
export const post = (body = '', headers = '', target = '/'): string =>
  `POST ${target} HTTP/1.1\r\nHost: a\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** Whatever it says, the front leaves it to node:http, and the connection with it. */
export const get = (headers = ''): string => `GET / HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;

export type By = 'front' | 'http';
type Answer = (request: WireRequest, by: By) => WireResponse | Promise<WireResponse>;

const echo: Answer = ({ query, body }, by) => ({
  status: 200,
  headers: { By: by },
  body: `${query} ${body.toString('latin1')}`,
});

export interface FrontServer {
  readonly port: number;
  readonly bugs: unknown[];
  readonly server: Server;
  readonly connections: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** A node:http server behind a front; both answer alike, unless `answer` looks at who asks it. Close it. */
export async function frontServer(
  answer: Answer = echo,
  { limits = { head: 16_384, body: 65_536 }, keepAliveTimeout = 60_000 } = {},
): Promise<FrontServer> {
  const server = createServer({ keepAliveTimeout });
  const bugs: unknown[] = [];
  const options: FrontOptions = {
    limits,
    answer: (request) => answer(request, 'front'),
    clock: { now: () => Date.parse('2031-02-03T04:05:06.000Z') },
    onBug: (error) => bugs.push(error),
  };
  const front = new Front(server, options);
  server.on('request', (req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', async () => {
      const { path, query } = splitTarget(req.url ?? '');
      const headers = new Headers(req.rawHeaders);
      const asked = { method: req.method ?? '', path, query, headers, body: Buffer.concat(chunks), peer: '' };
      sendByHttp(req, res, await answer(asked, 'http'), options);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    bugs,
    server,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, n) => (error === null ? resolve(n) : reject(error))),
      ),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        front.closeAllConnections();
      }),
  };
}

/** A connection that sends what it is told and reads answers one by one. */
export class Client {
  readonly socket: Socket;
  /** What came and wasn't read, once the server has ended the connection. */
  readonly ended: Promise<string>;
  #text = '';
  #closed = false;
  #more: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.#text += chunk.toString('latin1');
      this.#more();
    });
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    this.ended = new Promise((resolve) => {
      socket.on('close', () => {
        this.#closed = true;
        this.#more();
        resolve(this.#text);
      });
    });
  }

  static open(port: number): Promise<Client> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      socket.once('error', reject);
      socket.once('connect', () => resolve(new Client(socket)));
    });
  }

  send(...parts: (string | Buffer)[]): void {
    for (const part of parts) {
      if (typeof part === 'string') this.socket.write(part, 'latin1');
      else this.socket.write(part);
    }
  }

  /** The next whole answer (latin1), or what there is of one when the connection ends. */
  async answer(): Promise<string> {
    for (;;) {
      const head = this.#text.indexOf('\r\n\r\n');
      const length = Number(/^content-length: (\d+)/im.exec(this.#text.slice(0, head))?.[1] ?? 0);
      const whole = head !== -1 && this.#text.length >= head + 4 + length;
      if (whole || this.#closed) {
        const text = whole ? this.#text.slice(0, head + 4 + length) : this.#text;
        this.#text = this.#text.slice(text.length);
        return text;
      }
      await new Promise<void>((resolve) => {
        this.#more = resolve;
      });
    }
  }

  /** Sends, and reads one answer. */
  ask(...parts: (string | Buffer)[]): Promise<string> {
    this.send(...parts);
    return this.answer();
  }

  close(): void {
    this.socket.destroy();
  }
}

export const byOf = (answer: string): string | undefined => /^By: (\w+)/m.exec(answer)?.[1];
export const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4);
