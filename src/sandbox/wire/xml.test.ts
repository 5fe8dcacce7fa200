import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readShape, type StructureShape } from './shape.ts';
import { decodeXml, readXml } from './xml-read.ts';
import { escapeXml, writeMembers } from './xml-write.ts';

/** A schema as the SDK writes them: text, a number, a wrapped list, a flattened list of itself, an attribute. */
const node: unknown[] = [3, 'n', 'Node', 0, ['Text', 'Number', 'Names', 'Children', 'Kind'], []];
node[5] = [
  0,
  1,
  [[1, 'n', 'Names', 0, [0, { xmlName: 'Name' }]], 0],
  [[1, 'n', 'Children', 0, () => node], { xmlFlattened: 1, xmlName: 'Child' }],
  [0, { xmlAttribute: 1, xmlName: 'xsi:type' }],
];
const shape = readShape(node) as StructureShape;

const text = fc.string({ unit: fc.constantFrom(...'ab &<>"\'\r\n\t;#x]é€', '😀'), maxLength: 10 });
const { tree } = fc.letrec((tie) => ({
  tree: fc.record(
    {
      Text: text,
      Number: fc.integer(),
      Names: fc.array(text, { maxLength: 3 }),
      Children: fc.array(tie('tree'), { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: [] },
  ),
}));

describe('XML', () => {
  test('property: what is written reads back', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const xml = `<?xml version="1.0"?><!-- c --><R xmlns="x">${writeMembers(shape, value as Record<string, unknown>, 'seconds')}</R>`;
        expect(decodeXml(shape, readXml(xml), '')).toEqual(value);
      }),
    );
  });

  test('property: escaped text holds nothing that ends an element', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }),
        (codes) => !/[<>"'\0]/.test(escapeXml(String.fromCharCode(...codes))),
      ),
    );
  });

  test.each([
    '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    '<a>&b;</a>',
    '<a>&#0;</a>',
    '<a>&#x110000;</a>',
    '<a>&</a>',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    'text',
    '',
    '<a>'.repeat(40) + '</a>'.repeat(40),
  ])('%s: MalformedXML', (xml) => {
    expect(() => readXml(xml)).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
  });

  test('attributes are written with the prefix they need', () => {
    const xml = writeMembers(shape, { Children: [{ Kind: 'A"B', Text: 't' }] }, 'seconds');
    expect(xml).toBe(
      '<Child xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="A&quot;B"><Text>t</Text></Child>',
    );
  });
});
