import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { policyRules, ruleDocs } from './docs.ts';
import { ruleIds } from './ids.ts';
import { rules } from './index.ts';
import { syntaxCodes } from './syntax.ts';

const root = new URL('../../../', import.meta.url);

describe('docs/rules', () => {
  // Stale pages are rewritten by `npx vitest run src/policy/rules/docs.test.ts -u`.
  it.each(ruleDocs().map((page) => [page.path, page.content] as const))(
    '%s is what ruleDocs() gives',
    async (path, content) => {
      await expect(content).toMatchFileSnapshot(fileURLToPath(new URL(path, root)));
    },
  );

  it('holds no page of a rule that is gone', () => {
    const pages = readdirSync(new URL('docs/rules/', root)).map((name) => `docs/rules/${name}`);
    expect(pages.toSorted()).toEqual(
      ruleDocs()
        .map((p) => p.path)
        .toSorted(),
    );
  });

  it('has every rule under its id', () => {
    expect(ruleIds).toEqual(rules.map(({ id }) => id));
  });

  it('names every code that the parser can report', () => {
    const sources = ['json/parse.ts', 'json/string.ts', 'json/space.ts', 'kind.ts', 'report.ts'];
    for (const name of readdirSync(new URL('src/policy/grammar/', root))) {
      if (!name.endsWith('.test.ts')) sources.push(`grammar/${name}`);
    }
    const written = sources.flatMap((name) => {
      const text = readFileSync(new URL(`src/policy/${name}`, root), 'utf8');
      const calls = text.matchAll(
        /\b(?:error|add|at)\((?:[^'();]|\([^()]*\))*?(?:'(?:warning|info)',\s*)?'([a-z-]+)',/g,
      );
      const fields = text.matchAll(/\bcode: '([a-z-]+)'/g);
      const chosen = text.matchAll(/\? '([a-z]+-[a-z]+)' : '([a-z]+-[a-z]+)',/g);
      return [...calls, ...fields, ...chosen].flatMap((m) => m.slice(1)).filter((code) => code !== 'error');
    });
    const documented = [...syntaxCodes.map((c) => c.code), ...policyRules.map((r) => r.id)];
    expect(written.length).toBeGreaterThan(50);
    expect([...new Set(written)].filter((code) => !documented.includes(code))).toEqual([]);
    expect(syntaxCodes.map((c) => c.code).filter((code) => !written.includes(code))).toEqual([]);
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
