import {
  accountOfArn,
  assumedRoleOf,
  assumeRoleEvents,
  type CloudTrailRecord,
  callerOf,
  eventKey,
  isDenied,
  isServiceCall,
  isSuccess,
  type RecordCaller,
  sourceAddressOf,
} from '../trail/index.ts';

/** One attempt to get a session, made by somebody and not by a service: what four of the five rules look at. */
export interface Entry {
  readonly key: string;
  /** ms of event time. */
  readonly time: number;
  readonly eventName: string;
  readonly eventId: string;
  /** Where it was logged. */
  readonly account: string;
  readonly caller: RecordCaller;
  /** Absent for GetSessionToken, and for a denial whose message names none (a wrong MFA code). */
  readonly role?: string;
  /** One spelling an address; absent when AWS gives none. */
  readonly ip?: string;
  /** The address, or the /64 of an IPv6 one: whoever has one address of a /64 has all of them. */
  readonly network?: string;
  readonly source: string;
  /** Owner of the VPC endpoint that the call came through, when that is not the caller's own account. */
  readonly foreignEndpoint?: string;
  readonly denied: boolean;
}

/** Undefined for what is no attempt at a session, what services do, and failures that are no refusals. */
export function toEntry(record: CloudTrailRecord): Entry | undefined {
  if (record.eventSource !== 'sts.amazonaws.com') return undefined;
  if (!assumeRoleEvents.includes(record.eventName) && record.eventName !== 'GetSessionToken')
    return undefined;
  const denied = isDenied(record);
  if ((!denied && !isSuccess(record)) || isServiceCall(record)) return undefined;
  const role = assumedRoleOf(record);
  const ip = sourceAddressOf(record);
  return {
    key: eventKey(record),
    time: Date.parse(record.eventTime),
    eventName: record.eventName,
    eventId: record.eventID,
    account: record.recipientAccountId,
    caller: callerOf(record),
    source: record.sourceIPAddress,
    denied,
    ...(role === undefined ? {} : { role }),
    ...(ip === undefined ? {} : { ip, network: networkOf(ip) }),
    ...foreignEndpointOf(record),
  };
}

function foreignEndpointOf(record: CloudTrailRecord): Pick<Entry, 'foreignEndpoint'> {
  const owner = record.vpcEndpointAccountId;
  return owner === undefined || owner === record.userIdentity.accountId ? {} : { foreignEndpoint: owner };
}

function networkOf(ip: string): string {
  if (!ip.includes(':')) return ip;
  const [head = '', tail] = ip.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length;
  const groups = [...front, ...Array.from({ length: zeros }, () => '0'), ...back];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/**
 * Two records of one event: the caller's copy knows who it was, the role owner's doesn't; of equals the smaller eventID, so that
 * the order of arrival doesn't matter.
 */
export function preferred(a: Entry, b: Entry): Entry {
  const known = (entry: Entry) => (entry.caller.arn === undefined ? 1 : 0);
  if (known(a) !== known(b)) return known(a) < known(b) ? a : b;
  return a.eventId <= b.eventId ? a : b;
}

export const accountOfRole = (entry: Entry): string | undefined =>
  entry.role === undefined ? undefined : accountOfArn(entry.role);
