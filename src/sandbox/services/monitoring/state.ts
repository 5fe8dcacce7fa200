import type { Call } from '../../types.ts';
import type { World } from '../world.ts';

/** All of CloudWatch, by `account:region`. */
export interface MonitoringState {
  readonly places: Map<string, Place>;
}

export interface Place {
  readonly accountId: string;
  readonly region: string;
  /** By `metricKey`. */
  readonly metrics: Map<string, Metric>;
  readonly alarms: Map<string, Alarm>;
  /** Oldest first. */
  readonly history: HistoryItem[];
}

export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  /** Sorted by name. */
  readonly dimensions: readonly (readonly [string, string])[];
}

export interface Metric extends MetricName {
  /** By unit; `None` without one. */
  readonly series: Map<string, Series>;
}

/** Points by the time (ms) at which their minute begins, or their second at high resolution. */
export interface Series {
  readonly points: Map<number, Point>;
  latest: number;
}

export interface Point {
  count: number;
  sum: number;
  min: number;
  max: number;
  /** How often each value was measured; undefined: only the sums are known, so there are no percentiles. */
  values: Map<number, number> | undefined;
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface Condition {
  readonly value: AlarmState;
  readonly reason: string;
  readonly reasonData?: string;
  readonly at: number;
}

/** What PutMetricAlarm sets. */
export interface AlarmConfiguration {
  readonly description?: string;
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
  readonly metric: MetricName;
  /** `Sum`, `p99` */
  readonly statistic: string;
  readonly extended: boolean;
  /** Given as an entry of `Metrics`, with this id. */
  readonly query?: { readonly id: string; readonly label?: string };
  /** ms */
  readonly period: number;
  readonly unit?: string;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm?: number;
  readonly threshold: number;
  readonly operator: Operator;
  readonly treatMissingData?: TreatMissingData;
  readonly lowSamples?: 'evaluate' | 'ignore';
}

export type TreatMissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';
export type Operator =
  | 'GreaterThanOrEqualToThreshold'
  | 'GreaterThanThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

export interface Alarm {
  readonly name: string;
  readonly arn: string;
  configuration: AlarmConfiguration;
  actionsEnabled: boolean;
  configuredAt: number;
  condition: Condition;
  /** When the value last became another one. */
  transitionedAt: number;
  readonly tags: Map<string, string>;
  /** When it will be evaluated next; undefined: nothing can change by time alone. */
  due?: number;
}

export interface HistoryItem {
  readonly alarm: string;
  readonly at: number;
  readonly type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
  readonly summary: string;
  readonly data: string;
}

export interface Dashboard {
  readonly name: string;
  readonly arn: string;
  /** JSON, as given. */
  readonly body: string;
  readonly modifiedAt: number;
  readonly tags: Map<string, string>;
}

/** Of one account, by name: they have no region. */
export type Dashboards = Map<string, Dashboard>;

export function dashboardsOf({ own }: Pick<World, 'own'>, accountId: string): Dashboards {
  const accounts = own('dashboards', () => new Map<string, Dashboards>());
  let dashboards = accounts.get(accountId);
  if (dashboards === undefined) {
    dashboards = new Map();
    accounts.set(accountId, dashboards);
  }
  return dashboards;
}

export const dashboardArn = (accountId: string, name: string): string =>
  `arn:aws:cloudwatch::${accountId}:dashboard/${name}`;

export const monitoringState = ({ own }: Pick<World, 'own'>): MonitoringState =>
  own('monitoring', () => ({ places: new Map() }));

export function placeOf(state: MonitoringState, accountId: string, region: string): Place {
  const key = `${accountId}:${region}`;
  let place = state.places.get(key);
  if (place === undefined) {
    place = { accountId, region, metrics: new Map(), alarms: new Map(), history: [] };
    state.places.set(key, place);
  }
  return place;
}

export const placeOfCall = (state: MonitoringState, call: Call): Place =>
  placeOf(state, call.caller.accountId, call.region);

export const alarmArn = (accountId: string, region: string, name: string): string =>
  `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;

/** A metric is its namespace, its name and all its dimensions. */
export const metricKey = ({ namespace, name, dimensions }: MetricName): string =>
  JSON.stringify([namespace, name, ...dimensions]);

export const sortedDimensions = (
  dimensions: readonly { Name?: string | undefined; Value?: string | undefined }[] | undefined,
): MetricName['dimensions'] =>
  (dimensions ?? [])
    .map(({ Name = '', Value = '' }) => [Name, Value] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

export const dimensionList = ({ dimensions }: MetricName): { Name: string; Value: string }[] =>
  dimensions.map(([Name, Value]) => ({ Name, Value }));
