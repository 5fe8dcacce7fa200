/** Things by name. IAM names are unique without regard to case but keep the case they were given. */
export class NameMap<T> implements Iterable<T> {
  readonly #things = new Map<string, T>();

  get(name: string): T | undefined {
    return this.#things.get(name.toLowerCase());
  }

  has(name: string): boolean {
    return this.#things.has(name.toLowerCase());
  }

  set(name: string, thing: T): void {
    this.#things.set(name.toLowerCase(), thing);
  }

  delete(name: string): void {
    this.#things.delete(name.toLowerCase());
  }

  /** Names in lower case, in the order in which they came. */
  entries(): IterableIterator<[string, T]> {
    return this.#things.entries();
  }

  get size(): number {
    return this.#things.size;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#things.values();
  }
}
