import { dirname, isAbsolute, join } from 'node:path';
import type { Role } from '../../access/index.ts';
import type { Span } from '../../base/index.ts';
import { LineIndex } from '../../base/index.ts';
import { type PolicyDocument, parsePolicy } from '../../policy/index.ts';
import { readText } from '../files.ts';
import { type Scope, YamlPlaces } from './yaml-places.ts';

/** Where a generated statement is stated, in the definition or in a policy file that it names. */
export interface Place extends Scope {
  readonly file: string;
}

/** Finds the words of a definition behind the policies that are generated from it. */
export class DefinitionPlaces {
  readonly file: string;
  /** Texts of the policy files that were needed, by path. */
  readonly sources = new Map<string, string>();
  readonly #yaml: YamlPlaces;
  readonly #documents = new Map<string, PolicyDocument | undefined>();

  /** `text` of `file` as `loadAccess` has accepted it. */
  constructor(file: string, text: string) {
    this.file = file;
    this.#yaml = new YamlPlaces(text);
  }

  trust(role: Role, statement: number): Place | undefined {
    const scope = this.#yaml.trust(role.name, statement);
    if (scope !== undefined) return { file: this.file, ...scope };
    const span = role.trust[statement]?.span ?? role.span;
    return span && { file: this.file, span, find: () => undefined };
  }

  permission(role: Role, statement: number): Place | undefined {
    const named = this.#yaml.policyFile(role.name);
    const path = named === undefined || isAbsolute(named) ? named : join(dirname(this.file), named);
    const inFile = path === undefined ? undefined : this.#document(path);
    const ofFile = inFile?.statements[statement];
    if (path !== undefined && inFile !== undefined && ofFile !== undefined) {
      return { file: path, span: ofFile.span, find: (text) => literal(inFile.text, ofFile.span, text) };
    }
    const scope = this.#yaml.grant(role.name, statement - (inFile?.statements.length ?? 0));
    if (scope !== undefined) return { file: this.file, ...scope };
    return role.span && { file: this.file, span: role.span, find: () => undefined };
  }

  #document(path: string): PolicyDocument | undefined {
    if (this.#documents.has(path)) return this.#documents.get(path);
    const text = readText(path);
    const parsed = parsePolicy(text, { file: path });
    const document = parsed.ok ? parsed.value : undefined;
    this.#documents.set(path, document);
    this.sources.set(path, text);
    return document;
  }
}

/** The one place within the span where this string is written as JSON writes it. */
function literal(text: string, { start, end }: Span, value: string): Span | undefined {
  const written = JSON.stringify(value);
  const at = text.indexOf(written, start.offset);
  if (at === -1 || at + written.length > end.offset) return undefined;
  const again = text.indexOf(written, at + 1);
  if (again !== -1 && again + written.length <= end.offset) return undefined;
  return new LineIndex(text).span(at, at + written.length);
}
