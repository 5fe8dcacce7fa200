import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { has, run } from '../testing.ts';
import {
  attribute,
  blank,
  block,
  call,
  comment,
  type HclValue,
  printHcl,
  quoteHcl,
  raw,
  template,
} from './hcl.ts';

const tricky = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('$', '%', '{', '}', '"', '\\', '\n', '\u2028', '\0', 'é', 'x', '#') }),
);

/** Reads a quoted HCL string by the language's rules; `${` and `%{` that are not doubled are templates. */
function readQuoted(text: string): string {
  const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };
  expect(text.startsWith('"') && text.endsWith('"')).toBe(true);
  const body = text.slice(1, -1);
  let out = '';
  for (let i = 0; i < body.length; ) {
    const two = body.slice(i, i + 2);
    const three = body.slice(i, i + 3);
    if (three === '$${' || three === '%%{') {
      out += three.slice(1);
      i += 3;
    } else if (two === '${' || two === '%{') throw new Error(`template in ${text}`);
    else if (two === '\\u') {
      out += String.fromCharCode(Number.parseInt(body.slice(i + 2, i + 6), 16));
      i += 6;
    } else if (body[i] === '\\') {
      out += escapes[body[i + 1] ?? ''] ?? '?';
      i += 2;
    } else {
      expect(body[i]).not.toBe('"');
      out += body[i];
      i += 1;
    }
  }
  return out;
}

const literal = fc.letrec<{ value: HclValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    tricky,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), tie('value'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
})).value;

describe('quoteHcl', () => {
  it('keeps every text, and never lets it become a template', () => {
    fc.assert(
      fc.property(tricky, (text) => {
        expect(readQuoted(quoteHcl(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('writes IAM policy variables so that Terraform leaves them to IAM', () => {
    expect(quoteHcl('${aws:username}')).toBe('"$${aws:username}"');
    expect(quoteHcl('100%{x}')).toBe('"100%%{x}"');
  });

  it('replaces half a surrogate pair, which no UTF-8 file can hold', () => {
    expect(quoteHcl('a\ud800')).toBe('"a\ufffd"');
  });
});

describe('template', () => {
  const text = (value: HclValue) => printHcl([attribute('x', value)]);

  it('interpolates expressions and nothing else', () => {
    expect(text(template('a ${b} ', raw('var.c'), ':d'))).toBe('x = "a $${b} ${var.c}:d"\n');
  });

  it('keeps a dollar before an interpolation from becoming an escape', () => {
    expect(text(template('costs $', raw('var.c')))).toBe('x = "costs \\u0024${var.c}"\n');
  });
});

describe('printHcl', () => {
  it('aligns as fmt does: runs of one-line assignments, ended by brackets, blanks and comments', () => {
    const body = [
      attribute('a', 1),
      attribute('long_name', 'x'),
      attribute('list', { k: 1, 'a:b': [] }),
      attribute('bb', true),
      comment('one\ntwo'),
      attribute('c', call('f', ['x'])),
      blank,
      block('inner', ['l"1'], []),
    ];
    expect(printHcl([block('outer', [], body)])).toMatchInlineSnapshot(`
      "outer {
        a         = 1
        long_name = "x"
        list = {
          k     = 1
          "a:b" = []
        }
        bb = true
        # one
        # two
        c = f(["x"])

        inner "l\\"1" {}
      }
      "
    `);
  });

  it('cannot be left by a comment', () => {
    expect(printHcl([comment('a\nresource "x" {}\r\nb\u2028c')])).toBe('# a\n# resource "x" {}\n# b\n# c\n');
  });
});

describe.skipIf(!has('terraform'))('with the real terraform', () => {
  it('reads back what was written', () => {
    // Terraform normalises strings to NFC.
    const texts = fc.sample(tricky, { numRuns: 300, seed: 1 }).map((text) => text.normalize('NFC'));
    const { output, status } = run(
      'terraform',
      ['console'],
      `base64encode(jsonencode([${texts.map(quoteHcl).join(', ')}]))\n`,
    );
    expect(status, output).toBe(0);
    const answer: unknown = JSON.parse(Buffer.from(output.trim().slice(1, -1), 'base64').toString());
    expect(answer).toEqual(texts);
  });

  it('has nothing to reformat, whatever the values', () => {
    const values = fc.sample(literal, { numRuns: 200, seed: 2 });
    const body = values.flatMap((value, i) => [
      attribute(`a${'x'.repeat(i % 7)}${i}`, value),
      ...(i % 5 === 0 ? [blank] : []),
    ]);
    const text = printHcl([block('b', [], body)]);
    const { output, status } = run('terraform', ['fmt', '-'], text);
    expect(status, output).toBe(0);
    expect(output).toBe(text);
  });
});
