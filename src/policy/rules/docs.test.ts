import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { policyRules, ruleDocs } from '../index.ts';

const root = new URL('../../../', import.meta.url);
const HINT = 'stale: run npx tsx src/policy/rules/write-docs.ts';

describe('docs/rules', () => {
  it.each(ruleDocs().map((page) => [page.path, page.content] as const))(
    '%s is what ruleDocs() gives',
    (path, content) => {
      expect(readFileSync(new URL(path, root), 'utf8'), HINT).toBe(content);
    },
  );

  it('holds no page of a rule that is gone', () => {
    const pages = readdirSync(new URL('docs/rules/', root)).map((name) => `docs/rules/${name}`);
    expect(pages.toSorted(), HINT).toEqual(
      ruleDocs()
        .map((p) => p.path)
        .toSorted(),
    );
  });

  it('explains each rule once', () => {
    expect(new Set(policyRules.map((r) => r.id)).size).toBe(policyRules.length);
    for (const rule of policyRules) {
      expect(rule.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(rule.explanation.length).toBeGreaterThan(60);
      expect(rule.fix).not.toBe('');
    }
  });
});
