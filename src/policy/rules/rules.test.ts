import { describe, expect, it } from 'vitest';
import { type LintOptions, lintPolicy, parsePolicy } from '../index.ts';
import { policyRules } from './docs.ts';
import { refusals } from './refusals.ts';
import { cases, type RuleCase } from './rules.cases.ts';

async function lint(example: RuleCase) {
  const statements = Array.isArray(example.policy) ? example.policy : [example.policy];
  const head =
    example.version === undefined
      ? { Version: '2012-10-17' }
      : example.version === ''
        ? {}
        : { Version: example.version };
  const text = example.text ?? JSON.stringify({ ...head, Statement: statements }, null, 2);
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  const options: LintOptions = { kind: example.kind ?? 'identity', ...example.options };
  return lintPolicy(parsed.value, options);
}

describe.each(policyRules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  const mine = cases[id];

  it('has cases in which it fires and in which it stays quiet', () => {
    expect(mine?.fires.length).toBeGreaterThan(0);
    expect(mine?.quiet.length).toBeGreaterThan(0);
  });

  it.each(mine?.fires ?? [])('fires: $about', async (example) => {
    const found = (await lint(example)).filter((d) => d.code === id);
    expect(found).toHaveLength(example.times ?? 1);
    for (const d of found) {
      expect(d.severity).toBe(example.severity ?? rule.severity);
      expect(d.help).toBeTruthy();
      expect(d.span).toBeDefined();
    }
    if (example.says !== undefined)
      expect(`${found[0]?.message} | ${found[0]?.help}`).toContain(example.says);
  });

  it.each(mine?.quiet ?? [])('stays quiet: $about', async (example) => {
    expect((await lint(example)).filter((d) => d.code === id)).toEqual([]);
  });
});

it('has no cases for rules that do not exist', () => {
  expect(Object.keys(cases).toSorted()).toEqual(policyRules.map((r) => r.id).toSorted());
  expect(refusals.length).toBeGreaterThan(0);
});
