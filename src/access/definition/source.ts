import { type Diagnostic, LineIndex, type Severity, type Span } from '../../base/index.ts';

/** Steps from the root of the definition to a value. */
export type Path = readonly (string | number)[];

/** A place in the definition: the value at a path, or the key that leads to it. */
export type Place = Path | { readonly key: Path };

/** Where the entries of one mapping or list stand in the text: by key, or by index. */
export type Entries = ReadonlyMap<string | number, { readonly key?: Offsets; readonly value: Offsets }>;
export type Offsets = readonly [start: number, end: number];

/** The text of a definition with the places of its values, and the problems found so far. */
export class Source {
  readonly file: string | undefined;
  readonly text: string;
  readonly diagnostics: Diagnostic[] = [];
  readonly #lines: LineIndex;
  readonly #entries = new WeakMap<object, Entries>();
  #root: unknown;

  constructor(text: string, file?: string) {
    this.text = text;
    this.file = file;
    this.#lines = new LineIndex(text);
  }

  setRoot(root: unknown): void {
    this.#root = root;
  }

  setEntries(value: object, entries: Entries): void {
    this.#entries.set(value, entries);
  }

  /** The YAML library places what is missing one character behind the end: clamped. */
  at(start: number, end: number): Span {
    const last = this.text.length;
    return this.#lines.span(Math.min(start, last), Math.min(end, last));
  }

  /** The span of a place; of the nearest enclosing value when the place itself isn't written. */
  span(place: Place): Span {
    const path = 'key' in place ? place.key : place;
    let value = this.#root;
    let offsets: Offsets = [0, 0];
    for (const [i, step] of path.entries()) {
      if (typeof value !== 'object' || value === null) break;
      const entry = this.#entries.get(value)?.get(step);
      if (entry === undefined) break;
      const wantsKey = 'key' in place && i === path.length - 1;
      offsets = (wantsKey ? entry.key : undefined) ?? entry.value;
      value = (value as Record<string | number, unknown>)[step];
    }
    return this.at(...offsets);
  }

  /** The text as written at a place. */
  written(place: Place): string {
    const { start, end } = this.span(place);
    return this.text.slice(start.offset, end.offset);
  }

  error(code: string, place: Place, message: string, help?: string): void {
    this.report('error', code, this.span(place), message, help);
  }

  warn(code: string, place: Place, message: string, help?: string): void {
    this.report('warning', code, this.span(place), message, help);
  }

  report(severity: Severity, code: string, span: Span, message: string, help?: string): void {
    this.diagnostics.push({
      code,
      severity,
      message,
      ...(this.file !== undefined && { file: this.file }),
      span,
      ...(help !== undefined && { help }),
    });
  }
}
