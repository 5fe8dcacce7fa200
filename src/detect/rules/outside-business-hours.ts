import { isoSeconds } from '../../base/index.ts';
import type { Context, Episode } from '../context.ts';
import type { Entry } from '../entry.ts';
import type { Finding, RuleInfo } from '../types.ts';
import { groupBy } from '../windows.ts';
import { clean, listed, nameOf, respondToCaller, revokeRole, steps, times, unique } from '../words.ts';

export const outsideBusinessHours: RuleInfo = {
  id: 'outside-business-hours',
  title: 'Session outside business hours',
  severity: 'high',
  mitre: ['T1078.004'],
  explanation:
    'A role was assumed, or a session token fetched, outside business hours in the configured time zone: medium, high when the address is unknown too, low when it was refused. One finding a caller and night.',
};

export function findOutsideBusinessHours(entries: readonly Entry[], context: Context): Episode<Entry>[] {
  const late = entries.filter((entry) => !context.hours.isOpen(entry.time) && isOurs(entry, context));
  const groups = groupBy(late, (entry) =>
    JSON.stringify([entry.caller.source, context.hours.night(entry.time)]),
  );
  return [...groups.values()].map((members) => ({ members, finding: describe(members, context) }));
}

/** GetSessionToken names no role: with a watch list it counts for those who may enter one of the roles. */
const isOurs = (entry: Entry, context: Context): boolean =>
  entry.role === undefined ? context.concerns(entry) : context.isWatchedRole(entry.role);

function describe(members: readonly Entry[], context: Context): Finding {
  const successes = members.filter((entry) => !entry.denied);
  const shown = successes.find((entry) => entry.role !== undefined) ?? successes[0] ?? members[0]!;
  const roles = unique(members.map((entry) => entry.role));
  const unknown = successes.some((entry) => context.isUnknown(entry));
  const what = roles.length > 0 ? listed(roles) : 'a session token';
  return {
    rule: outsideBusinessHours.id,
    severity: successes.length === 0 ? 'low' : unknown ? 'high' : 'medium',
    title: `${nameOf(shown)} at work outside business hours`,
    time: isoSeconds(members.at(-1)!.time),
    account: shown.account,
    principal: nameOf(shown),
    ...(shown.role === undefined ? {} : { role: shown.role }),
    sourceIp: clean(shown.ip ?? shown.source),
    events: members.map((entry) => entry.eventId),
    explanation: `${nameOf(shown)} asked ${times(members.length)} for ${what} (${successes.length} granted) from ${listed(unique(members.map((entry) => entry.ip ?? entry.source)))}, first at ${context.hours.local(members[0]!.time)} local time. Business hours are ${context.hours.text}.`,
    runbook: steps(
      successes.length > 0
        ? unique(successes.map((entry) => entry.role))
            .slice(0, 3)
            .flatMap((role) => revokeRole(role) ?? [])
        : undefined,
      respondToCaller(shown),
      'Ask the person first: planned night work is the usual reason. Revoke when nobody answers.',
    ),
    mitre: outsideBusinessHours.mitre,
  };
}
