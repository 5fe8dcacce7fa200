import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Report } from '../report.ts';
import type { JsonNode } from './node.ts';
import { parseJson } from './parse.ts';

function read(text: string) {
  const report = new Report(text);
  const node = parseJson(text, report);
  return { node, failed: report.failed, codes: report.diagnostics.map((d) => d.code), report };
}

/** The plain value, built so that `__proto__` becomes an own key as with JSON.parse. */
function plain(node: JsonNode): unknown {
  switch (node.type) {
    case 'object':
      return Object.fromEntries(node.members.map((m) => [m.key.value, plain(m.value)]));
    case 'array':
      return node.items.map(plain);
    case 'string':
      return node.value;
    default:
      return JSON.parse(node.raw);
  }
}

const accepts = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('parseJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' }),
        fc.constantFrom(0, 1, '\t'),
        (value, indent) => {
          const text = JSON.stringify(value, null, indent);
          const { node, codes } = read(text);
          expect(codes).toEqual([]);
          expect(node && plain(node)).toEqual(JSON.parse(text));
        },
      ),
    );
  });

  it('accepts exactly what JSON.parse accepts, but for what it forbids on purpose', () => {
    const onPurpose = ['duplicate-key', 'json-lone-surrogate', 'json-too-deep'];
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b":',
      '1',
      '-0.5e3',
      '01',
      'tru',
      'true',
      'null',
      ' ',
      '\n',
      '"',
      '\\',
      '//x',
      '#',
      "'",
      '\u00a0',
      '\ufeff',
      '1.',
      '+1',
      '"\\u00e9"',
      '"\\x"',
      '\t',
      'NaN',
    );
    const near = fc
      .tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.nat(3), fc.string({ unit: 'binary', maxLength: 3 }))
      .map(
        ([json, at, cut, insert]) =>
          json.slice(0, at % (json.length + 1)) + insert + json.slice((at % (json.length + 1)) + cut),
      );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 12 }).map((p) => p.join('')),
          near,
        ),
        (text) => {
          const { failed, codes } = read(text);
          if (codes.some((code) => onPurpose.includes(code))) return;
          if (failed === accepts(text))
            throw new Error(`${failed ? 'refused' : 'accepted'} ${JSON.stringify(text)}`);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['', 'json-truncated', 1, 1],
    ['{"a": [1, 2', 'json-truncated', 1, 12],
    ['\ufeff{}', 'json-byte-order-mark', 1, 1],
    ['{"a": 1,}', 'json-trailing-comma', 1, 9],
    ['{\n  // why\n  "a": 1}', 'json-comment', 2, 3],
    ['{"a": 1 /* why */}', 'json-comment', 1, 9],
    ['{"a": 1} # why', 'json-comment', 1, 10],
    ['{"a": 1\n "b": 2}', 'json-comma-missing', 2, 2],
    ['{"a" 1}', 'json-colon-missing', 1, 6],
    ['{"a": }', 'json-value-missing', 1, 7],
    ['{a: 1}', 'json-key', 1, 2],
    ['{"a": 1]', 'json-bracket', 1, 8],
    ['{} {}', 'json-trailing-text', 1, 4],
    ['{"a": 1, "a": 2}', 'duplicate-key', 1, 10],
    ['{"a": 1, "\\u0061": 2}', 'duplicate-key', 1, 10],
    ['{"a": "\\ud800"}', 'json-lone-surrogate', 1, 7],
    ['{"a": "\ud800"}', 'json-lone-surrogate', 1, 7],
    ['{"a": "\\q"}', 'json-escape', 1, 8],
    ['{"a": "\t"}', 'json-control-character', 1, 8],
    ['{"a": "b\n}', 'json-unterminated-string', 1, 7],
    ['{"a": 007}', 'json-value', 1, 7],
    ['{"a": \'b\'}', 'json-value', 1, 7],
    ['{"a": True}', 'json-value', 1, 7],
  ])('%j is %s at %i:%i, with a remedy', (text, code, line, column) => {
    const { report } = read(text);
    const found = report.diagnostics.find((d) => d.code === code);
    expect(found, JSON.stringify(report.diagnostics)).toMatchObject({
      severity: 'error',
      span: { start: { line, column } },
    });
    expect(found?.help).toBeTruthy();
  });

  it('shows several faults in one run', () => {
    const { codes } = read('{"a": 1, // one\n "b": [1,],\n "a": 3,}');
    expect(codes).toEqual(['json-comment', 'json-trailing-comma', 'duplicate-key', 'json-trailing-comma']);
  });

  it('answers deep nesting with a diagnostic', () => {
    for (const open of ['[', '{"a":']) {
      expect(read(open.repeat(200_000)).codes).toEqual(['json-too-deep']);
    }
    expect(read('['.repeat(64) + ']'.repeat(64)).codes).toEqual([]);
  });

  it('bounds the number of diagnostics', () => {
    const { report } = read(`[${'"\\q",'.repeat(50_000)}1]`);
    expect(report.diagnostics.length).toBeLessThan(300);
    expect(report.diagnostics.at(-1)?.message).toContain('further problems');
  });

  it('keeps __proto__ a key like any other', () => {
    const { node } = read(
      '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
    );
    expect(node?.type === 'object' && node.members.map((m) => m.key.value)).toEqual([
      '__proto__',
      'constructor',
    ]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
