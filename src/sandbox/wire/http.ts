import { ownText } from '../own-text.ts';

/** One HTTP request, as the wire reads it: bytes in, no sockets. */
export interface WireRequest {
  readonly method: string;
  /** Path as sent, still encoded, without the query. */
  readonly path: string;
  /** Query string as sent, without `?`. */
  readonly query: string;
  readonly headers: Headers;
  readonly body: Buffer;
  /** Address the service sees: the peer's, or what the control interface set. */
  readonly peer: string;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Origin form, or absolute form as proxies send it. */
export function splitTarget(target: string): { path: string; query: string } {
  const origin = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '');
  const mark = origin.indexOf('?');
  const path = mark === -1 ? origin : origin.slice(0, mark);
  return { path: path === '' ? '/' : path, query: mark === -1 ? '' : origin.slice(mark + 1) };
}

/** Lower-case names of header names as clients write them. */
const lowered = new Map<string, string>();
const MOST_NAMES = 1_024;
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** A header's name in lower case; undefined for what is no token (RFC 9110, 5.6.2). */
export function lowerName(name: string): string | undefined {
  const known = lowered.get(name);
  if (known !== undefined) return known;
  if (!token.test(name)) return undefined;
  const own = ownText(name);
  const lower = own.toLowerCase();
  if (lowered.size >= MOST_NAMES || own.length > 64) return lower;
  // As a key: V8 has one text of each kind for those, so that looking for a name compares addresses.
  const [key = lower] = Object.keys({ [lower]: 0 });
  lowered.set(own, key);
  return key;
}

function namesOf(raw: readonly string[]): string[] {
  const names: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] as string;
    names.push(lowerName(name) ?? name.toLowerCase());
  }
  return names;
}

/**
 * Request headers by lower-case name, values in the order sent. Kept apart from node's own object because that
 * drops or joins duplicates by header, and a signature is over what was really sent.
 */
export class Headers {
  /** Names and values in turn, as node gives them; a dozen are found faster by looking than by hashing. */
  readonly #raw: readonly string[];
  readonly #names: readonly string[];

  /** `names`: those of `raw` in lower case, for whoever has them already. */
  constructor(raw: readonly string[], names: readonly string[] = namesOf(raw)) {
    this.#raw = raw;
    this.#names = names;
  }

  get(name: string): string | undefined {
    const at = this.#names.indexOf(name);
    return at === -1 ? undefined : this.#raw[2 * at + 1];
  }

  all(name: string): readonly string[] | undefined {
    let at = this.#names.indexOf(name);
    if (at === -1) return undefined;
    const values: string[] = [];
    for (; at !== -1; at = this.#names.indexOf(name, at + 1)) values.push(this.#raw[2 * at + 1] as string);
    return values;
  }

  /** Whether it was sent more than once. */
  repeats(name: string): boolean {
    const at = this.#names.indexOf(name);
    return at !== -1 && this.#names.indexOf(name, at + 1) !== -1;
  }

  /** Names and values in turn, as sent. */
  get raw(): readonly string[] {
    return this.#raw;
  }

  /** In lower case and in the order sent; one that was sent twice is there twice. */
  names(): readonly string[] {
    return this.#names;
  }
}
