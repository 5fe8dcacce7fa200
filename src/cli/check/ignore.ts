import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Diagnostic } from '../../base/index.ts';
import { LineIndex } from '../../base/index.ts';
import { parseIgnoreFile, type Suppression } from '../../policy/index.ts';
import { readText } from '../files.ts';
import type { Checked, Finding, Kept } from './types.ts';

export const IGNORE_FILE = '.crossaccountignore';

/** One ignore file, with what of it was needed. */
interface IgnoreFile {
  readonly file: string;
  readonly text: string;
  readonly suppressions: readonly Suppression[];
  readonly used: Set<Suppression>;
}

/** Suppressions of `--ignore` files, for every file, and of the `.crossaccountignore` beside each file. */
export class Ignores {
  readonly #everywhere: readonly IgnoreFile[];
  readonly #beside = new Map<string, IgnoreFile | undefined>();
  /** Faults of ignore files: bad input. */
  readonly problems: Diagnostic[] = [];
  readonly sources = new Map<string, string>();

  constructor(files: readonly string[]) {
    this.#everywhere = files.map((file) => this.#read(file));
  }

  /** Splits findings of one file into those that count and those that are kept with a reason. */
  apply(checked: Checked): { readonly rest: readonly Diagnostic[]; readonly kept: readonly Kept[] } {
    const beside = checked.file === '<stdin>' ? undefined : this.#besideOf(dirname(checked.file));
    const lists = beside === undefined ? this.#everywhere : [...this.#everywhere, beside];
    const rest: Diagnostic[] = [];
    const kept: Kept[] = [];
    for (const finding of checked.findings) {
      const fitting = lists.flatMap((list) =>
        list.suppressions.filter((s) => fits(s, finding)).map((suppression) => ({ list, suppression })),
      );
      for (const { list, suppression } of fitting) list.used.add(suppression);
      const [first] = fitting;
      if (first === undefined) rest.push(finding.diagnostic);
      else kept.push({ diagnostic: finding.diagnostic, suppression: first.suppression });
    }
    return { rest, kept };
  }

  /** After all files: suppressions that suppressed nothing, so that lists do not rot. */
  unused(): Diagnostic[] {
    const lists = [...this.#everywhere, ...this.#beside.values()].filter((list) => list !== undefined);
    return lists.flatMap(({ file, suppressions, text, used }) => {
      const spans = entrySpans(text);
      return suppressions.flatMap((s, i): Diagnostic[] => {
        if (used.has(s)) return [];
        const span = spans[i];
        return [
          {
            code: 'unused-suppression',
            severity: 'info',
            message: `nothing is found by ${s.code}${s.statement === undefined ? '' : ` in statement ${s.statement}`}, and yet it is suppressed`,
            file,
            ...(span && { span }),
            help: 'remove the line',
          },
        ];
      });
    });
  }

  #besideOf(folder: string): IgnoreFile | undefined {
    const file = join(folder, IGNORE_FILE);
    if (!this.#beside.has(file)) {
      const named = this.#everywhere.some((list) => join(list.file) === file);
      this.#beside.set(file, named || !existsSync(file) ? undefined : this.#read(file));
    }
    return this.#beside.get(file);
  }

  #read(file: string): IgnoreFile {
    const text = readText(file);
    const read = parseIgnoreFile(text, file);
    this.problems.push(...read.diagnostics);
    this.sources.set(file, text);
    return { file, text, suppressions: read.ok ? read.value : [], used: new Set() };
  }
}

const fits = ({ code, statement }: Suppression, finding: Finding): boolean =>
  code === finding.diagnostic.code &&
  (statement === undefined ||
    statement === finding.statement?.index ||
    (statement !== '' && statement === finding.statement?.sid));

/** Where the entries stand: `parseIgnoreFile` makes one suppression of each line that is neither empty nor a comment. */
function entrySpans(text: string) {
  const index = new LineIndex(text);
  let offset = 0;
  return text.split('\n').flatMap((line) => {
    const start = offset;
    offset += line.length + 1;
    const content = line.trim();
    return content === '' || content.startsWith('#')
      ? []
      : [index.span(start, start + line.trimEnd().length)];
  });
}
