import type { RequestContext } from '../../../engine/index.ts';
import type { Authorization, Call } from '../../types.ts';
import { groupArn, type LogsState, placeOfCall } from './state.ts';

/**
 * What log operations ask. A log group is `log-group:NAME:*` in policies of all actions but those of tags, which name
 * it without `:*`; what is asked for ends in an empty log stream then (seen in denials).
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 */
export class Ask {
  readonly #state: LogsState;

  constructor(state: LogsState) {
    this.#state = state;
  }

  group(action: string, call: Call, name: string, context: RequestContext = {}): readonly Authorization[] {
    return this.stream(action, call, name, '', context);
  }

  stream(
    action: string,
    call: Call,
    group: string,
    stream: string,
    context: RequestContext = {},
  ): readonly Authorization[] {
    const resource = `${groupArn(call.caller.accountId, call.region, group)}:log-stream:${stream}`;
    return [{ action: `logs:${action}`, resource, context: { ...this.#tags(call, group), ...context } }];
  }

  /** TagResource, UntagResource, ListTagsForResource. */
  tagging(action: string, call: Call, arn: string, context: RequestContext = {}): readonly Authorization[] {
    const name = arn.startsWith(groupArn(call.caller.accountId, call.region, ''))
      ? arn.split(':').slice(6).join(':').replace(/:\*$/, '')
      : undefined;
    const tags = name === undefined ? {} : this.#tags(call, name);
    return [
      { action: `logs:${action}`, resource: arn.replace(/:\*$/, ''), context: { ...tags, ...context } },
    ];
  }

  /** Actions without a resource type. */
  any(action: string): readonly Authorization[] {
    return [{ action: `logs:${action}`, resource: '*' }];
  }

  #tags(call: Call, group: string): RequestContext {
    const tags = placeOfCall(this.#state, call).groups.get(group)?.tags ?? [];
    return Object.fromEntries([...tags].map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
  }
}

export function requestTags(tags: Readonly<Record<string, string>> | undefined): RequestContext {
  const entries = Object.entries(tags ?? {});
  if (entries.length === 0) return {};
  return {
    'aws:TagKeys': entries.map(([key]) => key),
    ...Object.fromEntries(entries.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
  };
}
