import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock, Random } from '../base/index.ts';
import { Delivery } from './cloudtrail/delivery.ts';
import { CONTROL_PREFIX, createControl, ensureAccounts, SourceIps } from './control.ts';
import { VirtualClock } from './control-clock.ts';
import { sendByHttp } from './front/answer.ts';
import { Front } from './front/front.ts';
import { Outbox } from './outbox.ts';
import type { ActLog } from './services/acts.ts';
import { createSignin, isSignin } from './signin.ts';
import { AwsError, type Cloud, type RunningSandbox, type SandboxOptions } from './types.ts';
import { bodyLimit } from './wire/body-limit.ts';
import { Headers, splitTarget, type WireRequest, type WireResponse } from './wire/http.ts';
import { loadModel, serviceInfo } from './wire/model.ts';
import { createWire } from './wire/wire.ts';

/** What a sandbox is built around: the AWS behind the wire, on the sandbox's own clock. */
export type CloudFactory = (parts: {
  clock: Clock;
  random: Random;
  log?: ActLog;
  onBug?: (error: Error) => void;
}) => Cloud;

const systemClock: Clock = { now: () => Date.now() };

/** The operating system's entropy, drawn in blocks: one draw a request would cost more than verifying its signature. */
function systemRandom(): Random {
  let pool: Buffer = randomBytes(8_192);
  let used = 0;
  return {
    bytes: (count) => {
      if (count > pool.length) return randomBytes(count);
      if (used + count > pool.length) {
        pool = randomBytes(pool.length);
        used = 0;
      }
      // A copy, wiped from the pool: no byte is handed out twice. Byte by byte: mostly it is sixteen.
      const bytes = new Uint8Array(count);
      for (let i = 0; i < count; i++, used++) {
        bytes[i] = pool[used] as number;
        pool[used] = 0;
      }
      return bytes;
    },
  };
}

/** Session tokens travel in a header, and one with fifty long tags is larger than node's 16 KiB. Bytes. */
const HEADER_LIMIT = 64 * 1024;
/** What is answered without node:http. A body that comes in one read is far below every limit of a body. Bytes. */
const FRONT_LIMITS = { head: HEADER_LIMIT, body: 64 * 1024 };
/** Five hundred calls. */
const CALLS_LIMIT = 16 * 1024 * 1024;
/** An exported cloud; node's longest text is about as long. */
const STATE_LIMIT = 512 * 1024 * 1024;
const DELIVERY_INTERVAL_MS = 5_000;
/** How often it is looked whether records have piled up. */
const DELIVERY_CHECK_MS = 250;

