import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetRoleCommand,
  type IAMClient,
  ListAttachedUserPoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AwsFailure, decodeDocument, iamClient } from '../aws/index.ts';
import { applyPlan, enroll, inSync, isEmpty, planDeployment, planDestroy } from './index.ts';
import { accessFrom, exampleText, startWorld, type World } from './testing/world.ts';
import type { Plan, Progress } from './types.ts';

const WORKLOAD = '657654036224';
const SECURITY = '489157521585';
const RoleName = 'SecurityAuditRole';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const iamOf = ({ connection }: World, account: string): Promise<IAMClient> => {
  const { target, credentials } = connection(account);
  return iamClient(target, credentials);
};
const deploy = async (access = world.access) =>
  applyPlan(await planDeployment(access, world.connect), world.connect);
const change = (plan: Plan, name: string) => plan.changes.find((c) => c.name === name);
const noSleep = async () => undefined;

describe('deploy', () => {
  test('creates what the definition wants, users before the roles that trust them, and is then in sync', async () => {
    const plan = await planDeployment(world.access, world.connect);
    expect(plan.problems).toEqual([]);
    expect(plan.changes.map((c) => [c.account.name, c.kind, c.name, c.action, c.phase])).toEqual([
      ['security', 'user', 'security-admin', 'create', 0],
      ['security', 'role', 'SecurityAuditOperator', 'create', 1],
      ['workload', 'role', 'SecurityAuditRole', 'create', 1],
      ['workload', 'role', 'SecurityInventoryRole', 'create', 2],
    ]);
    const seen: Progress[] = [];
    const result = await applyPlan(plan, world.connect, { onProgress: (p) => seen.push(p) });
    expect(result.outcomes.map((o) => [o.change.name, o.state, o.problem])).toEqual(
      plan.changes.map((c) => [c.name, 'applied', undefined]),
    );
    expect(seen.filter((p) => p.state === 'retrying')).toEqual([]);
    expect(seen.at(-1)).toMatchObject({ done: 4, total: 4, state: 'applied' });

    const second = await planDeployment(world.access, world.connect);
    expect(second.changes.flatMap((c) => c.edits)).toEqual([]);
    expect(inSync(second)).toBe(true);
  });

  test('what it reads back is what it was told to write', async () => {
    await deploy();
    const iam = await iamOf(world, WORKLOAD);
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    expect(decodeDocument(Role?.AssumeRolePolicyDocument)).toMatchObject({
      Statement: [{ Condition: { StringEquals: { 'sts:ExternalId': 'MyUniqueSecretValue123' } } }],
    });
    expect(Role?.Tags).toContainEqual({ Key: 'crossaccount:definition', Value: 'two-accounts' });
  });

  test('a changed definition becomes a readable difference, and only that', async () => {
    await deploy();
    const next = accessFrom(exampleText().replace('MyUniqueSecretValue123', 'Rotated-2027'));
    const plan = await planDeployment(next, world.connect);
    const edits = plan.changes.flatMap((c) => c.edits.map((e) => ({ role: c.name, ...e })));
    expect(edits.map((e) => [e.role, e.summary])).toEqual([[RoleName, 'replace the trust policy']]);
    expect(
      edits[0]?.diff.filter((line) => !line.startsWith('  ')).map((l) => l.replace(/\s+/g, ' ')),
    ).toEqual(['- "MyUniqueSecretValue123"', '+ "Rotated-2027"']);
    await applyPlan(plan, world.connect);
    expect(inSync(await planDeployment(next, world.connect))).toBe(true);
  });

  test('a role that left the definition is deleted; other roles are not touched', async () => {
    await deploy();
    const iam = await iamOf(world, WORKLOAD);
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: WORKLOAD }, Action: 'sts:AssumeRole' }],
    });
    await iam.send(new CreateRoleCommand({ RoleName: 'SomebodyElses', AssumeRolePolicyDocument: trust }));
    const text = exampleText();
    const start = text.indexOf('  # The second hop');
    const next = accessFrom(text.slice(0, start) + text.slice(text.indexOf('# What is normal here')));
    const plan = await planDeployment(next, world.connect);
    expect(change(plan, 'SecurityInventoryRole')?.action).toBe('delete');
    // The first hop loses its right to assume it, without prune: that right was ours.
    expect(change(plan, 'SecurityAuditOperator')?.edits.map((e) => e.summary)).toEqual([
      'delete inline policy crossaccount-assume',
    ]);
    expect((await applyPlan(plan, world.connect)).ok).toBe(true);
    expect(inSync(await planDeployment(next, world.connect))).toBe(true);
    await iam.send(new GetRoleCommand({ RoleName: 'SomebodyElses' }));
    await expect(iam.send(new GetRoleCommand({ RoleName: 'SecurityInventoryRole' }))).rejects.toThrow();
  });
});

