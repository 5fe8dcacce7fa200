import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { schemaFile, schemaServices, schemaText } from '../../../../scripts/schemas.mjs';
import { services } from '../model.ts';
import { readShape } from '../shape.ts';
import { SchemaTable } from './table.ts';

test('every service has its file', () => {
  expect(services.map((s) => s.name).sort()).toEqual(schemaServices);
});

test.each(schemaServices)(
  '%s.jsonl is that of the installed SDK client (else: npm run schemas)',
  async (name) => {
    // Not toBe: a difference of a megabyte is no help to anybody.
    expect(readFileSync(schemaFile(name), 'utf8') === (await schemaText(name))).toBe(true);
  },
);

describe('table', () => {
  const table = new SchemaTable(
    [
      ['Tree', 3, 0, ['Text', 'Children'], [0, ['Trees', { xmlFlattened: 1 }]], 1],
      ['Trees', 1, 0, 'Tree'],
      ['Plant', 9, { http: ['POST', '/', 200] }, 'Tree', 'unit'],
      ['Withered', -3, { error: 'client' }, ['message'], [0]],
    ]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  );

  test('finds by name and by kind', () => {
    expect(table.names(9)).toEqual(['Plant']);
    expect(table.names(-3)).toEqual(['Withered']);
    expect(table.schema('Weed')).toBeUndefined();
    expect(table.schema('Plant')).toBe(table.schema('Plant'));
  });

  test('links schemas, itself included, with their traits', () => {
    const tree = readShape(table.schema('Tree'));
    if (tree.kind !== 'structure') throw new Error(tree.kind);
    const children = tree.member.get('Children');
    expect(tree.required).toBe(1);
    expect(children?.flattened).toBe(true);
    if (children?.shape.kind !== 'list') throw new Error('no list');
    expect(children.shape.member.shape).toBe(tree);
  });

  test('a reference to nowhere is a bug that is told', () => {
    const broken = new SchemaTable('["A",1,0,"B"]\n');
    const shape = readShape(broken.schema('A'));
    expect(() => shape.kind === 'list' && shape.member.shape).toThrow('not a schema');
  });
});
