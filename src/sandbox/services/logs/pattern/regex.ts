import { type CharSet, type Machine, machineOf, runs, type Step } from './regex-machine.ts';
import { BadPattern } from './types.ts';

interface Branch {
  readonly atStart: boolean;
  readonly atEnd: boolean;
  readonly steps: readonly Step[];
}

/** The regular expressions of filter patterns: no groups, hence a list of branches. */
export interface Regex {
  readonly source: string;
  readonly branches: readonly Branch[];
}

/** A bound for counted repeats: a pattern has 1,024 characters, but `{999}` would stand for many more. */
const MOST_STEPS = 1_000;

const charSet = (test: (c: string) => boolean, others: boolean): CharSet => ({
  ascii: Array.from({ length: 128 }, (_, i) => test(String.fromCharCode(i))),
  others,
});
const negated = ({ ascii, others }: CharSet): CharSet => ({ ascii: ascii.map((b) => !b), others: !others });
const classes: Readonly<Record<string, CharSet>> = {
  d: charSet((c) => /\d/.test(c), false),
  w: charSet((c) => /\w/.test(c), false),
  s: charSet((c) => /\s/.test(c), false),
  D: charSet((c) => /\D/.test(c), true),
  W: charSet((c) => /\W/.test(c), true),
  S: charSet((c) => /\S/.test(c), true),
};
const anything = charSet((c) => c !== '\n', true);
const single = (character: string): CharSet => charSet((c) => c === character, false);

/** The page's symbols, and the blank of its own example `%^starting|^initializing|^shutting down%`. */
const LITERAL = /[A-Za-z0-9:_#=@/;, -]/;
const ESCAPED = /[\^$?[\]{}|\\*+.()%"'!&<>~` -]/;

/** Reads what stands between two `%`. Throws BadPattern for what AWS's list of supported syntax doesn't have. */
export function readRegex(source: string): Regex {
  if (source === '') throw new BadPattern('an empty regular expression');
  const reader = new RegexReader(source);
  return { source, branches: reader.branches() };
}

class RegexReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  branches(): Branch[] {
    const branches = [this.#branch()];
    while (this.#take('|')) branches.push(this.#branch());
    if (this.#at < this.#text.length) throw this.#bad();
    if (branches.reduce((sum, { steps }) => sum + steps.length, 0) > MOST_STEPS) {
      throw new BadPattern('the regular expression is too large');
    }
    return branches;
  }

  #branch(): Branch {
    const atStart = this.#take('^');
    const steps: Step[] = [];
    let atEnd = false;
    for (;;) {
      const c = this.#text[this.#at];
      if (c === undefined || c === '|') return { atStart, atEnd, steps };
      if (c === '$') {
        this.#at++;
        atEnd = true;
        const next = this.#text[this.#at];
        if (next !== undefined && next !== '|') throw this.#bad();
        continue;
      }
      steps.push(...this.#repeated(this.#atom(c)));
      if (steps.length > MOST_STEPS) throw new BadPattern('the regular expression is too large');
    }
  }

  #atom(c: string): CharSet {
    if (c === '[') return this.#class();
    this.#at++;
    if (c === '.') return anything;
    if (c === '\\') return this.#escape();
    if (!LITERAL.test(c)) throw this.#bad(c);
    return single(c);
  }

  #escape(): CharSet {
    const c = this.#text[this.#at++] ?? '';
    const known = classes[c];
    if (known !== undefined) return known;
    if (c === 'x') return this.#hexadecimal();
    if (c === '' || !(ESCAPED.test(c) || LITERAL.test(c)) || /[A-Za-z0-9]/.test(c)) throw this.#bad(`\\${c}`);
    return single(c);
  }

  /** "`\xhh`: Matches the ASCII mapping for a two-digit hexadecimal character"; `\x28` is a parenthesis. */
  #hexadecimal(): CharSet {
    const digits = /^[0-7][0-9A-Fa-f]/.exec(this.#text.slice(this.#at, this.#at + 2))?.[0];
    if (digits === undefined) throw this.#bad('\\x');
    this.#at += 2;
    return single(String.fromCharCode(Number.parseInt(digits, 16)));
  }

  #class(): CharSet {
    this.#at++;
    const negate = this.#take('^');
    const ascii = Array.from({ length: 128 }, () => false);
    let others = false;
    let first = true;
    while (first || this.#text[this.#at] !== ']') {
      first = false;
      const low = this.#member();
      if (typeof low !== 'number') {
        for (const [i, b] of low.ascii.entries()) if (b) ascii[i] = true;
        others ||= low.others;
        continue;
      }
      let high = low;
      if (this.#text[this.#at] === '-' && ![']', undefined].includes(this.#text[this.#at + 1])) {
        this.#at++;
        const end = this.#member();
        high = typeof end === 'number' ? end : Number.NaN;
      }
      if (!(low <= high && high <= 127)) throw this.#bad();
      for (let i = low; i <= high; i++) ascii[i] = true;
    }
    this.#at++;
    const set = { ascii, others };
    return negate ? negated(set) : set;
  }

  /** Of a character class: the code of one character, which may be an end of a range, or several like `\d`. */
  #member(): number | CharSet {
    const c = this.#text[this.#at++];
    if (c === undefined) throw new BadPattern('a character class without its end');
    if (c !== '\\') return c.charCodeAt(0);
    const set = this.#escape();
    const only = set.ascii.indexOf(true);
    return !set.others && only === set.ascii.lastIndexOf(true) ? only : set;
  }

  #repeated(set: CharSet): Step[] {
    if (this.#take('*')) return [{ set, skip: true, loop: true }];
    if (this.#take('+')) return [{ set, skip: false, loop: true }];
    if (this.#take('?')) return [{ set, skip: true, loop: false }];
    if (this.#text[this.#at] !== '{') return [{ set, skip: false, loop: false }];
    // "`{m, n}` … Either m or n can be omitted."
    const match = /^\{(\d{0,4})(, ?(\d{0,4}))?\}/.exec(this.#text.slice(this.#at, this.#at + 16));
    if (match === null || (match[1] || match[3] || '') === '') throw this.#bad();
    this.#at += match[0].length;
    const min = Number(match[1]);
    const max = match[2] === undefined ? min : match[3] === '' ? undefined : Number(match[3]);
    if (max !== undefined && max < min) throw this.#bad(match[0]);
    const steps: Step[] = Array.from({ length: min }, () => ({ set, skip: false, loop: false }));
    if (max === undefined) return [...steps, { set, skip: true, loop: true }];
    return [...steps, ...Array.from({ length: max - min }, () => ({ set, skip: true, loop: false }))];
  }

  #take(c: string): boolean {
    if (this.#text[this.#at] !== c) return false;
    this.#at++;
    return true;
  }

  #bad(what = this.#text[this.#at] ?? ''): BadPattern {
    return new BadPattern(`'${what}' is not supported in the regular expression '${this.#text}'`);
  }
}

const machines = new WeakMap<Branch, Machine>();

/** Whether the expression is found somewhere in the text; each character is looked at once per branch. */
export const regexFinds = ({ branches }: Regex, text: string): boolean =>
  branches.some((branch) => {
    let machine = machines.get(branch);
    if (machine === undefined) {
      machine = machineOf(branch.steps);
      machines.set(branch, machine);
    }
    return runs(machine, branch, text);
  });
