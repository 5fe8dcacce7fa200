import { inspect } from 'node:util';

/** A value that prints as `****` wherever it is logged, serialised or interpolated. `reveal()` is the only way out. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '****';
  }

  toJSON(): string {
    return '****';
  }

  [inspect.custom](): string {
    return '****';
  }
}

/** Shows enough of an access key id to recognise it: `AKIA************7QPM`. */
export const maskKeyId = (id: string): string =>
  id.length <= 8 ? '****' : `${id.slice(0, 4)}${'*'.repeat(id.length - 8)}${id.slice(-4)}`;
