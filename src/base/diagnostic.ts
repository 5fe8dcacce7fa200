/** A place in a text. Lines and columns count from 1 (columns in UTF-16 units), offsets from 0. */
export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** A half-open range of a text: `end` is the first place after it. */
export interface Span {
  readonly start: Position;
  readonly end: Position;
}

/** An error is refused by AWS or gives away access; a warning is a mistake or a risk; an info is worth a look. */
export type Severity = 'error' | 'warning' | 'info';

/**
 * One problem, said as a colleague would: what is wrong, where, what to write instead.
 * The only problem type of the project: parser, validator, definition and deployment all use it.
 */
export interface Diagnostic {
  /** Stable, kebab-case, documented: `unknown-key`, `external-id-length`. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly file?: string;
  readonly span?: Span;
  /** What to write instead. */
  readonly help?: string;
}

/** Expected failures are values; exceptions mean bugs or the outside world failing. */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((d) => d.severity === 'error');

/** Turns offsets of one text into positions; O(log lines) a lookup after one pass. */
export class LineIndex {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) this.#starts.push(i + 1);
  }

  at(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (this.#starts[mid]! <= offset) low = mid;
      else high = mid - 1;
    }
    return { offset, line: low + 1, column: offset - this.#starts[low]! + 1 };
  }

  span(start: number, end: number): Span {
    return { start: this.at(start), end: this.at(end) };
  }
}
