import { Form } from './principal.ts';
import { applies, type CompiledStatement, type Facts } from './statement.ts';

/** Below this many statements looking at each is faster than looking them up. */
const FEW = 6;

/**
 * Statements of one action, found by the resource: a statement can only apply to resources that begin with the
 * literal text before the first wildcard of one of its patterns. The order of the list is kept where it matters.
 */
export class ResourceIndex {
  readonly statements: readonly CompiledStatement[];
  /** Prefix length → prefix → places in the list; undefined when the list is short. */
  readonly #byLength: ReadonlyMap<number, ReadonlyMap<string, readonly number[]>> | undefined;

  constructor(statements: readonly CompiledStatement[]) {
    this.statements = statements;
    this.#byLength = statements.length <= FEW ? undefined : group(statements);
  }

  /** The first statement of the list that applies, among those that `counts` lets through. */
  first(facts: Facts, counts: number): CompiledStatement | undefined {
    if (this.#byLength === undefined) {
      for (const one of this.statements)
        if ((one.bit & counts) !== 0 && applies(one, facts) !== Form.none) return one;
      return undefined;
    }
    let best = this.statements.length;
    for (const [length, prefixes] of this.#byLength) {
      if (length > facts.resource.length) continue;
      const places = prefixes.get(length === 0 ? '' : facts.resource.slice(0, length));
      if (places === undefined) continue;
      for (const place of places) {
        if (place >= best) break;
        const one = this.statements[place];
        if (one !== undefined && (one.bit & counts) !== 0 && applies(one, facts) !== Form.none) best = place;
      }
    }
    return this.statements[best];
  }
}

function group(statements: readonly CompiledStatement[]): Map<number, Map<string, number[]>> {
  const byLength = new Map<number, Map<string, number[]>>();
  for (const [place, { statement }] of statements.entries()) {
    const patterns = statement.resource?.map((r) => r.value) ?? [''];
    for (const prefix of new Set(patterns.map(literalPrefix))) {
      const prefixes = byLength.get(prefix.length) ?? new Map<string, number[]>();
      byLength.set(prefix.length, prefixes);
      const places = prefixes.get(prefix);
      if (places === undefined) prefixes.set(prefix, [place]);
      else places.push(place);
    }
  }
  return byLength;
}

/** The text before the first `*`, `?` or `$` (which may begin a variable). */
function literalPrefix(pattern: string): string {
  const end = pattern.search(/[*?$]/);
  return end === -1 ? pattern : pattern.slice(0, end);
}
