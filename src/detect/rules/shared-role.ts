import { isoSeconds } from '../../base/index.ts';
import type { Context, Episode } from '../context.ts';
import type { Entry } from '../entry.ts';
import type { Finding, RuleInfo } from '../types.ts';
import { groupBy, hotRuns } from '../windows.ts';
import { clean, listed, mostFrequent, nameOf, revokeRole, steps, unique, utc } from '../words.ts';

export const sharedRole: RuleInfo = {
  id: 'shared-role',
  title: 'Several principals in one role',
  severity: 'high',
  mitre: ['T1078.004', 'T1550.001'],
  explanation:
    'More principals than usual assumed the same role within the window. Sessions count by who is behind them: the source identity when one was set, else the role they come from (session names are the caller’s choice and count for nothing).',
};

export function findSharedRole(entries: readonly Entry[], context: Context): Episode<Entry>[] {
  const { count, window } = context.config.sharedRole;
  const successes = entries.filter(
    (entry) => !entry.denied && entry.role !== undefined && context.isWatchedRole(entry.role),
  );
  return [...groupBy(successes, (entry) => entry.role).values()].flatMap((group) =>
    hotRuns(group, count, window * 1000, personOf).map((members) => ({
      members,
      finding: describe(members, context),
    })),
  );
}

const personOf = (entry: Entry): string => entry.caller.sourceIdentity ?? entry.caller.source;

function describe(members: readonly Entry[], context: Context): Finding {
  const last = members.at(-1)!;
  const names = unique(members.map(nameOf));
  const people = new Set(members.map(personOf)).size;
  const strangers = members.some((entry) => context.isUnknown(entry));
  const role = last.role ?? '';
  return {
    rule: sharedRole.id,
    severity: strangers ? 'high' : 'medium',
    title: `${people} principals in ${clean(role)}`,
    time: isoSeconds(last.time),
    account: last.account,
    principal: mostFrequent(members.map(nameOf)),
    role,
    sourceIp: clean(mostFrequent(members.map((entry) => entry.ip ?? entry.source))),
    events: members.map((entry) => entry.eventId),
    explanation: `${people} principals assumed ${clean(role)} between ${utc(members[0]!.time)} and ${utc(last.time)}: ${listed(names, 6)}. ${context.config.sharedRole.count} within ${context.config.sharedRole.window} seconds is the configured limit.`,
    runbook: steps(
      revokeRole(role),
      'Compare the names with who may enter this role; two people behind one key is reason enough to rotate it.',
      'Raise monitoring.sharedRole in access.yaml when this is a normal day of the team.',
    ),
    mitre: sharedRole.mitre,
  };
}
