import { ownText } from '../own-text.ts';
import { lowerName, splitTarget } from '../wire/http.ts';

/** Bytes. */
export interface SimpleLimits {
  /** No more than node:http's maxHeaderSize, which counts a little less. */
  readonly head: number;
  readonly body: number;
}

export interface SimpleRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[];
  /** The names of `rawHeaders` in lower case. */
  readonly names: readonly string[];
  readonly body: Buffer;
}

/** node:http takes 2,000 and silently leaves out what comes behind. */
const MOST_HEADERS = 100;
/** Of a habit: connections are many, and none may keep more than a little. */
const LONGEST_NAME = 64;
const BEGIN = 'POST ';
const END = ' HTTP/1.1';
const CR = 13;
const LF = 10;
const SPACE = 32;

/** What changes how a message or its connection is read: left to node:http, which knows how. */
const special = new Set([
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Names of headers by their place, as sent and in lower case: a client's next request mostly has them again. */
export interface Habit {
  readonly names: string[];
  readonly lower: string[];
}

/**
 * Undefined unless the chunk is one whole request, and a request that can be read in one way only (RFC 9112). `habit`: of
 * the connection; a short cut to what is read without it.
 */
export function simpleRequest(
  chunk: Buffer,
  limits: SimpleLimits,
  habit: Habit = { names: [], lower: [] },
): SimpleRequest | undefined {
  const headEnd = endOfHead(chunk, limits.head);
  if (headEnd === 0) return undefined;
  const head = chunk.toString('latin1', 0, headEnd);
  const target = targetOf(head);
  if (target === undefined) return undefined;
  const rawHeaders: string[] = [];
  const names: string[] = [];
  let host = false;
  let length = -1;
  for (let at = BEGIN.length + target.length + END.length + 2; at < headEnd - 2; ) {
    const colon = head.indexOf(':', at);
    if (colon === -1) return undefined;
    // Whatever ended or folded the line before the colon is no token.
    let name = habit.names[names.length];
    let lower = habit.lower[names.length];
    if (name === undefined || colon !== at + name.length || !head.startsWith(name, at)) {
      name = ownText(head.slice(at, colon));
      lower = lowerName(name);
      if (lower === undefined || special.has(lower)) return undefined;
      if (name.length <= LONGEST_NAME) {
        habit.names[names.length] = name;
        habit.lower[names.length] = lower;
      }
    }
    if (lower === undefined) return undefined;
    const lineEnd = head.indexOf('\r', colon);
    const value = trimmed(head, colon + 1, lineEnd);
    if (lower === 'host') {
      if (host) return undefined;
      host = true;
    } else if (lower === 'content-length') {
      if (length !== -1 || !/^(?:0|[1-9]\d{0,8})$/.test(value)) return undefined;
      length = Number(value);
    } else if (lower === 'connection' && value.toLowerCase() !== 'keep-alive') return undefined;
    rawHeaders.push(name, value);
    names.push(lower);
    if (names.length > MOST_HEADERS) return undefined;
    at = lineEnd + 2;
  }
  if (!host || length === -1 || length > limits.body || chunk.length !== headEnd + length) return undefined;
  const { path, query } = splitTarget(target);
  return { method: 'POST', path, query, rawHeaders, names, body: chunk.subarray(headEnd) };
}

/** Where the body begins, when all bytes before it are printable ASCII in lines that end in CR LF; else 0. */
function endOfHead(chunk: Buffer, most: number): number {
  const stop = Math.min(chunk.length, most);
  for (let i = 0; i < stop; i++) {
    const byte = chunk[i] as number;
    if (byte >= SPACE && byte < 0x7f) continue;
    if (byte !== CR || chunk[++i] !== LF) return 0;
    if (chunk[i + 1] === CR && chunk[i + 2] === LF) return i + 3 <= most ? i + 3 : 0;
  }
  return 0;
}

/** Of origin form only. */
function targetOf(head: string): string | undefined {
  const lineEnd = head.indexOf('\r');
  const target = head.slice(BEGIN.length, lineEnd - END.length);
  const whole =
    head.startsWith(BEGIN) && target.startsWith('/') && head.startsWith(END, lineEnd - END.length);
  return whole && !target.includes(' ') && !target.includes('#') ? target : undefined;
}

function trimmed(head: string, from: number, to: number): string {
  let [start, end] = [from, to];
  while (start < end && head.charCodeAt(start) === SPACE) start++;
  while (end > start && head.charCodeAt(end - 1) === SPACE) end--;
  return head.slice(start, end);
}
