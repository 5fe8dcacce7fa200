/**
 * A service's schemas as `scripts/schemas.mjs` writes them, one `[name, kind, traits, …]` a line, handed out in the
 * SDK's own form (`[kind, namespace, name, traits, …]`, references as functions). A line is parsed when it is asked
 * for: EC2 has 4,000, and a process needs a few dozen.
 */
export class SchemaTable {
  readonly #lines = new Map<string, string>();
  readonly #parsed = new Map<string, readonly unknown[]>();

  constructor(text: string) {
    for (const line of text.split('\n')) {
      // Names are identifiers: the second quote ends one.
      if (line !== '') this.#lines.set(line.slice(2, line.indexOf('"', 2)), line);
    }
  }

  /** Names of the schemas of one kind (9 operation, -3 error …), sorted. */
  names(kind: number): string[] {
    const found: string[] = [];
    for (const [name, line] of this.#lines)
      if (line.startsWith(`,${kind},`, name.length + 3)) found.push(name);
    return found.sort();
  }

  schema(name: string): readonly unknown[] | undefined {
    const known = this.#parsed.get(name);
    if (known !== undefined) return known;
    const line = this.#lines.get(name);
    if (line === undefined) return undefined;
    const [, kind, traits, ...rest] = JSON.parse(line) as [string, number, unknown, ...unknown[]];
    const isStructure = kind === 3 || kind === 4 || kind === -3;
    const [members, refs, required] = rest as [unknown, unknown[], unknown];
    const parts = isStructure
      ? [members, refs.map((r) => this.#link(r)), required]
      : rest.map((r) => this.#link(r));
    const schema = [kind, '', name, traits, ...parts];
    this.#parsed.set(name, schema);
    return schema;
  }

  /** `"unit"` and bit codes stand for themselves, other names for a schema of this table; a pair adds traits. */
  #link(ref: unknown): unknown {
    if (Array.isArray(ref)) return [this.#link(ref[0]), ref[1]];
    return typeof ref === 'string' && ref !== 'unit' ? () => this.schema(ref) : ref;
  }
}
