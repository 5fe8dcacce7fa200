import { describe, expect, it } from 'vitest';
import { compile } from '../../src/engine/index.ts';
import { loadTopics, policySetOf, requestOf } from './load.ts';
import { decideInEngine, difference } from './outcome.ts';

const topics = loadTopics();

describe.each([...topics])('%s', (_file, cases) => {
  it.each(cases)('$name', (one) => {
    const { text, ...seen } = decideInEngine(one);
    expect(difference(one, seen), text).toBeUndefined();
    // What is told is what was decided.
    const { allowed, because, layer } = compile(policySetOf(one)).authorize(requestOf(one));
    expect(seen).toEqual({ allowed, because, layer });
  });
});

describe('the collection', () => {
  const all = [...topics.values()].flat();

  it('holds at least 500 cases, each with a page of AWS and a name of its own', () => {
    expect(all.length).toBeGreaterThanOrEqual(500);
    for (const one of all) expect(one.source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
    for (const [file, cases] of topics)
      expect(new Set(cases.map((c) => c.name)).size, file).toBe(cases.length);
  });

  it('has cases for every outcome and every layer', () => {
    expect(new Set(all.map((c) => c.expect.because))).toEqual(
      new Set(['allowed', 'implicit-deny', 'explicit-deny']),
    );
    const denied = (layer: string) => all.some((c) => !c.expect.allowed && c.expect.layer === layer);
    for (const layer of [
      'identity',
      'resource',
      'trust',
      'boundary',
      'session',
      'scp',
      'rcp',
      'vpc-endpoint',
    ])
      expect(denied(layer), layer).toBe(true);
  });
});

describe('the comparison', () => {
  const [one] = [...topics.values()].flat();
  const expected = one?.expect;

  it('sees a wrong decision, a wrong reason and a wrong layer, and nothing in what was not observed', () => {
    if (one === undefined || expected === undefined) throw new Error('no cases');
    expect(difference(one, { ...expected, allowed: !expected.allowed })).toMatch(/^allowed is/);
    expect(difference(one, { ...expected, because: 'explicit-deny' })).toMatch(/^because is explicit-deny/);
    expect(difference(one, { ...expected, layer: 'vpc-endpoint' })).toMatch(/^layer is vpc-endpoint/);
    expect(difference(one, { allowed: expected.allowed })).toBeUndefined();
  });
});
