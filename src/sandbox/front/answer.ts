import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../base/index.ts';
import { lowerName, type WireResponse } from '../wire/http.ts';

export interface Answering {
  /** Virtual time. */
  readonly clock: Clock;
  /** Told of answers that can't be sent; their caller gets InternalFailure. */
  readonly onBug: (error: unknown) => void;
}

let dateAt = Number.NaN;
let dateText = '';

/** `Date` is virtual time: SDKs measure their clock's skew by it and sign the next call accordingly. */
function httpDate(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== dateAt) {
    dateAt = second;
    dateText = new Date(ms).toUTCString();
  }
  return dateText;
}

/** RFC 9112, 6.3: these end with their head. */
const isBodyless = ({ status }: WireResponse): boolean => status === 204 || status === 304;

/** What node:http refuses in a value: a line's end would begin another header. */
const unsendable = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * Headers as names and values in turn (node copies objects header by header); `bytes`: of the body. Throws for what no
 * header may hold.
 */
function headerPairs(response: WireResponse, bytes: number, clock: Clock): string[] {
  const { headers } = response;
  const pairs = ['Date', httpDate(clock.now())];
  if (!isBodyless(response) && headers['Content-Length'] === undefined) {
    pairs.push('Content-Length', String(bytes));
  }
  for (const name of Object.keys(headers)) {
    const value = headers[name] as string;
    if (lowerName(name) === undefined || unsendable.test(value)) {
      throw new Error(`An answer has a header that can't be sent: ${JSON.stringify(name)}`);
    }
    pairs.push(name, value);
  }
  return pairs;
}

const internalFailure: WireResponse = {
  status: 500,
  headers: { 'Content-Type': 'text/xml' },
  body: '<ErrorResponse><Error><Type>Receiver</Type><Code>InternalFailure</Code><Message>The sandbox made an answer that can not be sent.</Message></Error></ErrorResponse>',
};

/** Answers through node:http. */
export function sendByHttp(
  req: IncomingMessage,
  res: ServerResponse,
  response: WireResponse,
  answering: Answering,
): void {
  if (res.headersSent || res.destroyed) return;
  let sent = response;
  res.sendDate = false;
  try {
    res.writeHead(sent.status, headerPairs(sent, Buffer.byteLength(sent.body), answering.clock));
  } catch (error) {
    answering.onBug(error);
    sent = internalFailure;
    // What belongs to the first status would stay.
    res.statusMessage = '';
    res.writeHead(sent.status, headerPairs(sent, sent.body.length, answering.clock));
  }
  res.end(req.method === 'HEAD' || isBodyless(sent) ? undefined : sent.body);
  if (sent.headers['Connection'] === 'close') req.resume();
}

/**
 * Answers a POST on its socket, with the bytes that node:http would send. `keepAliveMs`: how long the client is told
 * that an idle connection stays.
 */
export function sendOnSocket(
  socket: Socket,
  response: WireResponse,
  answering: Answering,
  keepAliveMs: number,
): void {
  let sent = response;
  try {
    write(socket, sent, answering.clock, keepAliveMs);
  } catch (error) {
    answering.onBug(error);
    sent = internalFailure;
    write(socket, sent, answering.clock, keepAliveMs);
  }
  if (sent.headers['Connection'] === 'close') socket.destroySoon();
}

/** Throws, with nothing written, for headers that can't be sent. */
function write(socket: Socket, response: WireResponse, clock: Clock, keepAliveMs: number): void {
  const body = isBodyless(response) ? '' : response.body;
  const headFor = (bytes: number) => headOf(response, headerPairs(response, bytes, clock), keepAliveMs);
  if (typeof body !== 'string') {
    const head = headFor(body.length);
    socket.cork();
    socket.write(head, 'latin1');
    socket.write(body);
    socket.uncork();
    return;
  }
  // Mostly all is ASCII. Put together before it is measured: V8 copies a text that was put together when it is looked at.
  const text = headFor(body.length) + body;
  if (Buffer.byteLength(text) === text.length) {
    socket.write(text, 'latin1');
    return;
  }
  // As node:http: a head beyond ASCII goes out as latin1 when it is alone, else as its body does.
  socket.write(headFor(Buffer.byteLength(body)) + body, body === '' ? 'latin1' : 'utf8');
}

function headOf({ status, headers }: WireResponse, pairs: readonly string[], keepAliveMs: number): string {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`;
  for (let i = 0; i < pairs.length; i += 2) head += `${pairs[i]}: ${pairs[i + 1]}\r\n`;
  if (headers['Connection'] === undefined) {
    head += 'Connection: keep-alive\r\n';
    if (keepAliveMs > 0) head += `Keep-Alive: timeout=${Math.floor(keepAliveMs / 1000)}\r\n`;
  }
  return `${head}\r\n`;
}