/** Starts a server on 127.0.0.1. Rejects with node's error (`code: 'EADDRINUSE'`, …) when it can't listen. */
export async function startServer(
  createCloud: CloudFactory,
  options: SandboxOptions,
): Promise<RunningSandbox> {
  const random = options.random ?? systemRandom();
  const clock = new VirtualClock(options.clock ?? systemClock);
  // Opened only when it is asked for: most sandboxes live in memory.
  const data =
    options.data === undefined
      ? undefined
      : await (await import('./persist/index.ts')).openDataFolder(options.data);
  const onBug = (error: unknown) => process.emitWarning(error instanceof Error ? error : String(error));
  const cloud = createCloud({ clock, random, onBug, ...(data && { log: data.log }) });
  try {
    if (data !== undefined) await cloud.prepare();
    data?.attach(cloud);
  } catch (error) {
    await data?.close();
    throw error;
  }
  clock.offset = cloud.settings.clockOffset;
  const { trailDir } = options;
  if (trailDir !== undefined) await mkdir(trailDir, { recursive: true });
  const delivery = new Delivery({
    take: () => cloud.takeBatches(),
    delivered: (upTo) => cloud.delivered(upTo),
    random,
    ...(trailDir === undefined ? {} : { dir: trailDir }),
  });
  const sourceIps = new SourceIps(cloud);
  const wire = createWire({
    cloud,
    clock,
    random,
    sourceIp: (key, peer) => sourceIps.of(key, peer),
    onBug,
  });
  const signin = createSignin(cloud, (key, peer) => sourceIps.of(key, peer), onBug);
  const control = createControl({
    cloud,
    random,
    clock,
    delivery,
    sourceIps,
    changed: () => data?.snapshot(),
  });
  const server = createServer({
    keepAliveTimeout: 60_000,
    headersTimeout: 10_000,
    requestTimeout: 60_000,
    maxHeaderSize: HEADER_LIMIT,
  });
  const answer = (request: WireRequest): WireResponse | Promise<WireResponse> => {
    if (request.path.startsWith(CONTROL_PREFIX)) return control(request);
    return isSignin(request) ? signin(request) : wire(request);
  };
  const answering = { clock, onBug };
  const front = new Front(server, { ...answering, answer, limits: FRONT_LIMITS });
  server.on('request', (req: IncomingMessage, res: ServerResponse) =>
    receive(req, (request) => {
      const response = request === undefined ? tooLarge : answer(request);
      if (response instanceof Promise) void response.then((r) => sendByHttp(req, res, r, answering));
      else sendByHttp(req, res, response, answering);
    }),
  );
  server.on('clientError', refuseMalformed);
  const port = await listen(server, options.port ?? 0).catch(async (error: unknown) => {
    await data?.close();
    throw error;
  });
  // Everybody's first call is one of STS; a failure meets, and is told to, whoever calls.
  const sts = serviceInfo('sts');
  if (sts !== undefined) void loadModel(sts).catch(() => undefined);
  const outbox = new Outbox(cloud, port);
  // A failed delivery keeps its records and is reported by the next flush or close that someone waits for.
  let waited = 0;
  const timer = setInterval(() => {
    try {
      cloud.tick(clock.now());
    } catch (error) {
      // While the disk is full nothing happens; what is due happens once it can be kept.
      if (!(error instanceof AwsError)) onBug(error);
    }
    outbox.send();
    waited += DELIVERY_CHECK_MS;
    if (waited < DELIVERY_INTERVAL_MS && !delivery.overdue()) return;
    waited = 0;
    void delivery.flush().catch(() => undefined);
  }, DELIVERY_CHECK_MS);
  timer.unref();
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    clearInterval(timer);
    await outbox.close();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    front.closeAllConnections();
    await closed;
    try {
      await delivery.flush();
    } finally {
      await data?.close();
    }
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    ensureAccounts: (accounts) => ensureAccounts(cloud, accounts),
    accounts: () => cloud.accounts(),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });

/** Reads the body up to its limit, then hands the request over; undefined: it was too large. */
function receive(req: IncomingMessage, then: (request: WireRequest | undefined) => void): void {
  const headers = new Headers(req.rawHeaders);
  const { path, query } = splitTarget(req.url ?? '/');
  const limit = limitOf(headers, path, query);
  const chunks: Buffer[] = [];
  let size = 0;
  req.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else if (size - chunk.length <= limit) then(undefined);
  });
  // A connection that breaks off ends in 'error' or 'close', never in 'end': such a request is not handled.
  req.on('error', () => undefined);
  req.on('end', () => {
    if (size > limit) return;
    const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    const peer = req.socket.remoteAddress ?? '127.0.0.1';
    then({ method: req.method ?? 'GET', path, query, headers, body, peer });
  });
}

/** Bytes. */
function limitOf(headers: Headers, path: string, query: string): number {
  if (path === `${CONTROL_PREFIX}state`) return STATE_LIMIT;
  if (path === `${CONTROL_PREFIX}calls`) return CALLS_LIMIT;
  return bodyLimit(headers, query);
}

const tooLarge: WireResponse = {
  status: 413,
  headers: { 'Content-Type': 'text/xml', Connection: 'close' },
  body: '<ErrorResponse><Error><Type>Sender</Type><Code>RequestEntityTooLarge</Code><Message>Your request body is too large.</Message></Error></ErrorResponse>',
};

/** Bytes that are no HTTP: refused on the socket, since there is no request to answer. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  const body =
    '<ErrorResponse><Error><Type>Sender</Type><Code>MalformedRequest</Code><Message>The request is not valid HTTP.</Message></Error></ErrorResponse>';
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}
