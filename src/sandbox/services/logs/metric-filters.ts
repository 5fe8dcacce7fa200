import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import { AwsError, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { Ask } from './ask.ts';
import { byText, page } from './page.ts';
import { extractAll, selectorOf } from './pattern/extract.ts';
import { matches, parsePattern, regexCount } from './pattern/index.ts';
import { LogText } from './pattern/log-text.ts';
import { numberOf } from './pattern/scan.ts';
import type { Pattern } from './pattern/types.ts';
import { refuseInfrequent } from './read-events.ts';
import {
  findGroup,
  invalid,
  type LogGroup,
  type LogsState,
  type MetricFilter,
  placeOfCall,
  type Transformation,
} from './state.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const MOST_FILTERS = 100;
const MOST_REGEX_FILTERS = 5;
const MOST_DIMENSIONS = 3;
const PAGE = 50;

export const metricFilterOperations = (state: LogsState, ask: Ask): readonly Operation[] => [
  operation<logs.PutMetricFilterRequest, object>({
    name: 'PutMetricFilter',
    readOnly: false,
    authorize: ({ logGroupName }, call) => ask.group('PutMetricFilter', call, logGroupName),
    handle: (input, call) => {
      const group = findGroup(state, call, input.logGroupName);
      refuseInfrequent(group);
      const pattern = readPattern(input.filterPattern);
      const metric = readTransformation(input.metricTransformations, pattern);
      checkQuota(group, input.filterName, pattern);
      group.filters.set(input.filterName, {
        name: input.filterName,
        pattern: input.filterPattern,
        createdAt: call.now,
        applyOnTransformedLogs: input.applyOnTransformedLogs ?? false,
        metric,
        minutes: new Map(),
      });
      return {};
    },
  }),
  operation<logs.DeleteMetricFilterRequest, object>({
    name: 'DeleteMetricFilter',
    readOnly: false,
    authorize: ({ logGroupName }, call) => ask.group('DeleteMetricFilter', call, logGroupName),
    handle: ({ logGroupName, filterName }, call) => {
      const group = findGroup(state, call, logGroupName);
      if (!group.filters.delete(filterName)) {
        throw new AwsError('ResourceNotFoundException', 'The specified metric filter does not exist.');
      }
      return {};
    },
  }),
  operation<logs.DescribeMetricFiltersRequest, logs.DescribeMetricFiltersResponse>({
    name: 'DescribeMetricFilters',
    readOnly: true,
    authorize: ({ logGroupName }, call) => ask.group('DescribeMetricFilters', call, logGroupName ?? ''),
    handle: (input, call) => {
      const { logGroupName, filterNamePrefix = '', metricName, metricNamespace } = input;
      if ((metricName === undefined) !== (metricNamespace === undefined)) {
        throw invalid('metricName and metricNamespace must be specified together.');
      }
      const groups =
        logGroupName === undefined
          ? [...placeOfCall(state, call).groups.values()]
          : [findGroup(state, call, logGroupName)];
      const found = groups
        .flatMap((group) => [...group.filters.values()].map((filter) => ({ group, filter })))
        .filter(
          ({ filter: { name, metric } }) =>
            name.startsWith(filterNamePrefix) &&
            (metricName === undefined ||
              (metric.name === metricName && metric.namespace === metricNamespace)),
        )
        .sort(byText(keyOf));
      const { items, nextToken } = page(found, keyOf, input.nextToken, input.limit ?? PAGE);
      return {
        metricFilters: items.map(({ group, filter }) => describe(group, filter)),
        ...(nextToken !== undefined && { nextToken }),
      };
    },
  }),
  operation<logs.TestMetricFilterRequest, logs.TestMetricFilterResponse>({
    name: 'TestMetricFilter',
    readOnly: true,
    authorize: () => ask.any('TestMetricFilter'),
    handle: ({ filterPattern, logEventMessages }) => {
      const pattern = readPattern(filterPattern);
      return {
        matches: logEventMessages.flatMap((eventMessage, i) => {
          const log = new LogText(eventMessage);
          return matches(pattern, log)
            ? [{ eventNumber: i + 1, eventMessage, extractedValues: extractAll(pattern, log) }]
            : [];
        }),
      };
    },
  }),
];

const keyOf = ({ group, filter }: { group: LogGroup; filter: MetricFilter }): string =>
  `${filter.name} ${group.name}`;

function readPattern(text: string): Pattern {
  const parsed = parsePattern(text);
  if (!parsed.ok) throw invalid(`Invalid metric filter pattern: ${parsed.message}`);
  return parsed.pattern;
}

function checkQuota(group: LogGroup, name: string, pattern: Pattern): void {
  const others = [...group.filters.values()].filter((filter) => filter.name !== name);
  const withRegex = others.filter((filter) => {
    const parsed = parsePattern(filter.pattern);
    return parsed.ok && regexCount(parsed.pattern) > 0;
  });
  if (others.length >= MOST_FILTERS || (regexCount(pattern) > 0 && withRegex.length >= MOST_REGEX_FILTERS)) {
    throw new AwsError('LimitExceededException', 'Resource limit exceeded.');
  }
}

/** unverified: the wordings, apart from that of dimensions with a default value (seen in Terraform's issues). */
function readTransformation(
  transformations: readonly logs.MetricTransformation[],
  pattern: Pattern,
): Transformation {
  const [given] = transformations;
  if (given === undefined || transformations.length !== 1) {
    throw invalid('Exactly one metric transformation must be specified.');
  }
  const { metricName = '', metricNamespace = '', metricValue = '', defaultValue, dimensions, unit } = given;
  if (numberOf(metricValue) === undefined && !refersTo(pattern, metricValue)) {
    throw invalid(`Invalid metric transformation: invalid metric value: '${metricValue}'`);
  }
  const named = Object.entries(dimensions ?? {});
  if (named.length > 0 && defaultValue !== undefined) {
    throw invalid(
      'Invalid metric transformation: dimensions and default value are mutually exclusive properties.',
    );
  }
  if (named.length > MOST_DIMENSIONS) {
    throw invalid(`Invalid metric transformation: more than ${MOST_DIMENSIONS} dimensions.`);
  }
  for (const [key, value] of named) {
    // "Dimension names must contain only ASCII characters, must include at least one non-whitespace character, and cannot
    // start with a colon"
    if (!/^(?!:)(?=.*\S)\p{ASCII}{1,255}$/su.test(key) || !refersTo(pattern, value)) {
      throw invalid(`Invalid metric transformation: invalid dimension '${key}': '${value}'`);
    }
  }
  return {
    name: metricName,
    namespace: metricNamespace,
    value: metricValue,
    ...(defaultValue !== undefined && { defaultValue }),
    ...(named.length > 0 && { dimensions: Object.fromEntries(named) }),
    ...(unit !== undefined && { unit }),
  };
}

/** Whether a value names something that the pattern takes out of messages: `$.latency`, `$bytes`. */
function refersTo(pattern: Pattern, reference: string): boolean {
  if (pattern.kind === 'json') return selectorOf(reference) !== undefined;
  if (pattern.kind !== 'fields') return false;
  const names = [...pattern.before, ...(pattern.after ?? [])].map(({ name }) => `$${name}`);
  return reference !== '$' && (names.includes(reference) || /^\$\d+$/.test(reference));
}

const describe = (group: LogGroup, filter: MetricFilter): logs.MetricFilter => ({
  filterName: filter.name,
  filterPattern: filter.pattern,
  metricTransformations: [
    {
      metricName: filter.metric.name,
      metricNamespace: filter.metric.namespace,
      metricValue: filter.metric.value,
      ...(filter.metric.defaultValue !== undefined && { defaultValue: filter.metric.defaultValue }),
      ...(filter.metric.dimensions !== undefined && { dimensions: { ...filter.metric.dimensions } }),
      ...(filter.metric.unit !== undefined && { unit: filter.metric.unit as logs.StandardUnit }),
    },
  ],
  creationTime: filter.createdAt,
  logGroupName: group.name,
  applyOnTransformedLogs: filter.applyOnTransformedLogs,
});
