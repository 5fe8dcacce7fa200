import { invalid } from './fail.ts';

/** Steps before a match gives up. A sane pattern takes a few per character; values have 4,096 characters at most. */
const MOST_STEPS = 1_000_000;
/** All matches of one call together: two hundred parameters, each a list, each of whose items takes nearly as much. */
const MOST_ALTOGETHER = 2_000_000;

/** The steps that the matches of one call still have. */
export interface Patience {
  left: number;
}
export const patience = (): Patience => ({ left: MOST_ALTOGETHER });

/** Continues a match at a position. */
type Next = (at: number) => boolean;
interface Run {
  readonly text: string;
  readonly captures: Map<number, string>;
  readonly most: number;
  steps: number;
}
type Node = (run: Run, at: number, next: Next) => boolean;
/** A node of exactly one character, which loops without recursion. */
type One = (char: string) => boolean;

class TooMuch extends Error {}

/**
 * Whether the whole value matches an AllowedPattern. A template's author is not trusted: a matcher with counted steps
 * refuses what would keep JavaScript's busy for hours, and does so at the same step every time.
 */
export function matchesPattern(
  pattern: string,
  text: string,
  name: string,
  steps: Patience = patience(),
): boolean {
  try {
    new RegExp(pattern);
  } catch {
    throw invalid(`Template error: AllowedPattern of parameter '${name}' is not a valid regular expression`);
  }
  const run: Run = { text, captures: new Map(), most: Math.min(MOST_STEPS, steps.left), steps: 0 };
  try {
    const node = new Parser(pattern).whole();
    const matches = node(run, 0, (at) => at === text.length);
    steps.left -= run.steps;
    return matches;
  } catch (error) {
    if (!(error instanceof TooMuch || error instanceof RangeError)) throw error;
    throw invalid(`Template error: AllowedPattern of parameter '${name}' takes too long to match`);
  }
}

function step(run: Run): void {
  if (++run.steps > run.most) throw new TooMuch();
}

const oneNode =
  (one: One): Node =>
  (run, at, next) => {
    step(run);
    return at < run.text.length && one(run.text.charAt(at)) && next(at + 1);
  };

const sequence = (nodes: readonly Node[]): Node =>
  nodes.reduceRight<Node>(
    (rest, node) => (run, at, next) => node(run, at, (then) => rest(run, then, next)),
    (_run, at, next) => next(at),
  );

const loop =
  (node: Node, min: number, max: number, lazy: boolean): Node =>
  (run, at, next) => {
    const turn = (count: number, from: number): boolean => {
      step(run);
      const more = () =>
        count < max && node(run, from, (to) => (to > from || count < min) && turn(count + 1, to));
      if (count < min) return more();
      return lazy ? next(from) || more() : more() || next(from);
    };
    return turn(0, at);
  };

const loopOne =
  (one: One, min: number, max: number, lazy: boolean): Node =>
  (run, at, next) => {
    let most = 0;
    while (most < max && at + most < run.text.length && one(run.text.charAt(at + most))) {
      step(run);
      most++;
    }
    const counts = Array.from({ length: Math.max(0, most - min + 1) }, (_, i) => (lazy ? min + i : most - i));
    return counts.some((count) => {
      step(run);
      return next(at + count);
    });
  };

