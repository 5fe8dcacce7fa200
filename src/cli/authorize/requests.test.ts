import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextFrom, layered, withAlways } from './context.ts';
import { linesOf, parseRequestLine } from './request-lines.ts';
import { nearArn, printable } from './words.ts';

async function* chunked(text: string, size: number) {
  for (let i = 0; i < text.length; i += size) yield text.slice(i, i + size);
}

describe('linesOf', () => {
  it('gives the same lines for any chunking', async () => {
    const text = fc
      .array(fc.constantFrom('a', '\n', '\u2028', '\r', 'ü'), { maxLength: 30 })
      .map((c) => c.join(''));
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 8 }), async (text, size) => {
        const lines: string[] = [];
        for await (const line of linesOf(chunked(text, size))) lines.push(line);
        const expected = text.split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(lines).toEqual(expected);
      }),
    );
  });

  it('holds no more than a line, and refuses one that is too long', async () => {
    const lines: string[] = [];
    for await (const line of linesOf(chunked(`${'x'.repeat(3_000_000)}\n{}`, 65_536))) lines.push(line);
    expect(lines.map((l) => l.length < 1_200_000)).toEqual([true, true]);
    expect(parseRequestLine(lines[0] ?? '', 'f', 1)).toMatchObject({
      message: 'the line is longer than 1 MiB',
    });
  });
});

describe('parseRequestLine', () => {
  it('reads a request', () => {
    const line = {
      principal: 'p',
      action: 's3:GetObject',
      context: { 'aws:TagKeys': ['a', 'b'], n: 5, b: true },
    };
    expect(parseRequestLine(JSON.stringify({ ...line, expect: 'deny' }), 'f', 1)).toEqual({
      principal: 'p',
      action: 's3:GetObject',
      resource: '*',
      context: { 'aws:TagKeys': ['a', 'b'], n: '5', b: 'true' },
      expect: 'deny',
    });
  });

  it.each([
    ['nonsense', /no JSON/],
    ['[]', /no JSON object/],
    ['{}', /action is missing/],
    ['{"action": 5}', /action must be a text/],
    ['{"action": "a:b", "resorce": "x"}', /"resorce"/],
    ['{"action": "a:b", "expect": "allowed"}', /expect is "allowed"/],
    ['{"action": "a:b", "context": ["x"]}', /context must be an object/],
    ['{"action": "a:b", "context": {"k": {"deep": 1}}}', /"k" must be a text/],
    ['{"action": "a:b", "context": {"k": 1.5}}', /"k" must be a text/],
    ['{"action": "a:b", "__proto__": {"x": 1}}', /"__proto__"/],
  ])('%s is a diagnostic with its line', (text, message) => {
    expect(parseRequestLine(text, 'r.jsonl', 7)).toMatchObject({
      code: 'bad-request-line',
      file: 'r.jsonl',
      message: expect.stringMatching(message),
      span: { start: { line: 7, column: 1 } },
      help: expect.any(String),
    });
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseRequestLine(text, 'f', 1)));
  });
});

describe('context', () => {
  it('joins values of a key, without regard to its case; --context wins over other options', () => {
    const context = contextFrom({
      mfa: true,
      context: ['aws:TagKeys=a', 'AWS:tagkeys=b', 'aws:multifactorauthpresent=false', '__proto__=x'],
    });
    expect(Object.entries(context)).toEqual([
      ['aws:multifactorauthpresent', 'false'],
      ['aws:MultiFactorAuthAge', '0'],
      ['aws:TagKeys', ['a', 'b']],
      ['__proto__', 'x'],
    ]);
    expect(contextFrom({ context: ['k=a=b'] })).toEqual({ k: 'a=b' });
    expect(() => contextFrom({ context: ['novalue'] })).toThrow(/key=value/);
    expect(contextFrom({ context: [] })).toEqual({});
  });

  it('adds what every request carries, unless it is stated', () => {
    const always = withAlways({ 'aws:securetransport': 'false', 'aws:RequestTag/Team': 'x' }, 86_400_000);
    expect(always).toEqual({
      'aws:CurrentTime': '1970-01-02T00:00:00.000Z',
      'aws:EpochTime': '86400',
      'aws:securetransport': 'false',
      'aws:TagKeys': ['Team'],
      'aws:RequestTag/Team': 'x',
    });
    expect(layered({ A: '1' }, { a: '2' })).toEqual({ a: '2' });
  });
});

it('nearArn compares names, for ARNs as a whole are all alike', () => {
  const known = ['arn:aws:iam::1:user/alice', 'arn:aws:iam::1:user/bob', 'arn:aws:iam::2:user/bob'];
  expect(nearArn('arn:aws:iam::2:user/bb', known)).toBe('arn:aws:iam::2:user/bob');
  expect(nearArn('arn:aws:iam::1:user/zacharias', known)).toBeUndefined();
});

it('printable takes the power from control characters', () => {
  expect(printable('a\u001b[2Jb\nc')).toBe('a\uFFFD[2Jb\uFFFDc');
});
