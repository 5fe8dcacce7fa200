import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pc from 'picocolors';
import { checkAccess, loadAccess } from '../../access/index.ts';
import { iamClient, s3Client, systemClock } from '../../aws/index.ts';
import { applyPlan, enroll, isEmpty, planDeployment } from '../../deploy/index.ts';
import { generate } from '../../generate/index.ts';
import { lintPolicy, parsePolicy } from '../../policy/index.ts';
import { SandboxControl, startSandbox } from '../../sandbox/index.ts';
import { writeAtomic } from '../files.ts';
import { plural } from '../output.ts';
import { STRANGER_ACCOUNT } from './attacks.ts';
import { OFFICE_IP } from './day.ts';
import { cross, tick } from './run.ts';
import { localTime, nextMonday } from './time.ts';
import { need, type Stage, type World } from './types.ts';

/** The example of the package: found from the source file and from the bundle alike. */
export function exampleDir(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let up = 0; up < 5; up++, folder = dirname(folder)) {
    const candidate = join(folder, 'examples', 'two-accounts');
    try {
      readFileSync(join(candidate, 'access.yaml'));
      return candidate;
    } catch {
      // One folder further up.
    }
  }
  throw new Error('the package has no examples/two-accounts/access.yaml');
}

export const check: Stage = {
  name: 'check',
  title: 'One file says who may enter what. Is it sound?',
  async run(world) {
    const text = readFileSync(join(exampleDir(), 'access.yaml'), 'utf8');
    const result = loadAccess(text, { file: 'access.yaml' });
    if (!result.ok) return { ok: false, lines: result.diagnostics.map((d) => d.message) };
    world.access = result.value;
    writeAtomic(join(world.out, 'access.yaml'), text);
    const problems = [...result.diagnostics, ...checkAccess(result.value)].filter(
      (d) => d.severity !== 'info',
    );
    const published = readFileSync(join(exampleDir(), 'as-published', 'permission-policy.json'), 'utf8');
    const parsed = parsePolicy(published, { file: 'as-published/permission-policy.json', kind: 'identity' });
    const flagged = parsed.ok
      ? (await lintPolicy(parsed.value, { kind: 'identity' })).find((d) => /vpc/.test(d.message))
      : undefined;
    return {
      ok: problems.length === 0 && flagged !== undefined,
      lines: [
        ...problems.map((d) => `${cross} ${d.message}`),
        ...(problems.length === 0
          ? [
              `${tick} access.yaml: ${plural(result.value.accounts.length, 'account')}, ${plural(result.value.operators.length, 'operator')}, ${plural(result.value.roles.length, 'role')}; no problems`,
            ]
          : []),
        `${flagged ? tick : cross} the policy as first published is flagged, as it must be: ${pc.dim(flagged?.message ?? 'it was not')}`,
      ],
    };
  },
};

export const generateStage: Stage = {
  name: 'generate',
  title: 'Everything AWS needs, as files that people can read.',
  async run(world) {
    const files = generate(need(world.access, 'definition'));
    for (const { path, content, executable } of files) {
      writeAtomic(join(world.out, 'generated', path), content, executable ? 0o755 : 0o644);
    }
    const shown = files
      .map((f) => f.path)
      .filter((p) => /^(terraform|policies|cloudformation|cloudtrail|docs)/.test(p));
    return {
      ok: files.length > 0,
      lines: [
        `${tick} ${plural(files.length, 'file')}: ${shown.slice(0, 7).join(', ')}${shown.length > 7 ? ', …' : ''}`,
      ],
    };
  },
};

export const sandbox: Stage = {
  name: 'sandbox',
  title:
    'A local AWS with three empty accounts: real protocols, signatures and policies, nothing switched off.',
  async run(world) {
    const access = need(world.access, 'definition');
    const running = await startSandbox({ trailDir: join(world.out, 'cloudtrail') });
    world.sandbox = running;
    world.control = new SandboxControl(running.url);
    world.target = { region: access.region, endpoint: running.url, clock: world.clock };
    // Tuesday 08:30 where the definition's business hours are.
    const { timeZone } = access.monitoring.businessHours;
    await world.clock.set(localTime(nextMonday(systemClock.now()), 1, 8, 30, timeZone));
    await world.control.setSourceIp(OFFICE_IP);
    const accounts = [
      ...access.accounts.map((a) => ({ id: a.id, name: a.name })),
      { id: STRANGER_ACCOUNT, name: 'stranger' },
    ];
    for (const { id, name } of accounts) await addAccount(world, id, name);
    await furnish(world);
    return {
      ok: true,
      lines: [
        `${tick} listening on ${running.url} (this machine only)`,
        ...accounts.map((a) => `  ${a.id}  ${a.name}`),
      ],
    };
  },
};

async function addAccount(world: World, id: string, name: string): Promise<void> {
  const { Secret } = await import('../../base/index.ts');
  const root = await need(world.control, 'control interface').createAccount(id, name);
  world.admins.set(id, {
    target: need(world.target, 'endpoint'),
    credentials: { accessKeyId: root.accessKeyId, secretAccessKey: new Secret(root.secretAccessKey) },
  });
}

/** Something in the workload account that an attacker would like to delete. */
async function furnish(world: World): Promise<void> {
  const { CreateUserCommand } = await import('@aws-sdk/client-iam');
  const { CreateBucketCommand } = await import('@aws-sdk/client-s3');
  const workload = need(
    world.access?.accounts.find((a) => a.name === 'workload'),
    'workload account',
  );
  const { target, credentials } = need(world.admins.get(workload.id), 'administrator');
  await (await iamClient(target, credentials)).send(new CreateUserCommand({ UserName: 'break-glass' }));
  await (await s3Client(target, credentials)).send(new CreateBucketCommand({ Bucket: 'customer-data' }));
}

export const deploy: Stage = {
  name: 'deploy',
  title:
    'The plan, then the roles in both accounts through the AWS SDK; the operator gets a key and an MFA device.',
  async run(world) {
    const access = need(world.access, 'definition');
    const connect = async (account: { id: string }) =>
      need(world.admins.get(account.id), `administrator of ${account.id}`);
    const plan = await planDeployment(access, connect);
    const outcome = await applyPlan(plan, connect);
    const again = await planDeployment(access, connect);
    const operator = need(access.operators[0], 'operator');
    world.enrollment = await enroll(operator, await connect(operator.account));
    // The codes that enabled the device are used up; nobody logs in within the same half minute.
    await world.clock.advance(90);
    return {
      ok: outcome.ok && isEmpty(again) && plan.summary.create > 0,
      lines: [
        ...plan.changes.map((c) => `${outcome.ok ? tick : cross} ${c.action} ${c.kind} ${c.arn}`),
        ...outcome.outcomes
          .filter((o) => o.state !== 'applied')
          .map((o) => `${cross} ${o.change.arn}: ${o.problem?.message ?? o.reason}`),
        `${isEmpty(again) ? tick : cross} a second plan is empty`,
        `${tick} ${operator.name}: access key and MFA device ${world.enrollment.mfa?.serialNumber ?? ''} enabled with two codes`,
      ],
    };
  },
};
