import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../types.ts';
import type { Json } from '../model.ts';
import { cidrBlocks } from './cidr.ts';
import { evaluateConditions } from './conditions.ts';
import { creationOrder } from './graph.ts';
import { parameterTexts } from './parameters.ts';
import { parseText } from './parse.ts';
import { matchesPattern } from './pattern.ts';
import { readTemplate } from './read.ts';
import { type Environment, resolve } from './resolve.ts';
import { checkRules } from './rules.ts';

const failure = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
};

const environment: Environment = {
  region: 'eu-west-1',
  mappings: new Map([['M', { a: { b: 'found', list: ['x', 'y'] } }]]),
  ref: (name) => (name === 'AWS::NoValue' ? undefined : name === 'List' ? ['1', '2'] : `ref-${name}`),
  attribute: (id, attribute) => `${id}/${attribute}`,
  condition: (name) => name === 'True1',
  importValue: (name) => `import-${name}`,
};
const value = (yaml: string) => resolve(parseText(`v: ${yaml}`)['v'] ?? null, environment);

describe('functions', () => {
  it.each<[string, Json | undefined]>([
    ['!Ref A', 'ref-A'],
    ['!GetAtt A.B.C', 'A/B.C'],
    ['!GetAtt [A, B]', 'A/B'],
    ["!Sub '${A}-${B.C}-${!D}'", 'ref-A-B/C-${D}'],
    ["!Sub ['${X}-${A}', {X: !Join ['', [p, q]]}]", 'pq-ref-A'],
    ['!Join [",", [a, !Ref B, 3]]', 'a,ref-B,3'],
    ['!Join ["-", !Ref List]', '1-2'],
    ['!Select [1, !Split [",", "a,b,c"]]', 'b'],
    ['!If [True1, 1, 2]', 1],
    ['{a: !If [Other, 1, !Ref AWS::NoValue], b: [!Ref AWS::NoValue, 2]}', { b: [2] }],
    ['!FindInMap [M, a, b]', 'found'],
    ['!FindInMap [M, a, list]', ['x', 'y']],
    ['!Base64 hello', 'aGVsbG8='],
    ['!GetAZs ""', ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    ['!ImportValue x', 'import-x'],
    ['!Select [0, !Cidr ["10.0.0.0/16", 2, 8]]', '10.0.0.0/24'],
    ['{Ref: A, Other: b}', { Ref: 'A', Other: 'b' }],
    ['{"Fn::Join": ["", [a, b]]}', 'ab'],
  ])('%s', (yaml, expected) => {
    expect(value(yaml)).toEqual(expected);
  });

  it.each([
    ['!Join [a]', 'every Fn::Join object requires two parameters'],
    ['!Select [5, [a]]', 'cannot select nonexistent value at index 5'],
    ['!FindInMap [M, a, z]', 'Unable to get mapping for M::a::z'],
    ['!FindInMap [M, __proto__, toString]', 'Unable to get mapping'],
    ['!If [True1, 1]', 'Fn::If requires a list argument with three parameters'],
    ["!Sub '${a b}'", 'variable names in Fn::Sub syntax'],
    ['!Cidr ["10.0.0.0/30", 9, 2]', 'every Fn::Cidr object'],
    ['{"Fn::Length": [a]}', 'AWS::LanguageExtensions'],
    ['{"Fn::Transform": {Name: x}}', 'macro'],
    ['!Nonsense x', 'YAML not well-formed'],
  ])('%s is refused', (yaml, words) => {
    expect(failure(() => value(yaml))).toContain(words);
  });
});

describe('texts', () => {
  it('reads YAML scalars as CloudFormation does', () => {
    const text = 'a: 2012-10-17\nb: 012345678901\nc: yes\nd: "yes"\ne: 3600\nf: 1.10\ng: 0x1F\nh: off';
    expect(parseText(text)).toEqual({
      a: '2012-10-17',
      b: '012345678901',
      c: true,
      d: 'yes',
      e: 3600,
      f: '1.10',
      g: '0x1F',
      h: false,
    });
  });

  it.each([
    ['a: &x [1]\nb: *x', 'YAML aliases are not allowed'],
    ['a: b: c', 'YAML not well-formed'],
    ['a: 1\n---\na: 2', 'YAML not well-formed'],
    ['a: !!binary QVdT', 'YAML not well-formed'],
    ['a: !!set {x, y}', 'YAML not well-formed'],
    ['a: 1\na: 2', 'YAML not well-formed'],
    ['{"a": [1, 2}', 'JSON not well-formed. (line 1, column'],
    ['just text', 'unsupported structure.'],
    ['[1]', 'unsupported structure.'],
    ['', 'unsupported structure.'],
    ['a:\n  b:', "[/a/b] 'null' values are not allowed in templates"],
  ])('%j is refused', (text, words) => {
    expect(failure(() => parseText(text))).toContain(words);
  });

  it('any JSON without nulls reads back as it is, as JSON and as YAML', () => {
    const json = fc.letrec<{ any: Json }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.boolean(),
        fc.integer(),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(fc.stringMatching(/^[A-Za-z]{1,8}$/), tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    fc.assert(
      fc.property(json, (content) => {
        const text = JSON.stringify({ content });
        expect(parseText(text)).toEqual({ content });
        // Not beginning with a brace: the YAML reader's turn.
        expect(parseText(`content: ${JSON.stringify(content)}`)).toEqual({ content });
      }),
    );
  });

  it('whatever is sent, it is read or refused', () => {
    const bits = [
      '{',
      '}',
      '[',
      ']',
      ':',
      ' ',
      '\n',
      '- ',
      '!Ref ',
      '!Sub ',
      '"',
      "'",
      '&a',
      '*a',
      '${',
      '}',
      'Resources',
      '|',
      '>',
      '#',
      'a',
      '0',
      '<<',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...bits), { maxLength: 60 }), (parts) => {
        try {
          readTemplate(parts.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('bombs', () => {
  it.each([
    ['nesting in JSON', `{"Resources":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
    ['nesting in YAML', `Resources: ${'['.repeat(20_000)}`],
    ['nested functions', `Resources: {A: {Type: T, Properties: {P: ${'!Base64 {x: '.repeat(1_000)}`],
    ['aliases', 'a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nResources: *c'],
  ])('%s are refused at once', (_name, text) => {
    expect(failure(() => readTemplate(text))).toMatch(/^Template (format )?error/);
  });

  it('values that double at each level stop at a size', () => {
    let bomb = '"x"';
    for (let i = 0; i < 60; i++) bomb = `{"Fn::Sub": ["$\{a}$\{a}", {"a": ${bomb}}]}`;
    expect(failure(() => resolve(JSON.parse(bomb) as Json, environment))).toContain('too large');
  });

  it('a pattern that backtracks without end is given up', () => {
    expect(failure(() => matchesPattern('(a+)+$', `${'a'.repeat(60)}!`, 'P'))).toContain('takes too long');
  });
});

describe('parameters', () => {
  it('whose patterns together take too long are refused', () => {
    const P = { Type: 'CommaDelimitedList', AllowedPattern: '(a+)+b|a*' };
    const template = readTemplate(
      JSON.stringify({ Parameters: { P }, Resources: { G: { Type: 'AWS::IAM::Group' } } }),
    );
    // Each of the items alone is matched in time.
    const items = (count: number) => Array(count).fill('a'.repeat(15)).join(',');
    expect(parameterTexts(template, { P: items(1) })).toEqual({ P: items(1) });
    expect(failure(() => parameterTexts(template, { P: items(250) }))).toContain('takes too long');
  });

  const read = (parameters: object) =>
    readTemplate(JSON.stringify({ Parameters: parameters, Resources: { G: { Type: 'AWS::IAM::Group' } } }));
  const one = (definition: object, given: Record<string, string>) => () =>
    parameterTexts(read({ P: { Type: 'String', ...definition } }), given);

  it.each([
    [{ AllowedValues: ['a'] }, 'b', "Parameter 'P' must be one of AllowedValues"],
    [{ AllowedPattern: '[a-z]+' }, 'A', "Parameter 'P' must match pattern [a-z]+"],
    [{ MinLength: 2 }, 'b', "Parameter 'P' must contain at least 2 characters"],
    [{ MaxLength: '2' }, 'bbb', "Parameter 'P' must contain at most 2 characters"],
    [{ Type: 'Number', MinValue: 3 }, '2', "Parameter 'P' must be a number not less than 3"],
    [{ Type: 'Number', MaxValue: 3 }, '4', "Parameter 'P' must be a number not greater than 3"],
    [{ Type: 'Number' }, 'x', "Parameter 'P' must be a number"],
    [{ Type: 'Number' }, '0x10', "Parameter 'P' must be a number"],
    [
      { MinLength: 2, ConstraintDescription: 'longer' },
      'b',
      "Parameter 'P' failed to satisfy constraint: longer",
    ],
  ])('%j refuses %j', (definition, given, words) => {
    expect(failure(one(definition, { P: given }))).toBe(words);
  });

  it('takes defaults, and wants the rest', () => {
    expect(one({ Default: 'd' }, {})()).toEqual({ P: 'd' });
    expect(failure(one({}, {}))).toBe('Parameters: [P] must have values');
    expect(failure(one({}, { P: '1', Q: '2' }))).toBe('Parameters: [Q] do not exist in the template');
    expect(failure(() => read({ P: { Type: 'Nonsense' } }))).toContain(
      'Unrecognized parameter type: Nonsense',
    );
  });

  it('rules are asserted', () => {
    const template = readTemplate(
      JSON.stringify({
        Parameters: { Env: { Type: 'String' }, Size: { Type: 'String' } },
        Rules: {
          R: {
            RuleCondition: { 'Fn::Equals': [{ Ref: 'Env' }, 'prod'] },
            Assertions: [
              { Assert: { 'Fn::Contains': [['big'], { Ref: 'Size' }] }, AssertDescription: 'prod is big' },
            ],
          },
        },
        Resources: { G: { Type: 'AWS::IAM::Group' } },
      }),
    );
    checkRules(template, { Env: 'test', Size: 'small' });
    checkRules(template, { Env: 'prod', Size: 'big' });
    expect(failure(() => checkRules(template, { Env: 'prod', Size: 'small' }))).toContain('prod is big');
  });
});

describe('names', () => {
  const G = { Type: 'AWS::IAM::Group' };
  it.each<[object, string]>([
    [{}, 'At least one Resources member must be defined.'],
    [{ Resources: { G }, Nonsense: {} }, 'Invalid template property or properties [Nonsense]'],
    [{ Resources: { 'a-b': G } }, 'Resource name a-b is non alphanumeric.'],
    [{ Resources: { G: {} } }, 'Every Resources object must contain a Type member.'],
    [{ Resources: { G: { ...G, Foo: 1 } } }, "Invalid template resource property 'Foo'"],
    [
      { Resources: { G: { ...G, Properties: { GroupName: { Ref: 'X' } } } } },
      'Unresolved resource dependencies [X] in the Resources block of the template',
    ],
    [
      { Resources: { G }, Outputs: { O: { Value: { Ref: 'X' } } } },
      'Unresolved resource dependencies [X] in the Outputs block of the template',
    ],
    [
      { Resources: { G: { ...G, Properties: { P: { 'Fn::GetAtt': ['X', 'Arn'] } } } } },
      'instance of Fn::GetAtt references undefined resource X',
    ],
    [
      {
        Resources: {
          A: { ...G, DependsOn: 'B' },
          B: { ...G, DependsOn: ['A'] },
          C: { ...G, DependsOn: 'A' },
        },
      },
      'Circular dependency between resources: [A, B]',
    ],
    [{ Resources: { G: { ...G, Condition: 'X' } } }, 'Unresolved condition dependency X'],
    [
      { Resources: { G }, AWSTemplateFormatVersion: '2011-01-01' },
      'unsupported value for AWSTemplateFormatVersion',
    ],
    [
      { Resources: { G }, Transform: 'AWS::Serverless-2016-10-31' },
      'Transform AWS::Serverless-2016-10-31 is not run',
    ],
    [{ Resources: { G }, Transform: ['Mine'] }, 'No transform named Mine found.'],
    [
      { Resources: { G }, Conditions: { C: { 'Fn::Equals': [{ Ref: 'G' }, 'a'] } } },
      'Unresolved dependencies [G]. Cannot reference resources in the Conditions block',
    ],
  ])('%j', (template, words) => {
    expect(failure(() => readTemplate(JSON.stringify(template)))).toContain(words);
  });

  it('conditions that go round in circles are refused', () => {
    const conditions = new Map<string, Json>([
      ['A', { Condition: 'B' }],
      ['B', { 'Fn::Not': [{ Condition: 'A' }] }],
    ]);
    expect(failure(() => evaluateConditions(conditions, (v) => v)('A'))).toContain(
      'circular condition dependency',
    );
  });
});

it('every resource is made after all that it needs', () => {
  const graph = fc.array(fc.array(fc.nat({ max: 11 }), { maxLength: 3 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(graph, (needs) => {
      // Only on those before: no cycle; in the text they stand backwards.
      const entries = needs.map((list, i) => {
        const DependsOn = [...new Set(list)].filter((n) => n < i).map((n) => `R${n}`);
        return [`R${i}`, { Type: 'AWS::IAM::Group', DependsOn }] as const;
      });
      const template = readTemplate(JSON.stringify({ Resources: Object.fromEntries(entries.toReversed()) }));
      const order = creationOrder(template).map(({ logicalId }) => logicalId);
      expect(order).toHaveLength(entries.length);
      for (const [id, { DependsOn }] of entries) {
        for (const need of DependsOn) expect(order.indexOf(need)).toBeLessThan(order.indexOf(id));
      }
    }),
  );
});

it('conditions follow the laws of logic', () => {
  const test = (value: Json) => evaluateConditions(new Map([['C', value]]), (v) => v)('C');
  const leaf = fc.boolean().map((b): Json => ({ 'Fn::Equals': [String(b), 'true'] }));
  fc.assert(
    fc.property(leaf, leaf, (a, b) => {
      const not = (v: Json): Json => ({ 'Fn::Not': [v] });
      expect(test(not({ 'Fn::And': [a, b] }))).toBe(test({ 'Fn::Or': [not(a), not(b)] }));
      expect(test(not(not(a)))).toBe(test(a));
    }),
  );
});

it('patterns match as JavaScript matches them', () => {
  const patterns = [
    '[a-c]+',
    '^a?b*$',
    '(ab|c){1,3}',
    '\\w+@\\w+\\.com',
    '[^a]*',
    '(?!a).*',
    'a.{2}c',
    '(a|b)\\1',
    '\\d{2,}',
    '(?=a)\\w*?b',
    '[\\w+=,.@-]*',
    '^$|^arn:.+$',
  ];
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '@', '.', '1', 'arn:', '-'), maxLength: 12 });
  fc.assert(
    fc.property(fc.constantFrom(...patterns), text, (pattern, given) => {
      expect(matchesPattern(pattern, given, 'P')).toBe(new RegExp(`^(?:${pattern})$`).test(given));
    }),
    { numRuns: 500 },
  );
});

it('blocks of Fn::Cidr do not overlap', () => {
  expect(cidrBlocks(['192.168.0.0/24', 4, 6])).toEqual([
    '192.168.0.0/26',
    '192.168.0.64/26',
    '192.168.0.128/26',
    '192.168.0.192/26',
  ]);
});
