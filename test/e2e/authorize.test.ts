import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root, xa } from './tools.ts';

const examples = join(root, 'examples', 'two-accounts');
const folder = mkdtempSync(join(tmpdir(), 'xa-authorize-'));
cpSync(join(examples, 'access.yaml'), join(folder, 'access.yaml'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const operator = 'arn:aws:iam::489157521585:user/security-admin';
const role = 'arn:aws:iam::657654036224:role/SecurityAuditRole';
const authorize = (args: readonly string[], input?: string) =>
  xa(['authorize', ...args], { cwd: folder, ...(input !== undefined && { input }) });

describe('authorize', () => {
  it('from policy files: file, line, condition, actual value; --expect turns the exit code round', async () => {
    const policies = join(examples, 'policies');
    const asked = [
      ...['--trust', join(policies, 'trust-policy.json'), '--identity', join(policies, 'assume-policy.json')],
      ...['--principal', operator, '--action', 'sts:AssumeRole', '--resource', role, '--mfa'],
    ];
    const denied = await authorize([...asked, '--external-id', 'guessed']);
    const lines = readFileSync(join(policies, 'trust-policy.json'), 'utf8').split('\n');
    const line = lines.findIndex((l) => l.includes('sts:ExternalId')) + 1;
    expect([denied.code, denied.stderr]).toEqual([1, '']);
    expect(denied.stdout).toContain(
      `trust-policy.json:${line} statement 1: sts:ExternalId is "guessed"; StringEquals needs "MyUniqueSecretValue123"`,
    );
    expect((await authorize([...asked, '--expect', 'deny'])).code).toBe(0);
    const allowed = await authorize([...asked, '--external-id', 'MyUniqueSecretValue123', '--json']);
    expect([allowed.code, JSON.parse(allowed.stdout)]).toMatchObject([0, { ok: true, decision: 'allow' }]);
    const bad = await authorize([...asked, '--scp', join(policies, 'trust-policy.json')]);
    expect([bad.code, bad.stderr]).toEqual([2, expect.stringMatching(/trust-policy\.json:\d+:\d+: error/)]);
  });

  it('from a definition, with the line of access.yaml', async () => {
    const denied = await authorize(['--as', 'security-admin', '--role', 'SecurityAuditRole', '--mfa']);
    expect(denied.code).toBe(1);
    expect(denied.stdout).toMatch(/sts:ExternalId is absent.*comes from access\.yaml:35:7/s);
  });

  it('from account details', async () => {
    const policy = (statement: object) => ({ Version: '2012-10-17', Statement: [statement] });
    const assume = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: role });
    const user = {
      ...{ UserName: 'security-admin', UserId: 'AIDAEXAMPLE', Arn: operator },
      UserPolicyList: [{ PolicyName: 'assume', PolicyDocument: assume }],
    };
    const trust = policy({ Effect: 'Allow', Principal: { AWS: operator }, Action: 'sts:AssumeRole' });
    const audited = {
      ...{ RoleName: 'SecurityAuditRole', RoleId: 'AROAEXAMPLE', Arn: role },
      AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trust)),
    };
    writeFileSync(join(folder, 'security.json'), JSON.stringify({ UserDetailList: [user] }));
    writeFileSync(join(folder, 'workload.json'), JSON.stringify({ RoleDetailList: [audited] }));
    const details = ['--details', 'security.json', '--details', 'workload.json'];
    const asked = [...details, '--action', 'sts:AssumeRole', '--resource', role, '--principal'];
    expect((await authorize([...asked, operator])).code).toBe(0);
    const unknown = await authorize([...asked, `${operator.slice(0, -1)}`]);
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringMatching(/did you mean .*security-admin\?/),
    ]);
  });

  it('from a file of requests, many of them, and goes on after bad lines', async () => {
    const line = (expect: string, ExternalId: string, more = {}) =>
      JSON.stringify({
        ...{ principal: 'security-admin', action: 'sts:AssumeRole', resource: role, expect, ...more },
        context: { 'sts:ExternalId': ExternalId, 'aws:MultiFactorAuthPresent': true },
      });
    const good = [line('allow', 'MyUniqueSecretValue123'), line('deny', 'other')];
    const many = Array.from({ length: 2000 }, (_, i) => good[i % 2]).join('\r\n');
    const all = await authorize(['--requests', '-', '--json'], many);
    expect([all.code, all.stderr]).toEqual([0, '2000 requests: 1000 allowed, 1000 denied\n']);
    const answers = all.stdout
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(answers).toHaveLength(2000);
    expect(answers[1]).toMatchObject({ line: 2, ok: true, decision: 'deny', layer: 'trust' });

    const missed = await authorize(['--requests', '-'], `${line('deny', 'MyUniqueSecretValue123')}\n\n`);
    expect([missed.code, missed.stdout]).toEqual([
      1,
      expect.stringMatching(/^<stdin>:1 {2}allow {2}UNEXPECTED/),
    ]);

    writeFileSync(
      join(folder, 'r.jsonl'),
      `{"x\n${line('allow', 'x', { principal: 'nobody' })}\n${good[1]}\n`,
    );
    const bad = await authorize(['--requests', 'r.jsonl']);
    expect(bad.code).toBe(2);
    expect(bad.stdout).toMatch(
      /r\.jsonl:1:1: error.*r\.jsonl:2:1: error.*no such operator.*r\.jsonl:3 {2}deny/s,
    );
    expect((await authorize(['--requests', 'nowhere.jsonl'])).code).toBe(2);
  });
});
