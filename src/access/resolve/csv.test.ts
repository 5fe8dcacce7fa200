import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadAccess } from '../index.ts';
import { base } from '../load.cases.ts';
import { parseCsv } from './csv.ts';

const rows = (text: string) => parseCsv(text).rows.map((r) => r.fields.map((f) => f.value));

describe('CSV', () => {
  it('reads quotes, doubled quotes, CRLF, a byte order mark, comments and empty lines', () => {
    expect(rows('\ufeffa, b \r\n\r\n# note, x\n"x,""y""",\n')).toEqual([
      ['a', 'b'],
      ['x,"y"', ''],
    ]);
  });

  it('reads back what a CSV writer wrote', () => {
    const cell = fc.string({ maxLength: 8 }).filter((s) => s.trim() === s && s !== '');
    const quote = (s: string) => `"${s.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 }), (table) => {
        expect(rows(table.map((r) => r.map(quote).join(',')).join('\n'))).toEqual(table);
      }),
    );
  });
});

describe('accountsFrom', () => {
  const load = (csv: string | (() => string)) =>
    loadAccess(
      base.replace('operators:\n  alice', 'accountsFrom: [{ csv: more.csv }]\noperators:\n  alice'),
      {
        file: 'access.yaml',
        readFile: (path) => {
          expect(path).toBe('more.csv');
          return typeof csv === 'string' ? csv : csv();
        },
      },
    );

  it('adds accounts with profiles, units and tags', () => {
    const result = load(
      'name,id,profile,ou,tag:env\nstage,012345678901,st,Workloads/Stage,stage\ndev,333333333333,,,\n',
    );
    expect(result.ok && result.value.accounts.slice(2)).toEqual([
      { name: 'stage', id: '012345678901', profile: 'st', ou: 'Workloads/Stage', tags: { env: 'stage' } },
      { name: 'dev', id: '333333333333', profile: 'dev', tags: {} },
    ]);
  });

  it.each([
    ['bad id', 'name,id\nok,333333333333\nbad,12345\n', 'bad-account-id', 'more.csv:3:5'],
    [
      'id of an account of the definition',
      'name,id\nx,111111111111\n',
      'duplicate-account-id',
      'more.csv:2:3',
    ],
    ['name twice', 'name,id\nx,333333333333\nx,444444444444\n', 'duplicate-account', 'more.csv:3:1'],
    ['too few fields', 'name,id,ou\nx,333333333333\n', 'csv-fields', 'more.csv:2:1'],
    ['misspelt column', 'name,id,profil\nx,333333333333,p\n', 'csv-column', 'more.csv:1:9'],
    ['missing column', 'name,ou\nx,y\n', 'csv-column', 'more.csv:1:1'],
    ['column twice', 'name,id,id\n', 'csv-column', 'more.csv:1:9'],
    ['open quote', 'name,id\n"x,333333333333\n', 'csv-syntax', 'more.csv:2:1'],
    ['empty file', '\n# nothing\n', 'csv-empty', 'more.csv:1:1'],
    [
      'unreadable file',
      () => {
        throw new Error('ENOENT: no such file');
      },
      'file-unreadable',
      'access.yaml:8:23',
    ],
  ])('%s', (_, csv, code, place) => {
    const result = load(csv);
    expect(result.ok).toBe(false);
    expect(
      result.diagnostics.map((d) => [d.code, `${d.file}:${d.span?.start.line}:${d.span?.start.column}`]),
    ).toContainEqual([code, place]);
  });
});
