import type * as cw from '@aws-sdk/client-cloudwatch';
import { parseArn } from '../../../base/index.ts';
import type { Input } from '../operation.ts';
import { badCombination, missing, validation } from './errors.ts';
import { type AlarmConfiguration, type MetricName, type Operator, sortedDimensions } from './state.ts';
import { isExtendedStatistic, isPlainStatistic } from './statistics.ts';

const DAY = 86_400;
const MOST_ACTIONS = 5;

/** PutMetricAlarm's input as a configuration; throws what AWS says of what can't be one. */
export function readConfiguration(input: Input<cw.PutMetricAlarmInput>, region: string): AlarmConfiguration {
  const watched = readWatched(input);
  checkPeriods(watched.period, input);
  const { Threshold, DatapointsToAlarm, EvaluationPeriods = 1 } = input;
  if (input.ThresholdMetricId !== undefined || /Lower|Upper/.test(input.ComparisonOperator ?? '')) {
    throw notServed('anomaly detection');
  }
  if (Threshold === undefined) throw missing('Threshold');
  if (DatapointsToAlarm !== undefined && DatapointsToAlarm > EvaluationPeriods) {
    throw validation('DatapointsToAlarm must be less than or equal to EvaluationPeriods.');
  }
  const actions = {
    OK: input.OKActions ?? [],
    ALARM: input.AlarmActions ?? [],
    INSUFFICIENT_DATA: input.InsufficientDataActions ?? [],
  };
  for (const list of Object.values(actions)) checkActions(list, region);
  return {
    ...(input.AlarmDescription !== undefined && { description: input.AlarmDescription }),
    actions,
    ...watched,
    period: watched.period * 1000,
    evaluationPeriods: EvaluationPeriods,
    ...(DatapointsToAlarm !== undefined && { datapointsToAlarm: DatapointsToAlarm }),
    threshold: Threshold,
    operator: input.ComparisonOperator as Operator,
    ...(input.TreatMissingData !== undefined && {
      treatMissingData: input.TreatMissingData as NonNullable<AlarmConfiguration['treatMissingData']>,
    }),
    ...(input.EvaluateLowSampleCountPercentile !== undefined && {
      lowSamples: input.EvaluateLowSampleCountPercentile as NonNullable<AlarmConfiguration['lowSamples']>,
    }),
  };
}

const notServed = (what: string): Error =>
  validation(`The sandbox does not serve ${what} in alarms; it serves single metrics with a threshold.`);

interface Watched {
  readonly metric: MetricName;
  readonly statistic: string;
  readonly extended: boolean;
  /** seconds */
  readonly period: number;
  readonly unit?: string;
  readonly query?: { readonly id: string; readonly label?: string };
}

function readWatched(input: Input<cw.PutMetricAlarmInput>): Watched {
  const { MetricName: name, Namespace: namespace, Statistic, ExtendedStatistic, Metrics } = input;
  if (Metrics !== undefined) {
    if (
      name !== undefined ||
      namespace !== undefined ||
      Statistic !== undefined ||
      input.Period !== undefined
    ) {
      throw badCombination('The parameters Metrics and MetricName cannot be used together.');
    }
    return readQuery(Metrics);
  }
  if (name === undefined) throw missing('MetricName');
  if (namespace === undefined) throw missing('Namespace');
  if (input.Period === undefined) throw missing('Period');
  if (Statistic !== undefined && ExtendedStatistic !== undefined) {
    throw badCombination('The parameters Statistic and ExtendedStatistic cannot be used together.');
  }
  const statistic = Statistic ?? ExtendedStatistic;
  if (statistic === undefined)
    throw validation('Exactly one of Statistic and ExtendedStatistic is required.');
  checkStatistic(statistic, ExtendedStatistic !== undefined);
  return {
    metric: { namespace, name, dimensions: sortedDimensions(input.Dimensions) },
    statistic,
    extended: ExtendedStatistic !== undefined,
    period: input.Period,
    ...(input.Unit !== undefined && { unit: input.Unit }),
  };
}

function readQuery(queries: readonly cw.MetricDataQuery[]): Watched {
  const [query] = queries;
  const { MetricStat: asked, Id: id = '', Label: label } = query ?? {};
  if (queries.length !== 1 || asked === undefined) throw notServed('metric math');
  const { Metric: metric, Period: period, Stat: statistic, Unit: unit } = asked;
  if (metric?.MetricName === undefined) throw missing('MetricName');
  if (metric.Namespace === undefined) throw missing('Namespace');
  if (period === undefined) throw missing('Period');
  if (statistic === undefined) throw missing('Stat');
  const extended = !isPlainStatistic(statistic);
  checkStatistic(statistic, extended);
  return {
    metric: {
      namespace: metric.Namespace,
      name: metric.MetricName,
      dimensions: sortedDimensions(metric.Dimensions),
    },
    statistic,
    extended,
    period,
    ...(unit !== undefined && { unit }),
    query: { id, ...(label !== undefined && { label }) },
  };
}

function checkStatistic(name: string, extended: boolean): void {
  if (extended ? isExtendedStatistic(name) : isPlainStatistic(name)) return;
  throw validation(`Invalid ${extended ? 'extended statistic' : 'statistic'}: ${name}`);
}

function checkPeriods(period: number, { EvaluationPeriods = 1 }: Input<cw.PutMetricAlarmInput>): void {
  if (period !== 10 && period !== 20 && period !== 30 && !(period > 0 && period % 60 === 0)) {
    throw validation('Period must be 10, 20, 30 or a multiple of 60');
  }
  const most = period >= 3600 ? 7 * DAY : DAY;
  if (period * EvaluationPeriods > most) {
    throw validation(
      `Metrics cannot be checked across more than ${most === DAY ? 'a day' : '7 days'} (EvaluationPeriods * Period must be <= ${most}).`,
    );
  }
}

function checkActions(actions: readonly string[], region: string): void {
  if (actions.length > MOST_ACTIONS) throw validation(`At most ${MOST_ACTIONS} actions can be specified.`);
  if (new Set(actions).size < actions.length) throw validation('Alarm actions must not contain duplicates');
  for (const action of actions) {
    if (!/^arn:[^:]+:[a-z0-9-]+:[^:]*:[^:]*:.+$/.test(action)) {
      throw validation(`Invalid arn syntax: ${action}`);
    }
    // unverified: of which services but SNS; the words are of people's reports.
    const { service, region: at } = parseArn(action) ?? {};
    if (service === 'sns' && at !== region) {
      throw validation(`Invalid region ${at} specified. Only ${region} is supported.`);
    }
  }
}
