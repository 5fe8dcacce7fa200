import { describe, expect, it } from 'vitest';
import { compile } from '../../src/engine/index.ts';
import { loadTopics, policySetOf, requestOf } from './load.ts';

const topics = loadTopics();

describe.each([...topics])('%s', (_file, cases) => {
  it.each(cases)('$name', (one) => {
    const authorizer = compile(policySetOf(one));
    const request = requestOf(one);
    const decision = authorizer.authorize(request);
    const { allowed, because, layer } = decision;
    const told = authorizer.explain(request);
    expect({ allowed, because, ...(one.expect.layer && { layer }) }, told.text).toEqual(one.expect);
    expect({ allowed: told.allowed, because: told.because, layer: told.layer }).toEqual({
      allowed,
      because,
      layer,
    });
  });
});

describe('the collection', () => {
  const all = [...topics.values()].flat();

  it('holds at least 300 cases, each with a page of AWS and a name of its own', () => {
    expect(all.length).toBeGreaterThanOrEqual(300);
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