describe('drift', () => {
  const inline = (Effect: string, extra: object = {}) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action: '*', Resource: '*', ...extra }] });

  test('an inline policy added by hand is drift, and is removed with prune only', async () => {
    await deploy();
    const iam = await iamOf(world, WORKLOAD);
    await iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: 'backdoor', PolicyDocument: inline('Allow') }),
    );
    const plan = await planDeployment(world.access, world.connect);
    expect(isEmpty(plan)).toBe(true);
    expect(inSync(plan)).toBe(false);
    expect(change(plan, RoleName)?.extras).toMatchObject([{ kind: 'inline-policy', name: 'backdoor' }]);

    const prune = await planDeployment(world.access, world.connect, { prune: true });
    expect(change(prune, RoleName)?.edits.map((e) => e.step)).toEqual([
      { do: 'delete-inline', policyName: 'backdoor' },
    ]);
    await applyPlan(prune, world.connect);
    expect(inSync(await planDeployment(world.access, world.connect))).toBe(true);
  });

  test('a revocation survives pruning, but not an Allow that hides behind its name', async () => {
    await deploy();
    const iam = await iamOf(world, WORKLOAD);
    const PolicyName = 'AWSRevokeOlderSessions';
    const Condition = { DateLessThan: { 'aws:TokenIssueTime': '2026-11-23T03:20:00Z' } };
    const put = (PolicyDocument: string) =>
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    await put(inline('Deny', { Condition }));
    const plan = await planDeployment(world.access, world.connect, { prune: true });
    expect(inSync(plan)).toBe(true);
    expect(change(plan, RoleName)?.extras[0]?.summary).toContain('2026-11-23T03:20:00Z');
    await put(inline('Allow'));
    const hidden = await planDeployment(world.access, world.connect);
    expect(inSync(hidden)).toBe(false);
    expect(change(hidden, RoleName)?.extras).toMatchObject([{ kind: 'inline-policy', drift: true }]);
  });

  test('an attached policy, a widened trust and a removed policy are seen', async () => {
    await deploy();
    const iam = await iamOf(world, WORKLOAD);
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    const widened = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
    });
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: widened }));
    const security = await iamOf(world, SECURITY);
    await security.send(
      new DeleteUserPolicyCommand({ UserName: 'security-admin', PolicyName: 'crossaccount-assume' }),
    );
    const plan = await planDeployment(world.access, world.connect);
    expect(change(plan, RoleName)?.extras).toMatchObject([{ kind: 'attached-policy', name: PolicyArn }]);
    expect(change(plan, RoleName)?.edits.map((e) => e.summary)).toEqual(['replace the trust policy']);
    expect(change(plan, 'security-admin')?.edits.map((e) => e.summary)).toEqual([
      'add inline policy crossaccount-assume',
    ]);
  });

  test('a user that was deleted and made again is trusted anew', async () => {
    await deploy();
    const iam = await iamOf(world, SECURITY);
    await iam.send(
      new DeleteUserPolicyCommand({ UserName: 'security-admin', PolicyName: 'crossaccount-assume' }),
    );
    await iam.send(new DeleteUserCommand({ UserName: 'security-admin' }));
    const plan = await planDeployment(world.access, world.connect);
    // IAM keeps the unique id of the principal: the trust policy now shows AIDA… and trusts nobody.
    expect(change(plan, RoleName)?.edits[0]?.diff.join('\n')).toMatch(/- +"AIDA/);
    expect((await applyPlan(plan, world.connect, { sleep: noSleep })).ok).toBe(true);
    expect(inSync(await planDeployment(world.access, world.connect))).toBe(true);
  });
});

