import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { loadAccess } from '../../access/index.ts';
import { checkDefinition } from './definition-file.ts';
import { derivedPolicies } from './derived.ts';

const examples = join(import.meta.dirname, '..', '..', '..', 'examples');
const folder = mkdtempSync(join(tmpdir(), 'xa-check-'));
const file = join(folder, 'access.yaml');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => cpSync(join(examples, 'two-accounts', 'access.yaml'), file));

/** Writes the example with changes; each must have something to change. */
function edit(...changes: readonly (readonly [from: string, to: string])[]): string {
  let text = readFileSync(file, 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`the example has no ${from}`);
    text = text.replace(from, to);
  }
  writeFileSync(file, text);
  return text;
}

/** `access.yaml:43:30 unknown-service "vpc:Describe*"`: where, what, and the words that are pointed at. */
async function findings(): Promise<string[]> {
  const { findings, sources, unreadable } = await checkDefinition(file);
  expect(unreadable).toBe(false);
  return findings.map(({ diagnostic: { code, file: at = '', span } }) => {
    const words = span && sources.get(at)?.slice(span.start.offset, span.end.offset).split('\n')[0];
    return `${at.replace(`${folder}/`, '')}:${span?.start.line}:${span?.start.column} ${code} ${words}`;
  });
}

const allow = 'allow: [ec2:Describe*, s3:ListAllMyBuckets, iam:GetRole, iam:GetUser]';

describe('definitions by their own words', () => {
  it('finds nothing in the examples', async () => {
    for (const example of ['two-accounts', 'organization']) {
      const checked = await checkDefinition(join(examples, example, 'access.yaml'));
      expect(checked.findings).toEqual([]);
    }
  });

  it('points at the very action in a list, plain, quoted or of a grant', async () => {
    edit(
      [allow, 'allow: [ec2:Describe*, "vpc:Describe*", { actions: [elb:Describe*], resources: "*" }]'],
      ['deny: [ec2:TerminateInstances, s3:DeleteBucket', 'deny: [ec2:TerminateInstance, s3:DeleteBucket'],
    );
    expect(await findings()).toEqual([
      'access.yaml:43:30 unknown-service "vpc:Describe*"',
      'access.yaml:43:59 unknown-service elb:Describe*',
      // The grant is a statement of its own, and holds nothing else.
      'access.yaml:43:59 allow-never-matches elb:Describe*',
      'access.yaml:45:14 unknown-action ec2:TerminateInstance',
    ]);
  });

  it('points at the condition key of a grant', async () => {
    edit([
      allow,
      'allow: [ec2:Describe*, { actions: s3:GetObject, condition: { StringEquals: { "aws:PrincipleOrgID": o-x } } }]',
    ]);
    expect(await findings()).toEqual(['access.yaml:43:84 unknown-condition-key "aws:PrincipleOrgID"']);
  });

  it('points into the policy file that a role names, and counts its statements', async () => {
    edit([allow, 'policy: extra.json\n      allow: ["vpc:Get*"]']);
    const Statement = [{ Effect: 'Allow', Action: ['ec2:Describe*', 'vpc:Describe*'], Resource: '*' }];
    writeFileSync(join(folder, 'extra.json'), JSON.stringify({ Version: '2012-10-17', Statement }));
    const at = readFileSync(join(folder, 'extra.json'), 'utf8').indexOf('"vpc:') + 1;
    expect(await findings()).toEqual([
      `extra.json:1:${at} unknown-service "vpc:Describe*"`,
      'access.yaml:44:15 unknown-service "vpc:Get*"',
      'access.yaml:44:15 allow-never-matches "vpc:Get*"',
    ]);
  });

  it('says a thing once: the rule at its line, not the role as a whole as well', async () => {
    edit([allow, 'allow: ["iam:*", "ec2:Describe*"]']);
    const found = await findings();
    const escalating = found.filter((f) => /escalation/.test(f));
    expect(escalating).toHaveLength(1);
    edit(['allow: ["iam:*", "ec2:Describe*"]', 'allow: ["*"]']);
    const codes = (await findings()).map((f) => f.split(' ')[1]);
    expect(codes).toContain('full-access');
    expect(codes).not.toContain('wildcard-grant');
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('follows aliases', async () => {
    edit(
      [allow, 'allow: &list ["vpc:Describe*"]'],
      ['allow: [ec2:DescribeRegions, ec2:DescribeVpcs]', 'allow: *list'],
    );
    // Both roles have it, and it stands in one place.
    expect(await findings()).toEqual([
      'access.yaml:43:21 unknown-service "vpc:Describe*"',
      'access.yaml:43:21 allow-never-matches "vpc:Describe*"',
    ]);
  });
});

describe('derivedPolicies', () => {
  it('has one document for 10,000 accounts that differ by their id only', () => {
    const ids = Array.from({ length: 10_000 }, (_, i) => String(700_000_000_000 + i));
    const text = readFileSync(file, 'utf8')
      .replace('region: us-east-1', 'region: us-east-1\norganization: o-a1b2c3d4e5')
      .replace(
        'workload: { id',
        `${ids.map((id) => `a${id}: { id: "${id}" }`).join('\n  ')}\n  workload: { id`,
      )
      .replace('accounts: workload\n', 'accounts: all\n')
      .replace('externalId: MyUniqueSecretValue123', 'externalId: { prefix: ca- }');
    const loaded = loadAccess(text, { file: 'access.yaml' });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
    const found = [...derivedPolicies(loaded.value)];
    expect(loaded.value.accounts).toHaveLength(10_002);
    const of = (part: string, role?: string) => found.filter((d) => d.part === part && d.role?.name === role);
    expect(of('trust', 'SecurityAuditRole')).toHaveLength(1);
    expect(of('permission', 'SecurityAuditRole')).toHaveLength(1);
    expect(of('assume')).toHaveLength(1);
    expect(of('assume', 'SecurityAuditOperator')).toHaveLength(1);
  });
});
