import { describe, expect, it } from 'vitest';
import { givenParameters, overridesAfter, resolveValues } from './parameters.ts';

describe('overrides of an instance', () => {
  const now = { ExternalId: 'mine', Team: 'red' };

  it('stay when a call gives no list', () => {
    expect(overridesAfter(now, undefined)).toEqual(now);
  });

  it('are replaced by a list: what it leaves out goes back to the value of the set', () => {
    expect(overridesAfter(now, [{ key: 'Team', value: 'blue' }])).toEqual({ Team: 'blue' });
    expect(overridesAfter(now, [])).toEqual({});
  });

  it('stay with UsePreviousValue, which makes none', () => {
    expect(overridesAfter(now, [{ key: 'ExternalId' }, { key: 'Other' }])).toEqual({ ExternalId: 'mine' });
    expect(overridesAfter({}, [{ key: 'constructor' }])).toEqual({});
  });
});

describe('given parameters', () => {
  it('are refused twice, and with a value beside UsePreviousValue', () => {
    expect(() => givenParameters([{ ParameterKey: 'A' }, { ParameterKey: 'A' }])).toThrow(/Duplicate/);
    expect(() =>
      givenParameters([{ ParameterKey: 'A', ParameterValue: 'x', UsePreviousValue: true }]),
    ).toThrow(/usePreviousValue/);
  });

  it('take previous values that exist only', () => {
    expect(resolveValues([{ key: 'A' }, { key: 'B', value: '' }], { A: 'old' })).toEqual({ A: 'old', B: '' });
    expect(() => resolveValues([{ key: 'C' }], { A: 'old' })).toThrow(/previous template/);
  });
});
