import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { LineIndex, type Span } from '../../base/index.ts';

/** A part of a definition that a generated statement was made of. */
export interface Scope {
  readonly span: Span;
  /** Where exactly this text stands in the part; undefined unless it stands there once. */
  find(text: string): Span | undefined;
}

/**
 * Places of a definition's values. For text that `loadAccess` has accepted only: it has refused what the YAML library
 * can't take (depth, alias bombs, several documents).
 */
export class YamlPlaces {
  readonly #document: Document;
  readonly #lines: LineIndex;

  constructor(text: string) {
    this.#document = parseDocument(text, { schema: 'core', uniqueKeys: false, prettyErrors: false });
    this.#lines = new LineIndex(text);
  }

  /** The trust entry that became this statement of the role's trust policy: they correspond one to one. */
  trust(role: string, statement: number): Scope | undefined {
    const trust = this.#at('roles', role, 'trust');
    const entry = isSeq(trust) ? this.#resolve(trust.items[statement]) : statement === 0 ? trust : undefined;
    return entry === undefined ? undefined : this.#scope([entry]);
  }

  /** The policy document that `policy:` of the role names, as written. */
  policyFile(role: string): string | undefined {
    const path = this.#at('roles', role, 'permissions', 'policy');
    return isScalar(path) ? String(path.value) : undefined;
  }

  /**
   * What became this statement of the role's permission policy, counted from the first that is no statement of the
   * `policy:` file: those of `allow`, then those of `deny`; plain actions of a list share one statement.
   */
  grant(role: string, statement: number): Scope | undefined {
    return ['allow', 'deny'].flatMap((list) => this.#grants(role, list))[statement];
  }

  #grants(role: string, list: string): Scope[] {
    const written = this.#at('roles', role, 'permissions', list);
    if (!isSeq(written)) return [];
    const items = written.items.flatMap((item) => this.#resolve(item) ?? []);
    const plain = items.filter((item) => isScalar(item));
    const rest = items.filter((item) => !isScalar(item)).map((item) => this.#scope([item]));
    return plain.length === 0 ? rest : [this.#scope(plain), ...rest];
  }

  #at(...path: readonly string[]): Node | undefined {
    let node: Node | undefined = this.#resolve(this.#document.contents);
    for (const step of path) {
      if (!isMap(node)) return undefined;
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.source ?? key.value) === step);
      node = this.#resolve(pair?.value);
    }
    return node;
  }

  #resolve(node: unknown): Node | undefined {
    if (isAlias(node)) return node.resolve(this.#document);
    return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
  }

  #scope(nodes: readonly Node[]): Scope {
    const from = nodes[0]?.range?.[0] ?? 0;
    const span = this.#lines.span(from, nodes.at(-1)?.range?.[1] ?? from);
    return {
      span,
      find: (text) => {
        const found = nodes.flatMap((node) => this.#scalars(node, text));
        const [only, second] = found;
        return only?.range && second === undefined
          ? this.#lines.span(only.range[0], only.range[1])
          : undefined;
      },
    };
  }

  /** Keys and values that read so. */
  #scalars(node: unknown, text: string): Node[] {
    const resolved = this.#resolve(node);
    if (isScalar(resolved)) return String(resolved.value) === text ? [resolved] : [];
    if (isSeq(resolved)) return resolved.items.flatMap((item) => this.#scalars(item, text));
    if (isMap(resolved)) {
      return resolved.items.flatMap(({ key, value }) => [
        ...this.#scalars(key, text),
        ...this.#scalars(value, text),
      ]);
    }
    return [];
  }
}
