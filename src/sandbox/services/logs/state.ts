import { AwsError, type Call } from '../../types.ts';
import type { World } from '../world.ts';

/** All of CloudWatch Logs, by `account:region`. */
export interface LogsState {
  readonly places: Map<string, LogsPlace>;
}

interface LogsPlace {
  readonly groups: Map<string, LogGroup>;
  readonly policies: Map<string, { document: string; updatedAt: number }>;
}

export interface LogGroup {
  readonly name: string;
  /** Without the `:*` at the end. */
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdAt: number;
  readonly logClass: 'STANDARD' | 'INFREQUENT_ACCESS' | 'DELIVERY';
  retentionInDays?: number;
  deletionProtected: boolean;
  readonly tags: Map<string, string>;
  readonly streams: Map<string, LogStream>;
  readonly filters: Map<string, MetricFilter>;
}

export interface LogStream {
  readonly name: string;
  readonly createdAt: number;
  /** In order of time, then of arrival. */
  readonly events: LogEvent[];
  /** Bytes of all events, 26 more for each. */
  storedBytes: number;
  lastIngestion?: number;
  /** Numbers the events and makes the upload token. */
  received: number;
}

export interface LogEvent {
  readonly timestamp: number;
  readonly ingestedAt: number;
  readonly message: string;
  /** 56 digits that sort like the events. */
  readonly id: string;
}

export interface MetricFilter {
  readonly name: string;
  readonly pattern: string;
  readonly createdAt: number;
  readonly applyOnTransformedLogs: boolean;
  readonly metric: Transformation;
  /** Minutes (ms) with messages that await the minute's end: whether one matched, and how many there were. */
  readonly minutes: Map<number, { matched: boolean; records: number }>;
}

export interface Transformation {
  readonly name: string;
  readonly namespace: string;
  readonly value: string;
  readonly defaultValue?: number;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly unit?: string;
}

export const logsState = ({ own }: Pick<World, 'own'>): LogsState =>
  own('logs', () => ({ places: new Map() }));

export function placeOf(state: LogsState, accountId: string, region: string): LogsPlace {
  const key = `${accountId}:${region}`;
  let place = state.places.get(key);
  if (place === undefined) {
    place = { groups: new Map(), policies: new Map() };
    state.places.set(key, place);
  }
  return place;
}

export const placeOfCall = (state: LogsState, call: Call): LogsPlace =>
  placeOf(state, call.caller.accountId, call.region);

export const groupArn = (accountId: string, region: string, name: string): string =>
  `arn:aws:logs:${region}:${accountId}:log-group:${name}`;

export const noGroup = (): AwsError =>
  new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
export const noStream = (): AwsError =>
  new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
export const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message);

export function findGroup(state: LogsState, call: Call, name: string): LogGroup {
  const group = placeOfCall(state, call).groups.get(name);
  if (group === undefined) throw noGroup();
  return group;
}

/** The group's name out of a name or an ARN; undefined for an ARN that isn't of the caller's account and region. */
export function nameOf(call: Call, identifier: string): string | undefined {
  if (!identifier.startsWith('arn:')) return identifier;
  const prefix = groupArn(call.caller.accountId, call.region, '');
  if (!identifier.startsWith(prefix)) return undefined;
  return identifier.slice(prefix.length).replace(/:\*$/, '');
}

/** For operations that take a name or an identifier, exactly one of them. */
export function chosenName(
  call: Call,
  {
    logGroupName,
    logGroupIdentifier,
  }: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined },
): string {
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
    throw invalid('Exactly one of logGroupName and logGroupIdentifier must be specified.');
  }
  const name = logGroupName ?? nameOf(call, logGroupIdentifier ?? '');
  if (name === undefined) throw noGroup();
  return name;
}

const DAY = 86_400_000;

/** Events before this time are gone. */
export const keptSince = ({ retentionInDays }: LogGroup, now: number): number =>
  retentionInDays === undefined ? Number.NEGATIVE_INFINITY : now - retentionInDays * DAY;
