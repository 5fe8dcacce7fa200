import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import { AwsError, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { type Ask, requestTags } from './ask.ts';
import { byText, page } from './page.ts';
import { findGroup, groupArn, invalid, type LogGroup, type LogsState, nameOf, placeOfCall } from './state.ts';
import { checkTags } from './tags.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** "Setting the log group class to DELIVERY: log data is deleted after two days, and it can't be changed." */
const DELIVERY_DAYS = 2;
const PAGE = 50;

const nameKey = ({ name }: LogGroup): string => name;

export const groupOperations = (state: LogsState, ask: Ask): readonly Operation[] => [
  operation<logs.CreateLogGroupRequest, object>({
    name: 'CreateLogGroup',
    readOnly: false,
    authorize: ({ logGroupName, tags }, call) => [
      ...ask.group('CreateLogGroup', call, logGroupName, requestTags(tags)),
      ...(tags === undefined
        ? []
        : ask.tagging(
            'TagResource',
            call,
            groupArn(call.caller.accountId, call.region, logGroupName),
            requestTags(tags),
          )),
    ],
    handle: ({ logGroupName: name, tags, kmsKeyId, logGroupClass, deletionProtectionEnabled }, call) => {
      const { groups } = placeOfCall(state, call);
      if (groups.has(name)) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      }
      checkTags(new Map(), tags ?? {});
      // There is no KMS here, hence no key: the answer of AWS for a key that doesn't exist.
      if (kmsKeyId !== undefined) throw invalid('The specified KMS Key Id could not be found.');
      const { accountId } = call.caller;
      groups.set(name, {
        name,
        arn: groupArn(accountId, call.region, name),
        accountId,
        region: call.region,
        createdAt: call.now,
        logClass: (logGroupClass ?? 'STANDARD') as LogGroup['logClass'],
        ...(logGroupClass === 'DELIVERY' && { retentionInDays: DELIVERY_DAYS }),
        deletionProtected: deletionProtectionEnabled ?? false,
        tags: new Map(Object.entries(tags ?? {})),
        streams: new Map(),
        filters: new Map(),
      });
      return {};
    },
  }),
  operation<logs.DeleteLogGroupRequest, object>({
    name: 'DeleteLogGroup',
    readOnly: false,
    authorize: ({ logGroupName }, call) => ask.group('DeleteLogGroup', call, logGroupName),
    handle: ({ logGroupName }, call) => {
      const group = findGroup(state, call, logGroupName);
      if (group.deletionProtected) {
        // unverified: AWS's words.
        throw new AwsError('ValidationException', 'The log group is protected from deletion.');
      }
      placeOfCall(state, call).groups.delete(logGroupName);
      return {};
    },
  }),
  operation<logs.PutLogGroupDeletionProtectionRequest, object>({
    name: 'PutLogGroupDeletionProtection',
    readOnly: false,
    authorize: ({ logGroupIdentifier }, call) =>
      ask.group(
        'PutLogGroupDeletionProtection',
        call,
        nameOf(call, logGroupIdentifier) ?? logGroupIdentifier,
      ),
    handle: ({ logGroupIdentifier, deletionProtectionEnabled }, call) => {
      const group = findGroup(state, call, nameOf(call, logGroupIdentifier) ?? '');
      group.deletionProtected = deletionProtectionEnabled;
      return {};
    },
  }),
  operation<logs.PutRetentionPolicyRequest, object>({
    name: 'PutRetentionPolicy',
    readOnly: false,
    authorize: ({ logGroupName }, call) => ask.group('PutRetentionPolicy', call, logGroupName),
    handle: ({ logGroupName, retentionInDays }, call) => {
      const group = findGroup(state, call, logGroupName);
      if (!retentions.includes(retentionInDays)) {
        throw invalid(
          `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${retentions.join(', ')}]`,
        );
      }
      refuseDelivery(group);
      group.retentionInDays = retentionInDays;
      return {};
    },
  }),
  operation<logs.DeleteRetentionPolicyRequest, object>({
    name: 'DeleteRetentionPolicy',
    readOnly: false,
    authorize: ({ logGroupName }, call) => ask.group('DeleteRetentionPolicy', call, logGroupName),
    handle: ({ logGroupName }, call) => {
      const group = findGroup(state, call, logGroupName);
      refuseDelivery(group);
      delete group.retentionInDays;
      return {};
    },
  }),
  operation<logs.DescribeLogGroupsRequest, logs.DescribeLogGroupsResponse>({
    name: 'DescribeLogGroups',
    readOnly: true,
    authorize: (_, call) => ask.group('DescribeLogGroups', call, ''),
    handle: (input, call) => {
      const {
        logGroupNamePrefix: prefix,
        logGroupNamePattern: part,
        logGroupIdentifiers,
        logGroupClass,
      } = input;
      if (prefix !== undefined && part !== undefined) {
        throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
      }
      const names = logGroupIdentifiers?.map((identifier) => nameOf(call, identifier));
      const found = [...placeOfCall(state, call).groups.values()]
        .filter(
          ({ name, logClass }) =>
            name.startsWith(prefix ?? '') &&
            name.toLowerCase().includes((part ?? '').toLowerCase()) &&
            (names === undefined || names.includes(name)) &&
            (logGroupClass === undefined || logGroupClass === logClass),
        )
        .sort(byText(nameKey));
      const { items, nextToken } = page(found, nameKey, input.nextToken, input.limit ?? PAGE);
      return { logGroups: items.map(describe), ...(nextToken !== undefined && { nextToken }) };
    },
  }),
];

function refuseDelivery({ logClass }: LogGroup): void {
  // unverified: AWS's words.
  if (logClass === 'DELIVERY')
    throw invalid('The retention of a log group of class DELIVERY cannot be changed.');
}

function describe(group: LogGroup): logs.LogGroup {
  const bytes = [...group.streams.values()].reduce((sum, { storedBytes }) => sum + storedBytes, 0);
  return {
    logGroupName: group.name,
    creationTime: group.createdAt,
    ...(group.retentionInDays !== undefined && { retentionInDays: group.retentionInDays }),
    metricFilterCount: group.filters.size,
    arn: `${group.arn}:*`,
    storedBytes: bytes,
    logGroupClass: group.logClass,
    logGroupArn: group.arn,
    deletionProtectionEnabled: group.deletionProtected,
  };
}
