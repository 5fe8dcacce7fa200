import {
  type Alias,
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type ParsedNode,
  Parser,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { limits } from '../limits.ts';
import type { Entries, Offsets, Source } from './source.ts';

/**
 * Reads YAML 1.2 (core schema: `on` and `08:00` are strings) into plain values and records every place in `source`.
 * Problems are reported there; undefined when there is nothing to go on with.
 *
 * Duplicate keys, aliases and depth are handled here and not by the library: its duplicate check is quadratic,
 * its alias errors are exceptions, and its composer recurses (5,000 nested braces abort the Node process).
 */
export function readYaml(source: Source): { readonly value: unknown } | undefined {
  if (source.text.length > limits.fileLength) {
    const mb = (n: number) => `${Math.ceil(n / 1024 / 1024)} MB`;
    source.report(
      'error',
      'file-too-large',
      source.at(0, 0),
      `the definition is ${mb(source.text.length)} long; at most ${mb(limits.fileLength)} are read`,
      'Move long lists of accounts to a CSV file (accountsFrom).',
    );
    return undefined;
  }
  const document = compose(source);
  if (document === undefined) return undefined;
  for (const warning of document.warnings) {
    // Of tags, the reader below says more.
    if (warning.code === 'TAG_RESOLVE_FAILED') continue;
    source.report('warning', 'yaml-warning', source.at(...warning.pos), sentence(warning.message));
  }
  for (const problem of document.errors) {
    const several = problem.code === 'MULTIPLE_DOCS';
    source.report(
      'error',
      several ? 'several-documents' : 'yaml-syntax',
      source.at(...problem.pos),
      several ? 'the file holds more than one YAML document' : sentence(problem.message),
      several ? 'One definition a file: remove the `---` line and what follows.' : undefined,
    );
  }
  if (document.errors.length > 0) return undefined;
  if (document.contents === null) {
    source.report(
      'error',
      'empty-definition',
      source.at(0, 0),
      'the definition is empty',
      'Start with `version: 1`, or write one with `crossaccount init`.',
    );
    return undefined;
  }
  const reader = new Reader(source);
  const value = reader.value(document.contents);
  source.setRoot(value);
  return reader.failed ? undefined : { value };
}

function compose(source: Source): Document.Parsed | undefined {
  const parser = new Parser();
  const composer = new Composer({ schema: 'core', uniqueKeys: false, prettyErrors: false });
  const tokens: Parameters<Composer['next']>[0][] = [];
  for (const lexeme of new Lexer().lex(source.text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > limits.yamlDepth) {
      source.report(
        'error',
        'yaml-too-deep',
        source.at(parser.offset, parser.offset),
        `more than ${limits.yamlDepth} collections inside each other`,
      );
      return undefined;
    }
  }
  for (const token of parser.end()) tokens.push(token);
  let first: Document.Parsed | undefined;
  for (const document of composer.compose(tokens, true, source.text.length)) {
    if (first !== undefined) {
      const [start, end] = document.range;
      source.report(
        'error',
        'several-documents',
        source.at(start, end),
        'the file holds more than one YAML document',
        'One definition a file: remove the `---` line and what follows.',
      );
      return undefined;
    }
    first = document as Document.Parsed;
  }
  return first;
}

const sentence = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1);

interface Anchored {
  readonly value: unknown;
  /** Nodes inside, aliases expanded. */
  readonly size: number;
}

class Reader {
  failed = false;
  readonly #source: Source;
  readonly #anchors = new Map<string, Anchored | 'open'>();
  #size = 0;
  #aliased = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  value(node: ParsedNode | null): unknown {
    if (node === null) return null;
    if (isAlias(node)) return this.#alias(node);
    if (node.tag !== undefined && !plainTags.has(node.tag)) {
      this.failed = true;
      this.#source.report(
        'error',
        'yaml-tag',
        this.#source.at(...offsets(node)),
        `${JSON.stringify(node.tag.slice(0, 60))} is a tag, and tags mean nothing here`,
        'Write the value itself: nothing is looked up (`!Ref`) or decoded (`!!binary`).',
      );
      return null;
    }
    const before = this.#size++;
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, 'open');
    const value = isMap(node)
      ? this.#map(node)
      : isSeq(node)
        ? this.#seq(node)
        : isScalar(node)
          ? scalar(node.value)
          : null;
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, { value, size: this.#size - before });
    return value;
  }

  #alias(node: Alias.Parsed): unknown {
    const anchor = this.#anchors.get(node.source);
    const fail = (code: string, message: string) => {
      this.failed = true;
      this.#source.report('error', code, this.#source.at(...offsets(node)), message);
      return null;
    };
    if (anchor === undefined) return fail('unknown-alias', `*${node.source} refers to no anchor before it`);
    if (anchor === 'open')
      return fail('cyclic-alias', `*${node.source} refers to the value that it stands in`);
    this.#size += anchor.size;
    this.#aliased += anchor.size;
    if (this.#aliased > limits.aliasedNodes) {
      return this.failed ? null : fail('alias-bomb', 'the aliases of this file expand to too many values');
    }
    return anchor.value;
  }

  #map(node: YAMLMap.Parsed): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    const entries: Map<string, { key: Offsets; value: Offsets }> = new Map();
    for (const pair of node.items) {
      const place = offsets(pair.key);
      const key = isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value ?? '')) : undefined;
      const first = key === undefined ? undefined : entries.get(key);
      if (key === undefined || key === '' || key === '__proto__') {
        this.failed = true;
        this.#source.report('error', 'bad-key', this.#source.at(...place), 'this cannot be a key');
      } else if (first !== undefined) {
        this.failed = true;
        const { line } = this.#source.at(...first.key).start;
        this.#source.report(
          'error',
          'duplicate-key',
          this.#source.at(...place),
          `${quoted(key)} is stated twice, first in line ${line}`,
          'Keep one of them.',
        );
      } else {
        result[key] = this.value(pair.value);
        // An empty value has no text of its own: point at its key.
        const value = pair.value === null ? place : offsets(pair.value);
        entries.set(key, { key: place, value: value[0] === value[1] ? place : value });
      }
    }
    this.#source.setEntries(result, entries);
    return result;
  }

  #seq(node: YAMLSeq.Parsed): unknown[] {
    const entries: Entries = new Map(
      node.items.map((item, i) => [i, { value: offsets(item as ParsedNode | null) }]),
    );
    const result = node.items.map((item) => this.value(item as ParsedNode | null));
    this.#source.setEntries(result, entries);
    return result;
  }
}

/** What a value is anyway; `!!str 0123` is the one of them that somebody needs. */
const plainTags: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);

const quoted = (key: string): string => JSON.stringify(key.length > 80 ? `${key.slice(0, 77)}...` : key);

const offsets = (node: ParsedNode | null): Offsets =>
  node === null ? [0, 0] : [node.range[0], node.range[1]];

const scalar = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);
