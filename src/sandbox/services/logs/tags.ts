import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import { AwsError, type Call, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { type Ask, requestTags } from './ask.ts';
import { findGroup, groupArn, invalid, type LogGroup, type LogsState, nameOf, placeOfCall } from './state.ts';

const MOST = 50;
const KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

/** Throws what AWS says of tags that can't be added. */
export function checkTags(present: ReadonlyMap<string, string>, add: Readonly<Record<string, string>>): void {
  const entries = Object.entries(add);
  for (const [key, value] of entries) {
    if (!KEY.test(key) || !VALUE.test(value) || /^aws:/i.test(key)) {
      throw invalid(
        `1 validation error detected: Value at 'tags' failed to satisfy constraint: invalid tag '${key}'`,
      );
    }
  }
  if (new Set([...present.keys(), ...Object.keys(add)]).size > MOST) {
    throw new AwsError(
      'TooManyTagsException',
      'The maximum number of tags for the resource has been exceeded.',
    );
  }
}

/** Tags of log groups; the operations by name are deprecated and still answered. */
export function tagOperations(state: LogsState, ask: Ask): readonly Operation[] {
  const byArn = (call: Call, arn: string): LogGroup => {
    const name = arn.startsWith('arn:') ? nameOf(call, arn) : undefined;
    const group = name === undefined ? undefined : placeOfCall(state, call).groups.get(name);
    if (group === undefined) {
      throw new AwsError('ResourceNotFoundException', `The specified resource does not exist: ${arn}`);
    }
    return group;
  };
  const tag = (group: LogGroup, tags: Readonly<Record<string, string>>): object => {
    checkTags(group.tags, tags);
    for (const [key, value] of Object.entries(tags)) group.tags.set(key, value);
    return {};
  };
  const untag = (group: LogGroup, keys: readonly string[]): object => {
    for (const key of keys) group.tags.delete(key);
    return {};
  };
  const named = (action: string, call: Call, name: string, context = {}) =>
    ask.tagging(action, call, groupArn(call.caller.accountId, call.region, name), context);

  return [
    operation<logs.TagResourceRequest, object>({
      name: 'TagResource',
      readOnly: false,
      authorize: ({ resourceArn, tags }, call) =>
        ask.tagging('TagResource', call, resourceArn, requestTags(tags)),
      handle: ({ resourceArn, tags }, call) => tag(byArn(call, resourceArn), tags),
    }),
    operation<logs.UntagResourceRequest, object>({
      name: 'UntagResource',
      readOnly: false,
      authorize: ({ resourceArn, tagKeys }, call) =>
        ask.tagging('UntagResource', call, resourceArn, { 'aws:TagKeys': tagKeys }),
      handle: ({ resourceArn, tagKeys }, call) => untag(byArn(call, resourceArn), tagKeys),
    }),
    operation<logs.ListTagsForResourceRequest, logs.ListTagsForResourceResponse>({
      name: 'ListTagsForResource',
      readOnly: true,
      authorize: ({ resourceArn }, call) => ask.tagging('ListTagsForResource', call, resourceArn),
      handle: ({ resourceArn }, call) => ({ tags: Object.fromEntries(byArn(call, resourceArn).tags) }),
    }),
    operation<logs.TagLogGroupRequest, object>({
      name: 'TagLogGroup',
      readOnly: false,
      authorize: ({ logGroupName, tags }, call) =>
        named('TagLogGroup', call, logGroupName, requestTags(tags)),
      handle: ({ logGroupName, tags }, call) => tag(findGroup(state, call, logGroupName), tags),
    }),
    operation<logs.UntagLogGroupRequest, object>({
      name: 'UntagLogGroup',
      readOnly: false,
      authorize: ({ logGroupName, tags }, call) =>
        named('UntagLogGroup', call, logGroupName, { 'aws:TagKeys': tags }),
      handle: ({ logGroupName, tags }, call) => untag(findGroup(state, call, logGroupName), tags),
    }),
    operation<logs.ListTagsLogGroupRequest, logs.ListTagsLogGroupResponse>({
      name: 'ListTagsLogGroup',
      readOnly: true,
      authorize: ({ logGroupName }, call) => named('ListTagsLogGroup', call, logGroupName),
      handle: ({ logGroupName }, call) => ({
        tags: Object.fromEntries(findGroup(state, call, logGroupName).tags),
      }),
    }),
  ];
}
