import { connect, type Socket } from 'node:net';

export interface Load {
  readonly requests: number;
  readonly seconds: number;
  /** ms from write to the last byte of the answer. */
  readonly p50: number;
  readonly p99: number;
}

export interface LoadOptions {
  readonly port: number;
  /** Whole requests, sent in turn: request line, headers, body. */
  readonly requests: readonly Buffer[];
  readonly connections: number;
  /** How long to go on, in ms … */
  readonly ms?: number;
  /** … or how many requests to send. */
  readonly count?: number;
}

/**
 * Sends prepared bytes over keep-alive connections, one request in flight on each. Nothing is signed, parsed or kept
 * but status, length and time, so that the client is cheaper than any server it measures. Rejects on an answer other
 * than 200: a benchmark of refusals would be fast.
 */
export async function load(options: LoadOptions): Promise<Load> {
  const { ms = Number.POSITIVE_INFINITY, count = Number.POSITIVE_INFINITY, connections } = options;
  const latencies: number[] = [];
  const start = performance.now();
  let sent = 0;
  const next = (): Buffer | undefined => {
    if (sent >= count || performance.now() - start >= ms) return undefined;
    return options.requests[sent++ % options.requests.length];
  };
  const awake = stayAwake();
  await Promise.all(Array.from({ length: connections }, () => one(options.port, next, latencies)));
  awake.stop();
  const seconds = (performance.now() - start) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
  return { requests: latencies.length, seconds, p50: at(0.5) ?? 0, p99: at(0.99) ?? 0 };
}

/**
 * Keeps this process from sleeping. Waking a sleeping client is work that the kernel does, and bills, in the server's
 * write (in a virtual machine, more than all that `hello` does); a client that is behind by itself is never asleep, so
 * that only slow servers would pay for it.
 */
function stayAwake(): { stop(): void } {
  let awake = true;
  const turn = (): void => {
    if (awake) setImmediate(turn);
  };
  turn();
  return {
    stop: () => {
      awake = false;
    },
  };
}

/** One connection, opened anew when the server closes it (moto's does after each answer). */
function one(port: number, next: () => Buffer | undefined, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let socket: Socket;
    let pending: Buffer = Buffer.alloc(0);
    let began = 0;
    let waiting = false;
    const send = (): void => {
      const request = next();
      if (request === undefined) {
        socket.removeAllListeners('close').destroy();
        resolve();
        return;
      }
      began = performance.now();
      waiting = true;
      socket.write(request);
    };
    const open = (): void => {
      pending = Buffer.alloc(0);
      socket = connect({ port, host: '127.0.0.1', noDelay: true }, send);
      socket.on('error', reject);
      socket.on('close', () => (waiting ? reject(new Error('the server hung up')) : open()));
      socket.on('data', (chunk) => {
        pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
        const answer = readAnswer(pending);
        if (answer === undefined) return;
        if (answer.status !== 200) {
          reject(new Error(pending.toString('utf8')));
          socket.removeAllListeners('close').destroy();
          return;
        }
        latencies.push(performance.now() - began);
        pending = Buffer.alloc(0);
        waiting = false;
        // A server that closes does so now; the new connection sends the next request.
        if (!answer.closes) send();
      });
    };
    open();
  });
}

/** Undefined while the answer is incomplete. */
function readAnswer(bytes: Buffer): { status: number; closes: boolean } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = bytes.toString('latin1', 0, end).toLowerCase();
  const at = head.indexOf('content-length: ');
  if (at === -1) throw new Error(`an answer without Content-Length:\n${head}`);
  if (bytes.length < end + 4 + Number.parseInt(head.slice(at + 16, at + 26), 10)) return undefined;
  return { status: Number(head.slice(9, 12)), closes: head.includes('connection: close') };
}
