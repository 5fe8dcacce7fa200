import type { ContextValue, RequestContext } from './types.ts';

/** Values of the keys that the compiled policies mention, by slot; undefined: the key is absent. */
export type Slots = (ContextValue | undefined)[];

/** Request keys may be spelled in any case; remembering spellings beyond this many would let callers grow memory. */
const MAX_SPELLINGS = 2048;

/**
 * Gives every condition key of a policy set a small number, so that a condition reads its value by index.
 * Keys compare without case (IAM User Guide, "IAM JSON policy elements: Condition").
 */
export class KeyTable {
  readonly #slots = new Map<string, number>();
  readonly #spellings = new Map<string, number>();
  /** As many absent keys as there are slots, to copy. */
  #none: Slots = [];

  /** At compile time: the slot of a key, made when new. */
  slot(key: string): number {
    const lower = key.toLowerCase();
    let slot = this.#slots.get(lower);
    if (slot === undefined) {
      slot = this.#slots.size;
      this.#slots.set(lower, slot);
      this.#none = new Array<undefined>(slot + 1).fill(undefined);
    }
    return slot;
  }

  /** The slot of a key that some policy mentions, else undefined. */
  find(key: string): number | undefined {
    return this.#slots.get(key.toLowerCase());
  }

  /** Reads a request's context. When a key is there in two spellings, the first one counts, whatever the policy writes. */
  read(context: RequestContext): Slots {
    const slots = this.#none.slice();
    for (const key in context) {
      const known = this.#spellings.get(key);
      const slot = known === undefined ? this.#learn(key) : known;
      if (slot === -1 || slots[slot] !== undefined || !Object.hasOwn(context, key)) continue;
      slots[slot] = present(context[key]);
    }
    return slots;
  }

  #learn(key: string): number {
    const slot = this.#slots.get(key.toLowerCase()) ?? -1;
    if (this.#spellings.size < MAX_SPELLINGS) this.#spellings.set(key, slot);
    return slot;
  }
}

/** An empty list counts as absent; values that plain JavaScript callers pass as numbers or booleans become text. */
function present(value: ContextValue | undefined): ContextValue | undefined {
  if (typeof value === 'string' || value === undefined) return value;
  if (value === null) return undefined;
  if (!Array.isArray(value)) return String(value);
  if (value.length === 0) return undefined;
  return value.every((item) => typeof item === 'string') ? value : value.map(String);
}
