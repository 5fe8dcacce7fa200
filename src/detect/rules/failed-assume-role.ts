import { isoSeconds } from '../../base/index.ts';
import type { Context, Episode } from '../context.ts';
import type { Entry } from '../entry.ts';
import type { Finding, RuleInfo } from '../types.ts';
import { groupBy, hotRuns, joinOverlapping } from '../windows.ts';
import {
  clean,
  listed,
  mostFrequent,
  nameOf,
  respondToCaller,
  revokeRole,
  steps,
  times,
  unique,
  utc,
} from '../words.ts';

export const failedAssumeRole: RuleInfo = {
  id: 'failed-assume-role',
  title: 'Repeated refusals of AssumeRole',
  severity: 'critical',
  mitre: ['T1110', 'T1078.004'],
  explanation:
    'Somebody is refused a role again and again within the window: by the same principal, from the same address, or at the same role. That is what guessing an ExternalId, an MFA code or a role name looks like. High when the address is unknown, critical when a success follows.',
};

/** Refusals by one principal, from one network, or at one role; overlapping ones are one episode. */
export function findFailedAssumeRole(entries: readonly Entry[], context: Context): Episode<Entry>[] {
  const { count, window } = context.config.failedAssumeRole;
  const refusals = entries.filter((entry) => entry.denied && context.concerns(entry));
  const groupings = [
    (entry: Entry) => entry.caller.source,
    (entry: Entry) => entry.network,
    (entry: Entry) => entry.role,
  ];
  const runs = groupings.flatMap((keyOf) =>
    [...groupBy(refusals, keyOf).values()].flatMap((group) =>
      hotRuns(group, count, window * 1000, (entry) => entry.key),
    ),
  );
  const successes = entries.filter((entry) => !entry.denied);
  return joinOverlapping(runs, byTime).map((members) => ({
    members,
    finding: describe(members, successAfter(members, successes, context), context),
  }));
}

const byTime = (a: Entry, b: Entry): number => a.time - b.time || (a.key < b.key ? -1 : 1);

/**
 * Whoever was refused gets in within a window after a refusal, or somebody from the same network gets into the role that was
 * refused. Another role counts only when it looks like trying doors: from an unknown address, or after three roles or more.
 * (People who are refused one role do use their own afterwards.)
 */
function successAfter(
  members: readonly Entry[],
  successes: readonly Entry[],
  context: Context,
): Entry | undefined {
  const callers = new Set(members.map((entry) => entry.caller.source));
  const networks = new Set(members.map((entry) => entry.network));
  const roles = new Set(members.map((entry) => entry.role));
  // A session token opens no role: it is an answer only to who was refused one, by a wrong MFA code.
  const askedForTokens = new Set(members.filter(isSessionToken).map((entry) => entry.caller.source));
  const from = members[0]!.time;
  const to = members.at(-1)!.time + context.config.failedAssumeRole.window * 1000;
  const letsIn = (entry: Entry): boolean => {
    if (isSessionToken(entry)) return askedForTokens.has(entry.caller.source);
    if (!callers.has(entry.caller.source))
      return (
        entry.role !== undefined &&
        roles.has(entry.role) &&
        entry.network !== undefined &&
        networks.has(entry.network)
      );
    return roles.has(entry.role) || roles.has(undefined) || roles.size >= 3 || context.isUnknown(entry);
  };
  return successes.find((entry) => entry.time >= from && entry.time <= to && letsIn(entry));
}

const isSessionToken = (entry: Entry): boolean => entry.eventName === 'GetSessionToken';

function describe(members: readonly Entry[], success: Entry | undefined, context: Context): Finding {
  const first = members[0]!;
  const last = members.at(-1)!;
  const principals = unique(members.map(nameOf));
  const roles = unique(members.map((entry) => entry.role));
  const sources = unique(members.map((entry) => entry.ip ?? entry.source));
  const unknown = members.some((entry) => context.isUnknown(entry));
  const role =
    success?.role ?? (roles.length === 0 ? undefined : mostFrequent(members.flatMap((e) => e.role ?? [])));
  const target = roles.length === 0 ? 'a session' : listed(roles);
  return {
    rule: failedAssumeRole.id,
    severity: success ? 'critical' : unknown ? 'high' : 'medium',
    title: success
      ? `${times(members.length)} refused, then let in: ${clean(success.role ?? 'a session')}`
      : `AssumeRole refused ${times(members.length)} from ${listed(sources, 2)}`,
    time: isoSeconds(Math.max(last.time, success?.time ?? 0)),
    account: mostFrequent(members.map((entry) => entry.account)),
    principal: mostFrequent(members.map(nameOf)),
    ...(role === undefined ? {} : { role }),
    sourceIp: clean(mostFrequent(members.map((entry) => entry.ip ?? entry.source))),
    events: [...members.map((entry) => entry.eventId), ...(success ? [success.eventId] : [])],
    explanation: [
      `${listed(principals)} asked for ${target} and was refused ${times(members.length)} between ${utc(first.time)} and ${utc(last.time)}, from ${listed(sources)}`,
      unknown ? ', from outside the known networks' : '',
      '.',
      success
        ? ` At ${utc(success.time)} ${nameOf(success)} was let in${success.role ? ` to ${clean(success.role)}` : ''} from ${clean(success.ip ?? success.source)}: take it that the attempt succeeded.`
        : ' Nothing was let in so far. AWS does not log which ExternalId was tried.',
    ].join(''),
    runbook: steps(
      success?.role === undefined ? undefined : revokeRole(success.role),
      unique([...members, ...(success ? [success] : [])].map(nameOf))
        .flatMap((name) =>
          respondToCaller(members.find((entry) => nameOf(entry) === name) ?? success ?? first),
        )
        .slice(0, 6),
      'Ask the owner of these credentials whether it was them. If nobody answers for it, treat the key as stolen.',
      `Search CloudTrail for everything else from ${listed(sources)} in the same hours.`,
    ),
    mitre: failedAssumeRole.mitre,
  };
}
