import { readRegex } from './regex.ts';
import { BadPattern, type Operand, type Operator } from './types.ts';

/** A position in a pattern. */
export class Scanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get end(): boolean {
    return this.at >= this.text.length;
  }

  skipSpace(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }

  /** Takes the text if it comes next. */
  take(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  /** Takes a word if it comes next, in whatever case. */
  word(expected: string): boolean {
    this.skipSpace();
    const found = this.text.slice(this.at, this.at + expected.length);
    if (found.toUpperCase() !== expected || /\w/.test(this.text[this.at + expected.length] ?? ''))
      return false;
    this.at += expected.length;
    return true;
  }

  /** Takes all that a sticky expression matches; '' when it doesn't. */
  run(expression: RegExp): string {
    const sticky = new RegExp(expression.source, 'uy');
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  /** A quoted text whose quote has been taken; `\` keeps the next character. */
  quoted(quote: string): string {
    let value = '';
    for (;;) {
      const c = this.text[this.at++];
      if (c === undefined) throw this.bad('a quoted text without its end');
      if (c === quote) return value;
      // A backslash before anything but a quote or a backslash stands for itself.
      const next = this.text[this.at];
      if (c === '\\' && (next === quote || next === '\\')) {
        value += next;
        this.at++;
      } else value += c;
    }
  }

  /** What stands between two `%`. */
  regexText(): string {
    const end = this.text.indexOf('%', this.at);
    if (end === -1) throw this.bad('a regular expression without its end');
    const source = this.text.slice(this.at, end);
    this.at = end + 1;
    return source;
  }

  operator(): Operator | undefined {
    this.skipSpace();
    for (const op of ['!=', '<=', '>=', '=!', '=', '<', '>'] as const) {
      // AWS's own examples write `w1=!ERROR` for "is not".
      if (this.take(op)) return op === '=!' ? '!=' : op;
    }
    return undefined;
  }

  /** What a value is compared with. `stop`: characters that end an unquoted one. */
  operand(stop: RegExp): Operand {
    this.skipSpace();
    if (this.take('"')) return text(this.quoted('"'), true);
    if (this.take('%')) return { kind: 'regex', regex: readRegex(this.regexText()) };
    let value = '';
    for (let c = this.text[this.at]; c !== undefined && !stop.test(c); c = this.text[this.at]) {
      value += c;
      this.at++;
    }
    if (value === '') throw this.bad('a value is missing');
    return text(value, false);
  }

  bad(what: string): BadPattern {
    return new BadPattern(`${what} at position ${this.at + 1}`);
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** "Ev*ent will only match the actual string Ev*ent": an asterisk is a wildcard at the ends only. */
function text(written: string, quoted: boolean): Operand {
  const startOpen = written.startsWith('*');
  const endOpen = written.length > 1 && written.endsWith('*');
  return {
    kind: 'text',
    text: written.slice(startOpen ? 1 : 0, endOpen ? -1 : undefined),
    startOpen,
    endOpen: endOpen || written === '*',
    ...(!quoted && NUMBER.test(written) && { number: Number(written) }),
  };
}

/** The number that a text is, exactly; undefined for `1e999` too, which no metric can take. */
export const numberOf = (written: string): number | undefined =>
  NUMBER.test(written) && Number.isFinite(Number(written)) ? Number(written) : undefined;
