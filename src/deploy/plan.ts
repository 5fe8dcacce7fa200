import type { Access, Account } from '../access/index.ts';
import { asFailure, iamClient, inParallel, requireAccount } from '../aws/index.ts';
import { compare, deletion } from './compare.ts';
import { desiredIn } from './desired.ts';
import { type Observed, Observer } from './observe.ts';
import type { AccountProblem, Change, Connect, Plan, PlanOptions, PlanSummary } from './types.ts';

/** Deletions come after everything else: users after the roles that trust them, managed policies last. */
const DELETE_PHASE = { role: 1_000, user: 1_001, policy: 1_002 } as const;

/** What a deployment would do, account by account. Reads only. An account that cannot be read is a problem, not an end. */
export const planDeployment = (access: Access, connect: Connect, options: PlanOptions = {}): Promise<Plan> =>
  plan('deploy', access, connect, options, async (observer, account) => {
    const desired = desiredIn(access, account);
    const changes: Change[] = [];
    for (const want of desired) {
      const have =
        want.kind === 'policy'
          ? await observer.policy(want.arn)
          : await (want.kind === 'role' ? observer.role(want.name) : observer.user(want.name));
      changes.push(
        compare(want, have, {
          owner: access.name,
          ...(options.prune === undefined ? {} : { prune: options.prune }),
          ...(options.adopt === undefined ? {} : { adopt: options.adopt }),
        }),
      );
    }
    if (options.findOrphans === false) return changes;
    const known = new Set(desired.map((d) => d.arn));
    return [...changes, ...(await deletions(observer, account, await observer.orphans(access.name, known)))];
  });

/** Removes everything that deployments of this definition made, and nothing else. */
export const planDestroy = (access: Access, connect: Connect, options: PlanOptions = {}): Promise<Plan> =>
  plan('destroy', access, connect, options, async (observer, account) =>
    deletions(observer, account, await observer.orphans(access.name, new Set())),
  );

/** Nothing to do. There may still be extras, conflicts and problems: see inSync. */
export const isEmpty = (plan: Plan): boolean => plan.changes.every((change) => change.edits.length === 0);

/** AWS is as the definition says: nothing to do, nothing extra, nothing unknown. */
export const inSync = (plan: Plan): boolean =>
  isEmpty(plan) && plan.problems.length === 0 && plan.summary.extra === 0 && plan.summary.conflict === 0;

async function plan(
  intent: Plan['intent'],
  access: Access,
  connect: Connect,
  options: PlanOptions,
  read: (observer: Observer, account: Account) => Promise<Change[]>,
): Promise<Plan> {
  const wanted = options.accounts;
  const accounts = access.accounts.filter(
    (a) => wanted?.includes(a.name) || wanted?.includes(a.id) || !wanted,
  );
  const problems: AccountProblem[] = [];
  let done = 0;
  const perAccount = await inParallel(accounts, options.concurrency ?? 8, async (account) => {
    try {
      const connection = await connect(account);
      await requireAccount(connection, account.id);
      const { target, credentials } = connection;
      const iam = await iamClient(target, credentials);
      try {
        return await read(new Observer(iam, await import('@aws-sdk/client-iam')), account);
      } catch (error) {
        throw asFailure(error, target);
      } finally {
        iam.destroy();
      }
    } catch (error) {
      problems.push({ account, problem: asFailure(error).problem });
      return [];
    } finally {
      options.onAccount?.(account, ++done, accounts.length);
    }
  });
  const changes = perAccount.flat();
  const order = new Map(accounts.map((account, i) => [account.id, i]));
  problems.sort((a, b) => (order.get(a.account.id) ?? 0) - (order.get(b.account.id) ?? 0));
  return { name: access.name, intent, changes, problems, summary: summarise(changes, accounts.length) };
}

async function deletions(
  observer: Observer,
  account: Account,
  orphans: readonly Observed[],
): Promise<Change[]> {
  const changes: Change[] = [];
  for (const orphan of orphans) {
    const secrets = orphan.kind === 'user' ? await observer.userSecrets(orphan.name) : undefined;
    changes.push(deletion(account, orphan, DELETE_PHASE[orphan.kind], secrets));
  }
  return changes;
}

function summarise(changes: readonly Change[], accounts: number): PlanSummary {
  const count = (action: Change['action']) => changes.filter((c) => c.action === action).length;
  return {
    accounts,
    create: count('create'),
    update: count('update'),
    delete: count('delete'),
    unchanged: count('unchanged'),
    conflict: count('conflict'),
    extra: changes.reduce((sum, c) => sum + c.extras.filter((e) => e.drift).length, 0),
  };
}
