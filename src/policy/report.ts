import { type Diagnostic, LineIndex, type Severity, type Span } from '../base/index.ts';

/** More problems than anyone reads; hostile input must not cost a diagnostic per byte. */
const MOST_DIAGNOSTICS = 200;

/** False when a surrogate stands alone (String.isWellFormed is newer than our library level). */
export const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

/** Excerpts of input in messages stay short, on one line and free of control characters. */
export function quote(text: string, most = 60): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return JSON.stringify(cut.replace(/\p{Surrogate}/gu, '\uFFFD'));
}

/** Collects diagnostics of one text and turns offsets into places. */
export class Report {
  readonly file: string | undefined;
  readonly #lines: LineIndex;
  readonly #diagnostics: Diagnostic[] = [];
  #dropped = 0;
  #failed = false;

  constructor(text: string, file?: string) {
    this.file = file;
    this.#lines = new LineIndex(text);
  }

  span(node: { readonly start: number; readonly end: number }): Span {
    return this.#lines.span(node.start, node.end);
  }

  add(
    severity: Severity,
    code: string,
    at: { readonly start: number; readonly end: number },
    message: string,
    help?: string,
  ): void {
    if (severity === 'error') this.#failed = true;
    if (this.#diagnostics.length >= MOST_DIAGNOSTICS) {
      this.#dropped++;
      return;
    }
    this.#diagnostics.push({
      code,
      severity,
      message,
      ...(this.file === undefined ? {} : { file: this.file }),
      span: this.span(at),
      ...(help === undefined ? {} : { help }),
    });
  }

  error(code: string, at: { readonly start: number; readonly end: number }, message: string, help?: string) {
    this.add('error', code, at, message, help);
  }

  /** True as soon as one error was added, also one beyond the limit. */
  get failed(): boolean {
    return this.#failed;
  }

  /** All diagnostics in the order of the text. */
  get diagnostics(): readonly Diagnostic[] {
    const sorted = this.#diagnostics.toSorted(
      (a, b) => (a.span?.start.offset ?? 0) - (b.span?.start.offset ?? 0),
    );
    if (this.#dropped === 0) return sorted;
    return [
      ...sorted,
      {
        code: 'too-many-problems',
        severity: this.#failed ? 'error' : 'warning',
        message: `${this.#dropped} further problems are not shown`,
        help: 'repair those above first',
      },
    ];
  }
}
