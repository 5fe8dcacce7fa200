import type { Access } from '../access/index.ts';
import {
  AwsFailure,
  asFailure,
  type Connection,
  REVOCATION_POLICY,
  realSleep,
  serverClock,
} from '../aws/index.ts';
import { isoSeconds } from '../base/index.ts';
import type { PolicyJson } from '../policy/index.ts';
import { putEverywhere } from './measure.ts';
import { tryAfter, tryBefore } from './probe.ts';
import { onwardTargets, subjectTargets, type Target } from './targets.ts';
import type { Connect, RevokeOptions, RevokeResult, RevokeSubject } from './types.ts';

/**
 * Ends every session of a role or an operator that was issued until now, and those of the roles they may have gone on
 * to. New sessions can be had at once by whoever still may. Throws AwsFailure only when nothing could be tried at all.
 */
export async function revokeSessions(
  access: Access,
  subject: RevokeSubject,
  connect: Connect,
  options: RevokeOptions = {},
): Promise<RevokeResult> {
  const say = options.onProgress ?? (() => undefined);
  const direct = subjectTargets(access, subject);
  const targets = options.onward === false ? direct : [...direct, ...onwardTargets(access, direct)];
  const connection = await anyConnection(targets, connect);
  const tried = await tryBefore(access, connection.target, options.probes ?? []);

  // By AWS's clock: with a machine that is minutes behind, the intruder's newest sessions would live on. Two to three
  // seconds ahead: its Date header and the issue times have whole seconds, and writing the policies takes a moment.
  const issuedBefore = isoSeconds((await serverClock(connection)).now() + 2_999);
  say(
    `revoking sessions issued before ${issuedBefore} on ${targets.length} ${targets.length === 1 ? 'principal' : 'principals'}`,
  );
  const measures = await putEverywhere(
    targets,
    REVOCATION_POLICY,
    revocation(issuedBefore),
    connect,
    options.concurrency ?? 16,
  );
  if (tried.length > 0) say('trying the sessions at hand');
  const probes = await tryAfter(connection.target, tried, options.sleep ?? realSleep);
  return {
    subject,
    issuedBefore,
    measures,
    probes,
    complete: measures.every((m) => m.state === 'applied') && probes.every((p) => p.after === 'refused'),
    notes: notes(access, subject, options.onward !== false),
  };
}

/** What the IAM console's "Revoke active sessions" writes. */
const revocation = (issuedBefore: string): PolicyJson => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Deny',
      Action: ['*'],
      Resource: ['*'],
      Condition: { DateLessThan: { 'aws:TokenIssueTime': issuedBefore } },
    },
  ],
});

async function anyConnection(targets: readonly Target[], connect: Connect): Promise<Connection> {
  let failure: AwsFailure | undefined;
  for (const { account } of targets) {
    try {
      const connection = await connect(account);
      // An account that answers, not only one with credentials.
      await serverClock(connection);
      return connection;
    } catch (error) {
      failure = asFailure(error);
    }
  }
  throw (
    failure ?? new AwsFailure({ code: 'no-target', message: 'there is nothing to revoke', retryable: false })
  );
}

function notes(access: Access, subject: RevokeSubject, onward: boolean): string[] {
  const list = ['Sessions of the same roles that other people hold ended too: they log in again.'];
  if (subject.kind === 'operator')
    list.push(
      `The long-lived access key of ${subject.operator} still works: \`crossaccount respond rotate-key ${subject.operator}\`.`,
    );
  else {
    const names = access.paths.filter((p) => p.role === subject.role).map((p) => p.from.name);
    list.push(`Whoever may enter the role can enter it again: ${[...new Set(names)].join(', ')}.`);
  }
  if (!onward) list.push('Sessions that went on to other roles live until they expire.');
  return list;
}
