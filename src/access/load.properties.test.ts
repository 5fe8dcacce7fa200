import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAccess, loadAccess } from './index.ts';
import { base } from './load.cases.ts';

const example = readFileSync(new URL('../../examples/two-accounts/access.yaml', import.meta.url), 'utf8');

/** Whatever was read: a usable value or at least one error, and every place inside the text. */
function wellBehaved(text: string): void {
  const result = loadAccess(text, { file: 'access.yaml', readFile: () => text });
  if (result.ok) {
    expect(checkAccess(result.value).every((d) => d.severity !== 'error')).toBe(true);
  } else {
    expect(result.diagnostics.some((d) => d.severity === 'error')).toBe(true);
  }
  for (const { span, file } of result.diagnostics) {
    if (file !== 'access.yaml' || span === undefined) continue;
    expect(span.start.offset).toBeLessThanOrEqual(span.end.offset);
    expect(span.end.offset).toBeLessThanOrEqual(text.length);
  }
}

describe('loading never throws', () => {
  it('on arbitrary text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), wellBehaved), { numRuns: 300 });
  });

  it('on arbitrary YAML punctuation', () => {
    const piece = fc.constantFrom(
      '- ',
      '? ',
      ': ',
      '{',
      '}',
      '[',
      ']',
      '&a ',
      '*a',
      '\n',
      '  ',
      '|',
      '>',
      '"',
      "'",
      '#',
      '!!x ',
      '---',
      '%',
      'a',
      ',',
      '<<',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 60 }).map((p) => p.join('')),
        wellBehaved,
      ),
      { numRuns: 500 },
    );
  });

  it('on a definition with lines dropped, doubled and exchanged', () => {
    const lines = base.split('\n');
    const edits = fc.array(fc.tuple(fc.nat(lines.length - 1), fc.nat(lines.length - 1), fc.nat(2)), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(edits, (list) => {
        const text = [...lines];
        for (const [i, j, kind] of list) {
          if (kind === 0) text.splice(i, 1);
          else if (kind === 1) text.splice(j, 0, lines[i] ?? '');
          else [text[i], text[j]] = [text[j] ?? '', text[i] ?? ''];
        }
        wellBehaved(text.join('\n'));
      }),
      { numRuns: 200 },
    );
  });

  it('on a definition with any one value replaced by any other', () => {
    const words = [...example.matchAll(/(?<=[:,[{] ?)[\w"][\w":./*-]*/g)].map(
      (m) => [m.index, m[0].length] as const,
    );
    const junk = fc.oneof(
      fc.constantFrom(
        'null',
        '[]',
        '{}',
        '1',
        'true',
        '"',
        '~',
        '[[1]]',
        '{a: {b: c}}',
        '-1',
        '.inf',
        '1e999',
        'all',
      ),
      fc.string({ maxLength: 12 }),
      fc.json({ maxDepth: 3 }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...words), junk, ([at, length], value) => {
        wellBehaved(example.slice(0, at) + value + example.slice(at + length));
      }),
      { numRuns: 300 },
    );
  });
});

describe('hostile input', () => {
  const codes = (text: string) => loadAccess(text).diagnostics.map((d) => d.code);

  it.each(['{', '[', '- ', '? ', '[{'])('refuses a tower of %s', (brick) => {
    expect(codes(brick.repeat(50_000))).toEqual(['yaml-too-deep']);
  });

  it('refuses a bomb of aliases', () => {
    const levels = Array.from({ length: 30 }, (_, i) =>
      i === 0
        ? 'l0: &l0 [x, x, x, x]'
        : `l${i}: &l${i} [${Array(9)
            .fill(`*l${i - 1}`)
            .join(', ')}]`,
    );
    expect(codes(levels.join('\n'))).toEqual(['alias-bomb']);
  });

  it('takes aliases that are used as meant', () => {
    const text = base
      .replace('operators: alice', 'operators: &who [alice]')
      .replace('{ roles: Hop }', '{ operators: *who }');
    expect(loadAccess(text).diagnostics).toEqual([]);
  });

  it('refuses 100 MB', () => {
    expect(codes('a'.repeat(100 * 1024 * 1024))).toEqual(['file-too-large']);
  });
});
