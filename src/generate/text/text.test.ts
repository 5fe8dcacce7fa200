import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { code, csv, listed, md, pascal, shell, snake, table, uniqueNames } from './text.ts';

const nasty = fc.string({
  unit: fc.constantFrom('|', '`', '\\', '\n', '<', '&', '*', '[', ']', '_', '"', "'", '$', 'a', ' ', '#'),
});

/** Cells of a Markdown row: GFM splits at pipes without a backslash before, in code spans too. */
const cells = (row: string) => row.split(/(?<!\\)\|/).slice(1, -1);

describe('Markdown', () => {
  it('keeps rows and columns, whatever the names', () => {
    fc.assert(
      fc.property(nasty, nasty, (a, b) => {
        const rows = table(['x', 'y', 'z'], [[md(a), code(b), 'end']]).split('\n');
        expect(rows).toHaveLength(3);
        // A text that ends in a backslash must not swallow the cell's border.
        expect(cells((rows[2] ?? '').replaceAll('\\\\', ''))).toHaveLength(3);
      }),
    );
  });

  it('opens no HTML and no link', () => {
    expect(md('<img src=x> [a](javascript:1) **b**')).toBe(
      '\\<img src=x\\> \\[a\\](javascript:1) \\*\\*b\\*\\*',
    );
  });

  it('lets no text end its code span', () => {
    expect(code('a``b')).toBe('```a``b```');
    expect(code('`')).toBe('`` ` ``');
  });
});

describe('csv', () => {
  const read = (text: string): string[][] => {
    const rows: string[][] = [];
    let row: string[] = [];
    for (const m of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,"\n]*))(,|\n)/g)) {
      row.push(m[1] === undefined ? (m[2] ?? '') : m[1].replaceAll('""', '"'));
      if (m[3] === '\n') {
        rows.push(row);
        row = [];
      }
    }
    return rows;
  };
  it('is read back as written', () => {
    const cell = fc.string({ unit: fc.constantFrom(',', '"', '\n', '\r', '=', 'a', ' ') });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 }), (rows) => {
        expect(read(csv(rows))).toEqual(rows);
      }),
    );
  });
});

describe('shell', () => {
  it('gives the shell the very word', () => {
    const words = fc.sample(
      fc.string({ unit: fc.constantFrom("'", '"', '$', '`', '\\', ' ', '\n', '*', ';', 'a', '!', '~') }),
      { numRuns: 100, seed: 3 },
    );
    const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${words.map(shell).join(' ')}`], {
      encoding: 'utf8',
    });
    expect(stdout.split('\0').slice(0, -1)).toEqual(words);
  });
});

describe('names', () => {
  it('become identifiers', () => {
    expect(snake('SecurityAuditRole')).toBe('security_audit_role');
    expect(snake('1st-account!')).toBe('x_1st_account');
    expect(pascal('external_id_Audit-Role')).toBe('ExternalIdAuditRole');
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
  });

  it('stay apart, whatever the wishes', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'A', 'a_2', 'b')), (wanted) => {
        const names = uniqueNames(wanted).map((name) => name.toLowerCase());
        expect(new Set(names).size).toBe(wanted.length);
      }),
    );
  });
});
