import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fn, printYaml, ref, sub, subLiteral, type YamlValue } from './yaml.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom(':', ' ', '#', '-', '\n', "'", '"', '!', '&', '*', '{', '[', '%', '\t', 'a', '0'),
  }),
  fc.constantFrom(
    '2012-10-17',
    'yes',
    'on',
    'NO',
    'null',
    '~',
    '0123',
    '1e3',
    '.inf',
    '0x1f',
    '12:30:45',
    '=',
    '<<',
    'y',
    '',
  ),
);
const value = fc.letrec<{ v: YamlValue }>((tie) => ({
  v: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.array(tie('v'), { maxLength: 4 }),
    fc.dictionary(text, tie('v'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).v;

describe('printYaml', () => {
  it.each(['1.1', '1.2'] as const)('is read back as written by a YAML %s reader', (version) => {
    fc.assert(
      fc.property(value, (v) => {
        expect(parse(printYaml({ v }), { version, merge: false })).toEqual({ v });
      }),
      { numRuns: 150 },
    );
  });

  it('quotes what YAML 1.1 takes for a date, a number or a boolean', () => {
    expect(
      printYaml({ Version: '2012-10-17', id: '012345678901', on: 'yes', Action: 'sts:AssumeRole' }),
    ).toBe("Version: '2012-10-17'\nid: '012345678901'\n'on': 'yes'\nAction: sts:AssumeRole\n");
  });

  it('writes functions in their short form', () => {
    const v = {
      a: ref('X'),
      b: sub('${P}${AWS::AccountId}'),
      c: fn('If', 'Has', ref('X'), ref('AWS::NoValue')),
    };
    expect(printYaml(v)).toBe(
      "a: !Ref X\nb: !Sub '${P}${AWS::AccountId}'\nc: !If [ Has, !Ref X, !Ref AWS::NoValue ]\n",
    );
  });

  it('keeps policy variables out of Sub', () => {
    expect(subLiteral('${aws:username}')).toBe('${!aws:username}');
  });
});
