import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root, xa } from './tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'xa-check-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const published = join(root, 'examples', 'two-accounts', 'as-published', 'permission-policy.json');
const definition = readFileSync(join(root, 'examples', 'two-accounts', 'access.yaml'), 'utf8');
const check = (args: readonly string[], input?: string) =>
  xa(['check', ...args], { cwd: folder, ...(input !== undefined && { input }) });

describe('check', () => {
  it('flags vpc:Describe* in the published policy: text, standard input, --strict, SARIF, kept with a reason', async () => {
    cpSync(published, join(folder, 'permission-policy.json'));
    const text = await check(['permission-policy.json']);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/permission-policy\.json:8:9: warning\[unknown-service\].*ec2:Describe\*/s);
    expect((await check(['-', '--strict'], readFileSync(published, 'utf8'))).code).toBe(1);

    writeFileSync(
      join(folder, '.crossaccountignore'),
      'unknown-service -- as published\npass-role-combination -- x\n',
    );
    const kept = await check(['.', '--strict', '--sarif']);
    expect(kept.code).toBe(0);
    const [run] = JSON.parse(kept.stdout).runs;
    expect(run.results).toMatchObject([
      { ruleId: 'unused-suppression', level: 'note' },
      {
        ruleId: 'unknown-service',
        locations: [{ physicalLocation: { region: { startLine: 8, startColumn: 9 } } }],
        suppressions: [{ justification: 'as published' }],
      },
    ]);
    rmSync(join(folder, '.crossaccountignore'));
  });

  it('checks the policies of a definition, at its own lines', async () => {
    const text = definition.replace('allow: [ec2:Describe*,', 'allow: [ec2:Describe*, "vpc:Describe*",');
    writeFileSync(join(folder, 'access.yaml'), text);
    const run = await check(['--json']);
    const line = text.split('\n').findIndex((l) => l.includes('vpc:Describe*",')) + 1;
    expect(JSON.parse(run.stdout)).toMatchObject({
      ok: true,
      diagnostics: [{ code: 'unknown-service', file: 'access.yaml', span: { start: { line, column: 30 } } }],
    });
    const other = definition.replace('mfa: required', 'mfa: required\n      sourceIdentity: required');
    expect((await check(['-', '--format', 'json'], other)).code).toBe(0);
  });

  it('ends with 1 for errors, with 2 for what can not be read', async () => {
    const Statement = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' };
    writeFileSync(join(folder, 'open.json'), JSON.stringify({ Version: '2012-10-17', Statement }));
    expect((await check(['open.json'])).code).toBe(1);
    writeFileSync(join(folder, 'broken.json'), '{"Statement": [{"Effect": "Allow",}]}');
    expect((await check(['open.json', 'broken.json'])).code).toBe(2);
    const both = await check(['open.json', '--json', '--sarif']);
    expect([both.code, both.stderr]).toEqual([2, expect.stringMatching(/choose one format/)]);
  });
});
