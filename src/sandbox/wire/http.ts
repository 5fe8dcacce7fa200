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

/**
 * Request headers by lower-case name, values in the order sent. Kept apart from node's own object because that
 * drops or joins duplicates by header, and a signature is over what was really sent.
 */
export class Headers {
  readonly #values = new Map<string, string[]>();

  constructor(raw: readonly string[]) {
    for (let i = 0; i + 1 < raw.length; i += 2) {
      const name = (raw[i] as string).toLowerCase();
      const values = this.#values.get(name);
      if (values === undefined) this.#values.set(name, [raw[i + 1] as string]);
      else values.push(raw[i + 1] as string);
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  all(name: string): readonly string[] | undefined {
    return this.#values.get(name);
  }

  names(): Iterable<string> {
    return this.#values.keys();
  }
}
