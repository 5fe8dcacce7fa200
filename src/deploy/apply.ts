import type { IAMClient } from '@aws-sdk/client-iam';
import {
  type AwsProblem,
  describeAwsError,
  iamClient,
  inParallel,
  realSleep,
  requireAccount,
} from '../aws/index.ts';
import { perform } from './step.ts';
import type { ApplyOptions, ApplyResult, Change, Connect, Outcome, Plan, Progress } from './types.ts';

/**
 * Does what the plan says, phase by phase, many accounts at a time. One account's failure doesn't stop the others;
 * only what depends on a failed resource is skipped. A run that broke off is continued by planning and applying again.
 */
export async function applyPlan(
  plan: Plan,
  connect: Connect,
  options: ApplyOptions = {},
): Promise<ApplyResult> {
  const work = plan.changes.filter((change) => change.edits.length > 0);
  const outcomes = new Map<Change, Outcome>();
  const failed = new Map<string, string>();
  // A managed policy of ours whose name somebody else took: attaching theirs would grant whatever they wrote into it.
  for (const { kind, action, arn } of plan.changes)
    if (kind === 'policy' && action === 'conflict') failed.set(arn, `${arn} is not ours`);
  const clients = clientPool(connect);
  const report = (change: Change, state: Progress['state'], more: Partial<Progress> = {}) =>
    options.onProgress?.({ change, state, done: outcomes.size, total: work.length, ...more });

  const finish = (outcome: Outcome) => {
    outcomes.set(outcome.change, outcome);
    if (outcome.state !== 'applied' && outcome.change.action === 'create')
      failed.set(outcome.change.arn, `${outcome.change.arn} is not there`);
    const { change, state, problem } = outcome;
    report(change, state, problem === undefined ? {} : { problem });
  };

  try {
    for (const phase of [...new Set(work.map((change) => change.phase))].sort((a, b) => a - b)) {
      const accounts = new Map<string, Change[]>();
      for (const change of work)
        if (change.phase === phase)
          accounts.set(change.account.id, [...(accounts.get(change.account.id) ?? []), change]);
      await inParallel([...accounts.values()], options.concurrency ?? 8, async (changes) => {
        // One after the other within an account: IAM throttles by account, and a user needs its managed policy first.
        for (const change of inOrder(changes)) {
          const missing = change.dependsOn.flatMap((arn) => failed.get(arn) ?? [])[0];
          if (options.signal?.aborted === true)
            finish({ change, state: 'skipped', stepsDone: 0, reason: 'interrupted' });
          else if (missing !== undefined) finish({ change, state: 'skipped', stepsDone: 0, reason: missing });
          else finish(await applyChange(change, clients.get(change), options, report));
        }
      });
    }
  } finally {
    await clients.destroy();
  }
  const list = work.flatMap((change) => outcomes.get(change) ?? []);
  return { ok: list.every((outcome) => outcome.state === 'applied'), outcomes: list };
}

type Report = (change: Change, state: Progress['state'], more?: Partial<Progress>) => void;

async function applyChange(
  change: Change,
  client: Promise<IAMClient>,
  options: ApplyOptions,
  report: Report,
): Promise<Outcome> {
  let stepsDone = 0;
  report(change, 'started');
  try {
    const [iam, sdk] = [await client, await import('@aws-sdk/client-iam')];
    for (const edit of change.edits) {
      // What has begun is finished: a role without its permissions policy is worse than a whole one.
      report(change, 'step', { edit });
      await patiently(
        () => perform(edit.step, change, iam, sdk),
        change,
        options.sleep ?? realSleep,
        (problem) => report(change, 'retrying', { edit, problem }),
      );
      stepsDone++;
    }
    return { change, state: 'applied', stepsDone };
  } catch (error) {
    return { change, state: 'failed', stepsDone, problem: describeAwsError(error) };
  }
}

/** Seconds between attempts: half a minute in all, the order of time that IAM takes to agree with itself. */
const PAUSES = [1, 2, 4, 8, 16];

/** Repeats what fails only because IAM is eventually consistent. */
async function patiently(
  attempt: () => Promise<void>,
  change: Change,
  sleep: (ms: number) => Promise<void>,
  onRetry: (problem: AwsProblem) => void,
): Promise<void> {
  for (const pause of PAUSES) {
    try {
      return await attempt();
    } catch (error) {
      const problem = describeAwsError(error);
      if (!passing(problem, change)) throw error;
      onRetry(problem);
      await sleep(pause * 1_000);
    }
  }
  return attempt();
}

function passing(problem: AwsProblem, change: Change): boolean {
  switch (problem.code) {
    // A trust policy may name a user or role that was made a moment ago and isn't known everywhere yet.
    case 'MalformedPolicyDocument':
      return change.kind === 'role' && /invalid principal/i.test(problem.message);
    case 'NoSuchEntity':
      return change.action === 'create';
    case 'DeleteConflict':
      return change.action === 'delete';
    case 'ConcurrentModification':
    case 'EntityTemporarilyUnmodifiable':
      return true;
    default:
      return false;
  }
}

/** Managed policies before the users they are attached to; otherwise as planned. */
const inOrder = (changes: readonly Change[]): Change[] =>
  [...changes].sort((a, b) => Number(b.kind === 'policy') - Number(a.kind === 'policy'));

function clientPool(connect: Connect) {
  const clients = new Map<string, Promise<IAMClient>>();
  return {
    get({ account }: Change): Promise<IAMClient> {
      const existing = clients.get(account.id);
      if (existing !== undefined) return existing;
      const made = connect(account).then(async (connection) => {
        // Again, although the plan was made with the right ones: it may be applied from elsewhere.
        await requireAccount(connection, account.id);
        return iamClient(connection.target, connection.credentials);
      });
      clients.set(account.id, made);
      return made;
    },
    async destroy(): Promise<void> {
      for (const result of await Promise.allSettled(clients.values()))
        if (result.status === 'fulfilled') result.value.destroy();
    },
  };
}
