import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Access } from '../../access/index.ts';
import { generate } from '../generate.ts';
import { TERRAFORM_ACCOUNTS } from '../layout.ts';
import { accessOf, contentOf, exampleAccess, has, run, writeAll } from '../testing.ts';
import { terraformFiles } from './index.ts';
import { terraformModel, trustDependencies } from './model.ts';

const all = (access: Access) =>
  terraformFiles(access)
    .map(({ content }) => content)
    .join('\n');

/** Names and descriptions as hostile as a model can carry them; the loader would refuse most. */
function hostile(): Access {
  const access = accessOf({ workloads: 2, derived: true });
  const evil = '"}\n${file("/etc/passwd")} %{if true} # */ \u2028 |';
  return {
    ...access,
    roles: access.roles.map((role) => ({ ...role, description: evil, tags: { [evil]: evil } })),
  };
}

describe('the example', () => {
  const files = terraformFiles(exampleAccess());
  const main = contentOf(files, 'terraform/main.tf');

  it('creates the operator and the roles, and owns all their policies', () => {
    for (const resource of [
      'resource "aws_iam_user" "security_admin"',
      'resource "aws_iam_user_policy" "security_admin"',
      'resource "aws_iam_role" "security_audit_role"',
      'resource "aws_iam_role_policies_exclusive" "security_audit_role"',
      'resource "aws_iam_role_policy_attachments_exclusive" "security_audit_role"',
    ])
      expect(main).toContain(resource);
  });

  it('puts no secret into the state', () => {
    expect(all(exampleAccess())).not.toMatch(/resource "aws_iam_(access_key|virtual_mfa_device)"/);
    expect(main).toContain('crossaccount enroll');
  });

  it('takes account ids and ExternalIds from variables, and does not hide the trust policy', () => {
    expect(main).not.toMatch(/\d{12}/);
    expect(main).not.toContain('MyUniqueSecretValue123');
    expect(main).toContain('"sts:ExternalId" = var.external_id\n');
    expect(contentOf(files, 'terraform/variables.tf')).not.toMatch(/^\s*sensitive/m);
  });

  it('has no repeat count that RE2 refuses', () => {
    for (const [, count] of all(exampleAccess()).matchAll(/\{\d*,?(\d+)\}/g))
      expect(Number(count)).toBeLessThanOrEqual(1000);
  });

  it('switches monitoring off resource by resource', () => {
    const monitoring = contentOf(files, 'terraform/monitoring.tf');
    const resources = monitoring.match(/^resource /gm) ?? [];
    expect(resources.length).toBeGreaterThan(20);
    expect(monitoring.match(/^ {2}count {4}= local\.monitoring$/gm)).toHaveLength(resources.length);
  });
});

describe('many accounts', () => {
  it('are a provider each up to the limit, and the security account alone beyond it', () => {
    const few = contentOf(
      terraformFiles(accessOf({ workloads: TERRAFORM_ACCOUNTS - 1 })),
      'terraform/main.tf',
    );
    expect(few.match(/^provider "aws"/gm)).toHaveLength(TERRAFORM_ACCOUNTS);
    expect(few.match(/resource "aws_iam_role" "audit_workload_\d+"/g)).toHaveLength(TERRAFORM_ACCOUNTS - 1);
    const many = contentOf(terraformFiles(accessOf({ workloads: TERRAFORM_ACCOUNTS })), 'terraform/main.tf');
    expect(many.match(/^provider "aws"/gm)).toHaveLength(1);
    expect(many).not.toContain('"audit');
    expect(many).toContain('belong to StackSets');
  });

  it('compute derived ExternalIds from each account id', () => {
    const main = contentOf(terraformFiles(accessOf({ workloads: 2, derived: true })), 'terraform/main.tf');
    expect(main).toContain('"${var.external_id_prefix}${var.workload_2_account_id}"');
  });
});

describe('trust in a circle', () => {
  it('leaves out the edge that would make Terraform refuse', () => {
    const access = accessOf({ workloads: 1 });
    const [audit, hop] = access.roles;
    const [entry] = hop?.trust ?? [];
    if (audit === undefined || hop === undefined || entry === undefined) throw new Error('no roles');
    const at = (role: typeof hop) => {
      const account = role.accounts[0] ?? access.security;
      return { role: role.name, account, arn: `arn:aws:iam::${account.id}:role${role.path}${role.name}` };
    };
    const circle = [
      { ...audit, trust: [{ ...entry, roles: [at(hop), at(audit)] }] },
      { ...hop, trust: [{ ...entry, roles: [at(audit)] }] },
    ];
    const model = terraformModel({ ...access, roles: circle });
    const needs = model.roles.map((role) => trustDependencies(role, model));
    expect(needs).toEqual([['aws_iam_user.alice'], ['aws_iam_user.alice', 'aws_iam_role.audit']]);
  });
});

const shapes: [string, () => Access][] = [
  ['the example', exampleAccess],
  ['several accounts', () => accessOf({ workloads: 4, derived: true })],
  ['GovCloud', () => accessOf({ workloads: 2, partition: 'aws-us-gov', region: 'us-gov-east-1' })],
  ['China', () => accessOf({ workloads: 2, partition: 'aws-cn', region: 'cn-north-1' })],
  ['many accounts', () => accessOf({ workloads: 200, derived: true })],
  ['hostile names', hostile],
];

describe.each(shapes)('%s', (_, make) => {
  it('names its own partition only', () => {
    const access = make();
    for (const [, partition] of all(access).matchAll(/"arn:(aws[a-z-]*):/g))
      expect(partition).toBe(access.partition);
  });

  it.skipIf(!has('terraform'))('has nothing for terraform fmt to change', () => {
    const folder = mkdtempSync(join(tmpdir(), 'generate-fmt-'));
    try {
      writeAll(folder, generate(make()));
      const { output, status } = run('terraform', ['fmt', '-check', '-diff', '-recursive', folder]);
      expect(status, output).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it('lets no name become a template', () => {
  const text = all(hostile()).replace(/^\s*#.*$/gm, '');
  expect(text).not.toMatch(/(?<!\$)\$\{file/);
  expect(text).not.toMatch(/(?<!%)%\{if/);
  expect(text).toContain('$${file(');
});
