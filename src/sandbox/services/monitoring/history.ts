import type { Alarm, Condition, HistoryItem, Place } from './state.ts';
import { longTime } from './wording.ts';

/** "The history of an alarm is kept for 30 days." */
const KEPT = 30 * 86_400_000;
const MOST = 10_000;

export function note(place: Place, item: HistoryItem): void {
  place.history.push(item);
  const first = place.history.findIndex(({ at }) => at >= item.at - KEPT);
  if (first > 0) place.history.splice(0, first);
  if (place.history.length > MOST) place.history.splice(0, place.history.length - MOST * 0.9);
}

/** The JSON of an alarm in a ConfigurationUpdate. */
function configuration(alarm: Alarm): Record<string, unknown> {
  const { configuration: c } = alarm;
  return {
    threshold: c.threshold,
    namespace: c.metric.namespace,
    stateValue: alarm.condition.value,
    dimensions: c.metric.dimensions.map(([name, value]) => ({ name, value })),
    okactions: c.actions.OK,
    alarmActions: c.actions.ALARM,
    insufficientDataActions: c.actions.INSUFFICIENT_DATA,
    alarmName: alarm.name,
    alarmDescription: c.description ?? null,
    actionsEnabled: alarm.actionsEnabled,
    metricName: c.metric.name,
    period: c.period / 1000,
    [c.extended ? 'extendedStatistic' : 'statistic']: c.statistic,
    evaluationPeriods: c.evaluationPeriods,
    datapointsToAlarm: c.datapointsToAlarm ?? null,
    comparisonOperator: c.operator,
    treatMissingData: c.treatMissingData ?? null,
    alarmArn: alarm.arn,
    alarmConfigurationUpdatedTimestamp: longTime(alarm.configuredAt),
    stateUpdatedTimestamp: longTime(alarm.condition.at),
  };
}

export function noteConfiguration(
  place: Place,
  alarm: Alarm,
  type: 'Create' | 'Update' | 'Delete',
  at: number,
): void {
  const done = { Create: 'created', Update: 'updated', Delete: 'deleted' }[type];
  const member = { Create: 'createdAlarm', Update: 'updatedAlarm', Delete: 'deletedAlarm' }[type];
  note(place, {
    alarm: alarm.name,
    at,
    type: 'ConfigurationUpdate',
    summary: `Alarm "${alarm.name}" ${done}`,
    data: JSON.stringify({ version: '1.0', type, [member]: configuration(alarm) }),
  });
}

export function noteState(place: Place, alarm: Alarm, before: Condition, at: number): void {
  const form = ({ value, reason, reasonData }: Condition) => ({
    stateValue: value,
    stateReason: reason,
    ...(reasonData !== undefined && { stateReasonData: jsonOr(reasonData) }),
  });
  note(place, {
    alarm: alarm.name,
    at,
    type: 'StateUpdate',
    summary: `Alarm updated from ${before.value} to ${alarm.condition.value}`,
    data: JSON.stringify({ version: '1.0', oldState: form(before), newState: form(alarm.condition) }),
  });
}

/** SetAlarmState takes any text as reason data. */
function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function noteAction(
  place: Place,
  alarm: Alarm,
  action: string,
  outcome: { readonly error?: string; readonly message?: string },
  at: number,
): void {
  const { error, message } = outcome;
  note(place, {
    alarm: alarm.name,
    at,
    type: 'Action',
    summary:
      error === undefined
        ? `Successfully executed action ${action}`
        : `Failed to execute action ${action}. Received error: "${error}"`,
    data: JSON.stringify({
      actionState: error === undefined ? 'Succeeded' : 'Failed',
      stateUpdateTimestamp: alarm.condition.at,
      notificationResource: action,
      ...(message !== undefined && { publishedMessage: JSON.stringify({ default: message }) }),
      ...(error !== undefined && { error }),
    }),
  });
}