describe('ownership', () => {
  const foreignTrust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: SECURITY }, Action: 'sts:AssumeRole' }],
  });

  test('a role of the same name that is not ours is a conflict and stays as it is', async () => {
    const iam = await iamOf(world, WORKLOAD);
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: foreignTrust }));
    const plan = await planDeployment(world.access, world.connect);
    expect(change(plan, RoleName)).toMatchObject({ action: 'conflict', edits: [] });
    await applyPlan(plan, world.connect);
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    expect(JSON.stringify(decodeDocument(Role?.AssumeRolePolicyDocument))).not.toContain('ExternalId');

    const adopted = await planDeployment(world.access, world.connect, { adopt: true });
    expect((await applyPlan(adopted, world.connect)).ok).toBe(true);
    expect(inSync(await planDeployment(world.access, world.connect))).toBe(true);
  });

  test("somebody else's managed policy under our name is not attached to anybody", async () => {
    // So many roles that the right to assume them no longer fits an inline policy.
    const many = Array.from(
      { length: 40 },
      (_, i) => `  SecurityAuditRoleWithALongName${i}:
    accounts: workload
    trust: { operators: security-admin, externalId: MyUniqueSecretValue123, mfa: required }
    permissions: { allow: [ec2:DescribeRegions] }
`,
    ).join('');
    const access = accessFrom(exampleText().replace('\nroles:\n', `\nroles:\n${many}`));
    const iam = await iamOf(world, SECURITY);
    const PolicyName = 'crossaccount-assume-security-admin';
    const PolicyDocument = DENY.replace('Deny', 'Allow');
    await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
    const plan = await planDeployment(access, world.connect);
    expect(change(plan, PolicyName)).toMatchObject({ kind: 'policy', action: 'conflict' });
    const { outcomes } = await applyPlan(plan, world.connect);
    expect(outcomes.find((o) => o.change.name === 'security-admin')).toMatchObject({
      state: 'skipped',
      reason: `arn:aws:iam::${SECURITY}:policy/${PolicyName} is not ours`,
    });
    const UserName = 'security-admin';
    await expect(iam.send(new ListAttachedUserPoliciesCommand({ UserName }))).rejects.toThrow();
    // Once the name is free, the same definition goes through.
    await iam.send(new DeletePolicyCommand({ PolicyArn: `arn:aws:iam::${SECURITY}:policy/${PolicyName}` }));
    expect((await deploy(access)).ok).toBe(true);
    const { AttachedPolicies } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
    expect(AttachedPolicies?.map((p) => p.PolicyName)).toContain(PolicyName);
  });

  test('credentials of another account are refused, in the plan and when it is applied', async () => {
    const wrong: typeof world.connect = async () => world.connection(SECURITY);
    const { problems, changes } = await planDeployment(world.access, wrong);
    expect(problems).toMatchObject([{ account: { id: WORKLOAD }, problem: { code: 'wrong-account' } }]);
    expect(changes.map((c) => c.account.id)).not.toContain(WORKLOAD);
    const plan = await planDeployment(world.access, world.connect);
    const { outcomes } = await applyPlan(plan, wrong);
    expect(outcomes.find((o) => o.change.name === RoleName)).toMatchObject({
      state: 'failed',
      problem: { code: 'wrong-account' },
    });
    const [operator] = world.access.operators;
    const enrolled = enroll(operator!, world.connection(WORKLOAD)).catch((e: unknown) => e);
    expect(await enrolled).toMatchObject({ problem: { code: 'wrong-account' } });
  });

  test('a role of another definition is a conflict too, and destroy leaves it', async () => {
    await deploy();
    const iam = await iamOf(world, WORKLOAD);
    const Tags = [{ Key: 'crossaccount:definition', Value: 'other' }];
    await iam.send(new TagRoleCommand({ RoleName, Tags }));
    const plan = await planDeployment(world.access, world.connect);
    expect(change(plan, RoleName)?.reason).toContain('belongs to the definition other');
    const destroy = await planDestroy(world.access, world.connect);
    expect(change(destroy, RoleName)).toBeUndefined();
    expect((await applyPlan(destroy, world.connect)).ok).toBe(true);
    await iam.send(new GetRoleCommand({ RoleName }));
  });

  test('destroy removes everything that was made, with what others hung on it', async () => {
    await deploy();
    const iam = await iamOf(world, WORKLOAD);
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'x', PolicyDocument: DENY }));
    const plan = await planDestroy(world.access, world.connect);
    expect(plan.summary.delete).toBe(4);
    expect((await applyPlan(plan, world.connect)).outcomes.map((o) => o.problem)).toEqual(Array(4));
    expect(isEmpty(await planDestroy(world.access, world.connect))).toBe(true);
    await expect(iam.send(new ListRolePoliciesCommand({ RoleName }))).rejects.toThrow();
  });
});

