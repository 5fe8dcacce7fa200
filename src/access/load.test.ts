import { describe, expect, it } from 'vitest';
import { loadAccess } from './index.ts';
import { base, cases } from './load.cases.ts';

describe('a definition with one mistake', () => {
  it('is accepted without it', () => {
    const result = loadAccess(base, { file: 'access.yaml' });
    expect(result.diagnostics).toEqual([]);
    expect(result.ok).toBe(true);
  });

  it.each(cases)('%s', (_, [from, to], code, place, says) => {
    const text = base.replace(from, to);
    expect(text).not.toBe(base);
    const result = loadAccess(text, { file: 'access.yaml' });
    expect(result.ok).toBe(false);
    const found = result.diagnostics.map((d) => ({
      code: d.code,
      place: `${d.span?.start.line}:${d.span?.start.column}`,
    }));
    expect(found).toContainEqual({ code, place });
    const it = result.diagnostics.find((d) => d.code === code);
    expect(`${it?.message} ${it?.help}`).toContain(says);
    expect(it?.file).toBe('access.yaml');
  });
});
