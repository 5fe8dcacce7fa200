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

/** Lower-case names of header names as clients write them. */
const lowered = new Map<string, string>();
const MOST_NAMES = 1_024;

function lower(name: string): string {
  let known = lowered.get(name);
  if (known === undefined) {
    known = name.toLowerCase();
    if (lowered.size < MOST_NAMES && name.length <= 64) lowered.set(name, known);
  }
  return known;
}

/**
 * Request headers by lower-case name, values in the order sent. Kept apart from node's own object because that
 * drops or joins duplicates by header, and a signature is over what was really sent.
 */
export class Headers {
  /** Names and values in turn, as node gives them; a dozen are found faster by looking than by hashing. */
  readonly #raw: readonly string[];
  readonly #names: string[] = [];

  constructor(raw: readonly string[]) {
    this.#raw = raw;
    for (let i = 0; i + 1 < raw.length; i += 2) this.#names.push(lower(raw[i] as string));
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

  /** Each once. */
  names(): Iterable<string> {
    return new Set(this.#names);
  }
}