class Parser {
  readonly #pattern: string;
  #at = 0;
  #groups = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  whole(): Node {
    return this.#alternatives();
  }

  #alternatives(): Node {
    const branches = [this.#branch()];
    while (this.#take('|')) branches.push(this.#branch());
    const [only] = branches;
    if (only !== undefined && branches.length === 1) return only;
    return (run, at, next) => branches.some((branch) => branch(run, at, next));
  }

  #branch(): Node {
    const nodes: Node[] = [];
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern.charAt(this.#at))) {
      nodes.push(this.#quantified());
    }
    return sequence(nodes);
  }

  #quantified(): Node {
    const atom = this.#atom();
    const counts = this.#counts();
    if (counts === undefined) return 'one' in atom ? oneNode(atom.one) : atom.node;
    const lazy = this.#take('?');
    const [min, max] = counts;
    return 'one' in atom ? loopOne(atom.one, min, max, lazy) : loop(atom.node, min, max, lazy);
  }

  #counts(): readonly [number, number] | undefined {
    if (this.#take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#take('?')) return [0, 1];
    const braces = /^\{(\d+)(,?)(\d*)\}/.exec(this.#pattern.slice(this.#at, this.#at + 24));
    if (braces === null) return undefined;
    this.#at += braces[0].length;
    const min = Number(braces[1]);
    if (braces[2] === '') return [min, min];
    return [min, braces[3] === '' ? Number.POSITIVE_INFINITY : Number(braces[3])];
  }

  #atom(): { one: One } | { node: Node } {
    const char = this.#pattern.charAt(this.#at++);
    if (char === '(') return { node: this.#group() };
    if (char === '[') return { one: this.#set() };
    if (char === '.') return { one: (c) => c !== '\n' && c !== '\r' };
    if (char === '^') return { node: (_run, at, next) => at === 0 && next(at) };
    if (char === '$') return { node: (run, at, next) => at === run.text.length && next(at) };
    if (char === '\\') return this.#escape();
    return { one: (c) => c === char };
  }

  #group(): Node {
    const kind = /^\?(?::|=|!|<=|<!|<\w+>)/.exec(this.#pattern.slice(this.#at, this.#at + 40))?.[0];
    this.#at += kind?.length ?? 0;
    const captured = kind === undefined || /^\?<\w/.test(kind) ? ++this.#groups : 0;
    const inside = this.#alternatives();
    this.#take(')');
    if (kind === '?=') return (run, at, next) => inside(run, at, () => true) && next(at);
    if (kind === '?!') return (run, at, next) => !inside(run, at, () => true) && next(at);
    if (kind === '?<=' || kind === '?<!') {
      return (run, at, next) => {
        let found = false;
        for (let from = at; from >= 0 && !found; from--) found = inside(run, from, (end) => end === at);
        return found === (kind === '?<=') && next(at);
      };
    }
    if (captured === 0) return inside;
    return (run, at, next) =>
      inside(run, at, (end) => {
        run.captures.set(captured, run.text.slice(at, end));
        return next(end);
      });
  }

  #set(): One {
    const negated = this.#take('^');
    const tests: One[] = [];
    while (this.#at < this.#pattern.length && this.#pattern[this.#at] !== ']') tests.push(this.#setItem());
    this.#take(']');
    return (c) => tests.some((test) => test(c)) !== negated;
  }

  #setItem(): One {
    const from = this.#setChar();
    if (typeof from !== 'string') return from;
    const range = this.#pattern[this.#at] === '-' && this.#pattern[this.#at + 1] !== ']';
    if (!range) return (c) => c === from;
    this.#at++;
    const to = this.#setChar();
    if (typeof to !== 'string') return (c) => c === from || c === '-' || to(c);
    return (c) => c >= from && c <= to;
  }

  #setChar(): string | One {
    const char = this.#pattern.charAt(this.#at++);
    if (char !== '\\') return char;
    if (this.#pattern[this.#at] === 'b') {
      this.#at++;
      return '\b';
    }
    return this.#escapedChar();
  }

  #escape(): { one: One } | { node: Node } {
    const char = this.#pattern.charAt(this.#at);
    if (char === 'b' || char === 'B') {
      this.#at++;
      return {
        node: (run, at, next) => {
          const edge = isWord(run.text.charAt(at - 1)) !== isWord(run.text.charAt(at));
          return edge === (char === 'b') && next(at);
        },
      };
    }
    const back = /^[1-9]\d?/.exec(this.#pattern.slice(this.#at, this.#at + 2))?.[0];
    if (back !== undefined) {
      this.#at += back.length;
      return {
        node: (run, at, next) => {
          step(run);
          const text = run.captures.get(Number(back)) ?? '';
          return run.text.startsWith(text, at) && next(at + text.length);
        },
      };
    }
    const one = this.#escapedChar();
    return { one: typeof one === 'string' ? (c) => c === one : one };
  }

  #escapedChar(): string | One {
    const char = this.#pattern.charAt(this.#at++);
    const known = classes[char.toLowerCase()];
    if (known !== undefined) return char === char.toLowerCase() ? known : (c) => !known(c);
    const digits = { x: 2, u: 4 }[char];
    if (digits !== undefined) {
      const hex = this.#pattern.slice(this.#at, this.#at + digits);
      if (/^[0-9a-fA-F]+$/.test(hex) && hex.length === digits) {
        this.#at += digits;
        return String.fromCharCode(Number.parseInt(hex, 16));
      }
    }
    return { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', 0: '\0' }[char] ?? char;
  }

  #take(char: string): boolean {
    if (this.#pattern[this.#at] !== char) return false;
    this.#at++;
    return true;
  }
}

const isWord = (c: string): boolean => /^\w$/.test(c);
const classes: Readonly<Record<string, One>> = {
  d: (c) => c >= '0' && c <= '9',
  w: isWord,
  s: (c) => /^\s$/.test(c),
};