const DENY = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';

describe('failure', () => {
  test('an account that cannot be reached is a problem of its own', async () => {
    const connect: typeof world.connect = async (account) => {
      if (account.id === WORKLOAD)
        throw new AwsFailure({ code: 'no-credentials', message: 'no profile', retryable: false });
      return world.connect(account);
    };
    const plan = await planDeployment(world.access, connect);
    expect(plan.problems).toMatchObject([{ account: { id: WORKLOAD }, problem: { code: 'no-credentials' } }]);
    expect(plan.changes.map((c) => c.account.id)).toEqual([SECURITY, SECURITY]);
    expect(inSync(plan)).toBe(false);
  });

  test('what depends on a failure is skipped, the rest is done, and the next run completes it', async () => {
    const plan = await planDeployment(world.access, world.connect);
    // The security account refuses while applying; its key is not the root user's but a stranger's.
    const stranger = world.as({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x'.repeat(40) });
    const broken: typeof world.connect = async (account) =>
      account.id === SECURITY ? stranger : world.connect(account);
    const result = await applyPlan(plan, broken, { sleep: noSleep });
    expect(result.ok).toBe(false);
    expect(result.outcomes.map((o) => [o.change.name, o.state, o.problem?.code])).toEqual([
      ['security-admin', 'failed', 'InvalidClientTokenId'],
      ['SecurityAuditOperator', 'skipped', undefined],
      ['SecurityAuditRole', 'skipped', undefined],
      ['SecurityInventoryRole', 'skipped', undefined],
    ]);
    expect((await deploy()).ok).toBe(true);
    expect(inSync(await planDeployment(world.access, world.connect))).toBe(true);
  });

  test('a trust policy that names a principal which is not there yet is tried again until it is', async () => {
    const plan = await planDeployment(world.access, world.connect);
    const onlyWorkload = { ...plan, changes: plan.changes.filter((c) => c.name === RoleName) };
    const pauses: number[] = [];
    const late = async (ms: number) => {
      pauses.push(ms);
      if (pauses.length === 2)
        await applyPlan({ ...plan, changes: plan.changes.filter((c) => c.kind === 'user') }, world.connect);
    };
    const result = await applyPlan(onlyWorkload, world.connect, { sleep: late });
    expect(result.ok).toBe(true);
    expect(pauses).toEqual([1_000, 2_000]);
  });

  test('and not for ever', async () => {
    const plan = await planDeployment(world.access, world.connect);
    const pauses: number[] = [];
    const result = await applyPlan(
      { ...plan, changes: plan.changes.filter((c) => c.name === RoleName) },
      world.connect,
      { sleep: async (ms) => void pauses.push(ms) },
    );
    expect(result.outcomes[0]).toMatchObject({
      state: 'failed',
      problem: { code: 'MalformedPolicyDocument' },
    });
    expect(pauses).toHaveLength(5);
  });

  test('an interrupted run begins nothing new', async () => {
    const plan = await planDeployment(world.access, world.connect);
    const abort = new AbortController();
    const result = await applyPlan(plan, world.connect, {
      signal: abort.signal,
      onProgress: (p) => p.state === 'applied' && abort.abort(),
    });
    expect(result.outcomes.map((o) => [o.state, o.reason])).toEqual([
      ['applied', undefined],
      ...Array(3).fill(['skipped', 'interrupted']),
    ]);
  });
});
