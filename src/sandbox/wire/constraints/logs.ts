import { AwsError } from '../../types.ts';
import { unit } from './monitoring.ts';
import type { ServiceConstraints } from './types.ts';

const groupName = { min: 1, max: 512, pattern: '[\\.\\-_/#A-Za-z0-9]+' };
const streamName = { min: 1, max: 512, pattern: '[^:*]*' };
const filterName = { min: 1, max: 512, pattern: '[^:*]*' };
const identifier = { min: 1, max: 2048, pattern: '[\\w#+=/:,.@-]*(:\\*)?' };
const taggedArn = { min: 1, max: 1011, pattern: '[\\w+=/:,.@\\-*]*' };
const limit50 = { min: 1, max: 50 };
const filterPattern = { max: 1024 };
const time = { min: 0 };
const tagKey = { min: 1, max: 128, pattern: '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+)' };

/** Amazon CloudWatch Logs API Reference, API version 2014-03-28, "Request Parameters" of each action. */
export const logs: ServiceConstraints = {
  members: {
    logGroupName: groupName,
    logStreamName: streamName,
    filterName,
    filterNamePrefix: filterName,
    logGroupIdentifier: identifier,
    logGroupNamePrefix: groupName,
    logGroupNamePattern: { max: 512, pattern: '[\\.\\-_/#A-Za-z0-9]*' },
    logStreamNamePrefix: streamName,
    logStreamNames: { min: 1, max: 100 },
    'logStreamNames[]': streamName,
    logGroupClass: { values: ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY'] },
    filterPattern,
    metricTransformations: { min: 1, max: 1 },
    metricName: { max: 255, pattern: '[^:*$]*' },
    metricNamespace: { max: 255, pattern: '[^:*$]*' },
    resourceArn: taggedArn,
    'tagKeys[]': tagKey,
    startTime: time,
    endTime: time,
    limit: limit50,
    orderBy: { values: ['LogStreamName', 'LastEventTime'] },
    policyDocument: { min: 1, max: 5120 },
    logEventMessages: { min: 1, max: 50 },
    'logEventMessages[]': { min: 1 },
    logEvents: { min: 1, max: 10_000 },
  },
  operations: {
    GetLogEvents: { limit: { min: 1, max: 10_000 } },
    FilterLogEvents: { limit: { min: 1, max: 10_000 } },
    DescribeMetricFilters: { limit: limit50 },
    UntagLogGroup: { tags: { min: 1 }, 'tags[]': tagKey },
  },
  structures: {
    InputLogEvent: { timestamp: time, message: { min: 1 } },
    MetricTransformation: {
      metricName: { max: 255, pattern: '[^:*$]*' },
      metricNamespace: { max: 255, pattern: '[^:*$]*' },
      metricValue: { max: 100 },
      unit,
    },
  },
  refusal: (violations) =>
    new AwsError(
      'InvalidParameterException',
      `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected: ${violations.map(({ text }) => text).join('; ')}`,
    ),
};
