import { isoSeconds } from '../../base/index.ts';
import { roleKey, type TrustChange } from '../change.ts';
import type { Context, Episode } from '../context.ts';
import { judgeTrust, type Verdict } from '../judge-trust.ts';
import { parseTrust } from '../trust.ts';
import type { FindingSeverity, RuleInfo } from '../types.ts';
import { groupBy } from '../windows.ts';
import { clean, respondToCaller, steps, times } from '../words.ts';

export const trustPolicyChange: RuleInfo = {
  id: 'trust-policy-change',
  title: 'Trust policy changed',
  severity: 'critical',
  mitre: ['T1098', 'T1078.004'],
  explanation:
    'The trust policy of a watched role was written: critical when somebody beyond the definition gets in or a demanded ExternalId or MFA is gone, low when it is as defined. Refused attempts are medium. Roles that nobody watches count when they let in an account that the definition does not know, or everybody.',
};

/** `changes`: sorted by time; for each role everything that is still known, for comparing with the document before. */
export function findTrustPolicyChange(
  changes: readonly TrustChange[],
  context: Context,
): Episode<TrustChange>[] {
  const done = [...groupBy(changes, roleKey).values()].flatMap((ofRole) => {
    const written = ofRole.filter((change) => change.outcome === 'done');
    return written.flatMap((change, i) => judgeDone(change, written[i - 1], context) ?? []);
  });
  const tried = changes.filter(
    (change) =>
      change.outcome !== 'done' &&
      context.isWatched(change) &&
      (change.outcome === 'denied' || goesBeyond(change, context)),
  );
  const attempts = groupBy(tried, (change) =>
    JSON.stringify([roleKey(change), change.caller.source, Math.floor(change.time / 86_400_000)]),
  );
  return [...done, ...[...attempts.values()].map((members) => attempt(members))];
}

/** A call that failed for another reason (a typing error, say) matters when its document would have opened the role. */
const goesBeyond = (change: TrustChange, context: Context): boolean =>
  change.document !== undefined &&
  parseTrust(change.document) !== undefined &&
  judgeTrust(change, undefined, context).reasons.length > 0;

function judgeDone(
  change: TrustChange,
  before: TrustChange | undefined,
  context: Context,
): Episode<TrustChange> | undefined {
  const watched = context.isWatched(change);
  const old = before?.document === undefined ? undefined : parseTrust(before.document);
  const verdict = judgeTrust(change, old, context);
  if (!watched && !verdict.outsider) return undefined;
  if (verdict.reasons.length > 0) return episode([change], verdict, watched ? 'critical' : 'high');
  // A role that begins its life as defined is a deployment, and no change of trust.
  return watched && change.eventName === 'UpdateAssumeRolePolicy'
    ? episode([change], verdict, 'low')
    : undefined;
}

const attempt = (members: readonly TrustChange[]): Episode<TrustChange> =>
  episode(members, { reasons: [], outsider: false }, 'medium');

const actor = (change: TrustChange): string => clean(change.caller.arn ?? change.caller.id);
const roleText = ({ role }: TrustChange): string => clean(role.arn ?? `${role.name} in ${role.account}`);

function episode(
  members: readonly TrustChange[],
  verdict: Verdict,
  severity: FindingSeverity,
): Episode<TrustChange> {
  const change = members.at(-1)!;
  const role = roleText(change);
  const tried = change.outcome !== 'done';
  const what = change.eventName === 'CreateRole' ? `created ${role}` : `wrote the trust policy of ${role}`;
  const safeName = /^[\w+=,.@-]{1,64}$/.test(change.role.name) ? change.role.name : undefined;
  return {
    members,
    finding: {
      rule: trustPolicyChange.id,
      severity,
      title: tried ? `Tried to change who may enter ${role}` : `Who may enter ${role} has changed`,
      time: isoSeconds(change.time),
      account: change.account,
      principal: actor(change),
      role: change.role.arn ?? change.role.name,
      sourceIp: clean(change.source),
      events: members.map((member) => member.eventId),
      explanation: tried
        ? `${actor(change)} tried ${times(members.length)} to write the trust policy of ${role} from ${clean(change.source)}, and it was refused.`
        : `${actor(change)} ${what} from ${clean(change.source)}. ${verdict.reasons.length > 0 ? verdict.reasons.join(' ') : 'It lets in nobody beyond the definition, and demands what it demands.'}`,
      runbook: steps(
        tried || severity === 'low' ? undefined : 'crossaccount drift',
        tried || severity === 'low' ? undefined : 'crossaccount deploy',
        tried || severity === 'low' || safeName === undefined
          ? undefined
          : `crossaccount respond revoke --role ${safeName} --account ${change.role.account}`,
        severity === 'low' ? undefined : respondToCaller(change),
        severity === 'low'
          ? 'Check that this was your deployment; nothing else is to be done.'
          : `List what ${actor(change)} did before and after, and who assumed ${role} since.`,
      ),
      mitre: trustPolicyChange.mitre,
    },
  };
}
