import { describe, expect, it } from 'vitest';
import { checkAccess, loadAccess } from '../access/index.ts';
import { questions, starterDefinition } from './starter.ts';

const answers = {
  security: '011122223333',
  workload: '444455556666',
  operator: 'alice+ops@example.com',
  role: 'AuditRole',
  region: 'eu-central-1',
  network: '2001:db8::/32',
  timeZone: 'Europe/Berlin',
};

describe('starter definition', () => {
  it('is sound, and says what was answered', () => {
    const result = loadAccess(starterDefinition(answers, 'a1b2c3d4e5f60718293a4b5c'));
    if (!result.ok) throw new Error(result.diagnostics.map((d) => d.message).join('; '));
    const told = [...result.diagnostics, ...checkAccess(result.value)].filter((d) => d.severity !== 'info');
    expect(told.map((d) => d.code)).toEqual(['nobody-notified']);
    expect(result.value.accounts.map((a) => a.id)).toEqual(['011122223333', '444455556666']);
    expect(result.value.paths.map((p) => [p.from.name, p.role, p.mfa, p.externalId])).toEqual([
      ['alice+ops@example.com', 'AuditRole', true, 'a1b2c3d4e5f60718293a4b5c'],
    ]);
  });

  it.each([
    ['security', '1234'],
    ['workload', 'abc'],
    ['operator', 'a b'],
    ['role', 'x'.repeat(65)],
    ['region', 'Frankfurt'],
    ['network', '203.0.113.0/99'],
    ['timeZone', 'Mars/Olympus'],
  ])('refuses %s = %s', (name, value) => {
    const question = questions.find((q) => q.name === name);
    expect(question?.check?.(value)).toBeDefined();
    expect(question?.check?.(answers[name as keyof typeof answers])).toBeUndefined();
  });
});
