import { describe, expect, it } from 'vitest';
import { type LintOptions, lintPolicy, parseIgnoreFile, parsePolicy } from '../index.ts';

const statement = (sid: string, action: string) => ({
  Sid: sid,
  Effect: 'Allow',
  Action: action,
  Resource: '*',
});
const text = JSON.stringify({
  Version: '2012-10-17',
  Statement: [statement('Network', 'vpc:Describe*'), statement('Balancers', 'elb:Describe*')],
});

async function found(suppress: LintOptions['suppress'] & object) {
  const parsed = parsePolicy(text, { file: 'policy.json' });
  if (!parsed.ok) throw new Error('no policy');
  const diagnostics = await lintPolicy(parsed.value, { kind: 'identity', suppress });
  return diagnostics.filter((d) => d.code !== 'allow-never-matches').map((d) => d.code);
}

const reason = 'kept as the vendor delivered it';

describe('suppress', () => {
  it('silences a rule in the document, in a Sid, or in a position', async () => {
    expect(await found([])).toEqual(['unknown-service', 'unknown-service']);
    expect(await found([{ code: 'unknown-service', reason }])).toEqual([]);
    expect(await found([{ code: 'unknown-service', reason, statement: 'Network' }])).toEqual([
      'unknown-service',
    ]);
    expect(await found([{ code: 'unknown-service', reason, statement: 1 }])).toEqual(['unknown-service']);
  });

  it('silences nothing without a reason, and says what silences nothing', async () => {
    expect(await found([{ code: 'unknown-service', reason: ' ' }])).toEqual([
      'unknown-service',
      'unknown-service',
      'suppression-reason',
    ]);
    expect(await found([{ code: 'full-access', reason }])).toContain('unused-suppression');
    expect(await found([{ code: 'unknown-service', reason, statement: 'Other' }])).toHaveLength(3);
  });

  it('cannot silence what AWS refuses', async () => {
    const parsed = parsePolicy(text.replaceAll('"Resource":"*"', '"Principal":"*"'));
    if (!parsed.ok) throw new Error('no policy');
    const suppress = [{ code: 'missing-element', reason }];
    const codes = (await lintPolicy(parsed.value, { kind: 'identity', suppress })).map((d) => d.code);
    expect(codes).toContain('missing-element');
    expect(codes).toContain('unused-suppression');
  });
});

describe('parseIgnoreFile', () => {
  it('reads rules, statements and reasons', () => {
    const result = parseIgnoreFile(
      `# ours\n\nunknown-service -- ${reason}\r\nfull-access Admin -- break -- glass\nfull-access 2 -- x\n`,
    );
    expect(result.ok && result.value).toEqual([
      { code: 'unknown-service', reason },
      { code: 'full-access', reason: 'break -- glass', statement: 'Admin' },
      { code: 'full-access', reason: 'x', statement: 2 },
    ]);
  });

  it.each([
    ['unknown-servise -- x', 'unknown-rule', 'write unknown-service'],
    ['toString -- x', 'unknown-rule', 'README'],
    ['unknown-service', 'suppression-reason', '-- why'],
    ['unknown-service --', 'suppression-reason', '-- why'],
    ['unknown-service a b -- x', 'suppression-format', 'CODE'],
  ])('refuses %j', (line, code, help) => {
    const result = parseIgnoreFile(`\n${line}\n`, '.crossaccountignore');
    expect(result.ok).toBe(false);
    expect(result.diagnostics).toMatchObject([
      { code, file: '.crossaccountignore', span: { start: { line: 2, column: 1 } } },
    ]);
    expect(result.diagnostics[0]?.help).toContain(help);
  });
});
