import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { policyRules } from '../../policy/index.ts';
import { IGNORE_FILE, Ignores } from './ignore.ts';
import { inputsOf } from './inputs.ts';
import { checkPolicy } from './policy-file.ts';
import { sarif } from './sarif.ts';

const folder = mkdtempSync(join(tmpdir(), 'xa-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
};

const bad = JSON.stringify(
  {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Network', Effect: 'Allow', Action: ['vpc:Describe*', 'ec2:Describe*'], Resource: '*' },
      { Effect: 'Allow', Action: ['elb:Describe*', 'ec2:Get*'], Resource: '*' },
    ],
  },
  null,
  2,
);
const trust = (account: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: 'sts:AssumeRole',
    },
  });

const codes = (findings: { rest: readonly { code: string }[] }) => findings.rest.map((d) => d.code);

describe('checkPolicy', () => {
  it('tells own accounts from others', async () => {
    const severities = async (account: string, ownAccounts?: readonly string[]) =>
      (await checkPolicy('t.json', trust(account), { ownAccounts })).findings.map(
        (f) => f.diagnostic.severity,
      );
    expect(await severities('111122223333')).toEqual(['info']);
    expect(await severities('111122223333', ['111122223333'])).toEqual([]);
    expect(await severities('999988887777', ['111122223333'])).toEqual(['error']);
  });

  it('calls broken documents unreadable, and forbidden ones not', async () => {
    expect((await checkPolicy('p.json', '{"Statement": [', {})).unreadable).toBe(true);
    const forbidden = await checkPolicy('p.json', trust('111122223333'), { kind: 'identity' });
    expect(forbidden.unreadable).toBe(false);
    expect(forbidden.findings.map((f) => f.diagnostic.code)).toContain('forbidden-element');
  });
});

describe('suppressions', () => {
  it('keep findings of a rule, of a Sid, of a position; what is beside the file counts too', async () => {
    const file = write('a/bad.json', bad);
    write(`a/${IGNORE_FILE}`, '# ours\nunknown-service Network -- as delivered\n\nfull-access -- never\n');
    const ignore = write('more', 'unknown-service 1 -- as delivered too\r\n');
    const checked = await checkPolicy(file, bad, {});
    const some = new Ignores([]);
    expect(codes(some.apply(checked))).toEqual(['unknown-service']);
    const all = new Ignores([ignore]);
    const { kept, rest } = all.apply(checked);
    expect(rest).toEqual([]);
    expect(kept.map((k) => k.suppression.reason)).toEqual(['as delivered', 'as delivered too']);
    expect(all.unused()).toMatchObject([
      { code: 'unused-suppression', severity: 'info', span: { start: { line: 4, column: 1 } } },
    ]);
  });

  it('of another folder do not count', async () => {
    const file = write('b/bad.json', bad);
    const ignores = new Ignores([]);
    expect(codes(ignores.apply(await checkPolicy(file, bad, {})))).toHaveLength(2);
  });

  it('without a reason, or of no rule, are faults and keep nothing', async () => {
    const file = write('c/bad.json', bad);
    write(`c/${IGNORE_FILE}`, 'unknown-service\nunknown-servce -- why\n');
    const ignores = new Ignores([]);
    expect(codes(ignores.apply(await checkPolicy(file, bad, {})))).toHaveLength(2);
    expect(ignores.problems.map((d) => d.code)).toEqual(['suppression-reason', 'unknown-rule']);
  });
});

describe('inputsOf', () => {
  it('finds what looks like policies and definitions, in order', () => {
    const files: Record<string, string> = {
      'tree/z.json': bad,
      'tree/broken.json': '{ "Statement": [{ "Effect": "Allow", }',
      'tree/package.json': '{"name": "Statement"}',
      'tree/sub/access.yaml': 'version: 1\naccounts: {}\nroles: {}\n',
      'tree/sub/template.yaml': 'AWSTemplateFormatVersion: x\nversion: 1\naccounts:\nroles:\n',
      'tree/sub/other.yml': 'version: 1\n',
      'tree/node_modules/p/policy.json': bad,
      'tree/.git/policy.json': bad,
      'tree/notes.txt': bad,
    };
    for (const [name, text] of Object.entries(files)) write(name, text);
    const found = inputsOf([join(folder, 'tree'), join(folder, 'tree', 'z.json')]);
    expect(found.map((i) => `${i.what} ${i.file.slice(folder.length + 1)}`)).toEqual([
      'policy tree/broken.json',
      'definition tree/sub/access.yaml',
      'policy tree/z.json',
    ]);
    expect(inputsOf([join(folder, 'tree', 'notes.txt')])).toMatchObject([{ what: 'policy' }]);
    mkdirSync(join(folder, 'empty'));
    expect(() => inputsOf([join(folder, 'empty')])).toThrow(/holds no policies/);
  });
});

describe('sarif', () => {
  it('has what the schema requires, for every severity, place and suppression', async () => {
    const position = { offset: 3, line: 1, column: 4 };
    const span = { start: position, end: { offset: 9, line: 1, column: 10 } };
    const one = { code: 'unknown-service', severity: 'warning' as const, message: 'm', help: 'h' };
    const diagnostics = [
      { ...one, file: 'a b/ü.json', span },
      { code: 'long-session', severity: 'info' as const, message: 'm', file: '/tmp/access.yaml' },
      { code: 'full-access', severity: 'error' as const, message: 'm' },
    ];
    const kept = [
      { diagnostic: { ...one, file: './p.json', span }, suppression: { code: one.code, reason: 'r' } },
    ];
    const log = sarif(diagnostics, kept, await policyRules());
    expect(log.version).toBe('2.1.0');
    const [run] = log.runs;
    const { rules } = run?.tool.driver ?? { rules: [] };
    expect(rules.map((r) => r.id)).toEqual(['full-access', 'long-session', 'unknown-service']);
    const entry = (await policyRules()).find((r) => r.id === 'unknown-service');
    expect(rules[2]).toMatchObject({
      help: { text: expect.stringContaining(entry?.fix ?? '?'), markdown: expect.stringContaining('```') },
      defaultConfiguration: { level: 'warning' },
    });
    const results = run?.results ?? [];
    expect(results.map((r) => rules[r.ruleIndex]?.id)).toEqual(results.map((r) => r.ruleId));
    expect(results.map((r) => r.level)).toEqual(['warning', 'note', 'error', 'warning']);
    expect(results.map((r) => r.locations?.[0]?.physicalLocation.artifactLocation.uri)).toEqual([
      'a%20b/%C3%BC.json',
      'file:///tmp/access.yaml',
      undefined,
      'p.json',
    ]);
    expect(results[0]?.locations?.[0]?.physicalLocation.region).toEqual({
      startLine: 1,
      startColumn: 4,
      endLine: 1,
      endColumn: 10,
    });
    expect(results[3]).toMatchObject({ suppressions: [{ kind: 'external', justification: 'r' }] });
    expect(JSON.stringify(sarif(diagnostics, kept, await policyRules()))).toBe(JSON.stringify(log));
  });
});
