import { isoSeconds } from '../../base/index.ts';
import type { Context, Episode } from '../context.ts';
import type { Entry } from '../entry.ts';
import type { Finding, RuleInfo } from '../types.ts';
import { groupBy } from '../windows.ts';
import { clean, nameOf, respondToCaller, revokeRole, steps, times, utc } from '../words.ts';

export const unknownNetwork: RuleInfo = {
  id: 'unknown-network',
  title: 'AssumeRole from an unknown network',
  severity: 'high',
  mitre: ['T1078.004', 'T1550.001'],
  explanation:
    'A role was assumed (high) or asked for in vain (medium) from an address outside the known networks. Calls that AWS services make are left out, as is everything when no known network is configured. One finding a caller, network, role and day (UTC).',
};

export function findUnknownNetwork(entries: readonly Entry[], context: Context): Episode<Entry>[] {
  const strange = entries.filter(
    (entry) =>
      entry.eventName !== 'GetSessionToken' &&
      context.isUnknown(entry) &&
      (entry.role === undefined ? context.concerns(entry) : context.isWatchedRole(entry.role)),
  );
  const groups = groupBy(strange, (entry) =>
    JSON.stringify([
      entry.caller.source,
      entry.network,
      entry.role ?? '',
      Math.floor(entry.time / 86_400_000),
    ]),
  );
  return [...groups.values()].map((members) => ({ members, finding: describe(members) }));
}

const whyUnknown = (entry: Entry): string =>
  entry.foreignEndpoint === undefined
    ? 'The address is in none of the known networks.'
    : `The call came through a VPC endpoint of account ${clean(entry.foreignEndpoint)}, whose owner chooses what the address says.`;

function describe(members: readonly Entry[]): Finding {
  const successes = members.filter((entry) => !entry.denied);
  const shown = successes[0] ?? members[0]!;
  const last = members.at(-1)!;
  const ip = clean(shown.ip ?? shown.source);
  const role = shown.role === undefined ? 'a role' : clean(shown.role);
  const refused = members.length - successes.length;
  return {
    rule: unknownNetwork.id,
    severity: successes.length > 0 ? 'high' : 'medium',
    title:
      successes.length > 0
        ? `${role} entered from unknown address ${ip}`
        : `${role} asked for from unknown address ${ip}`,
    time: isoSeconds(last.time),
    account: shown.account,
    principal: nameOf(shown),
    ...(shown.role === undefined ? {} : { role: shown.role }),
    sourceIp: ip,
    events: members.map((entry) => entry.eventId),
    explanation: `${nameOf(shown)} asked ${times(members.length)} for ${role} from ${ip} (${successes.length} granted, ${refused} refused), first at ${utc(members[0]!.time)}. ${whyUnknown(shown)}`,
    runbook: steps(
      successes.length > 0 && shown.role !== undefined ? revokeRole(shown.role) : undefined,
      respondToCaller(shown),
      `If ${ip} is yours, add its network to monitoring.knownNetworks in access.yaml; to make AWS refuse the rest, name networks in the role's trust.`,
    ),
    mitre: unknownNetwork.mitre,
  };
}
