import type { RequestContext } from '../../../engine/index.ts';
import type { Authorization, Call } from '../../types.ts';
import { alarmArn } from './state.ts';
import type { Tagged } from './tagged.ts';

type Tag = { readonly Key?: string | undefined; readonly Value?: string | undefined };

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html */
export class Ask {
  readonly #tagged: Tagged;

  constructor(tagged: Tagged) {
    this.#tagged = tagged;
  }

  any(action: string, context: RequestContext = {}): readonly Authorization[] {
    return [{ action: `cloudwatch:${action}`, resource: '*', context }];
  }

  alarm(action: string, call: Call, name: string, context: RequestContext = {}): readonly Authorization[] {
    return this.arn(action, call, alarmArn(call.caller.accountId, call.region, name), context);
  }

  /** Actions over all alarms: `alarm:*`. */
  alarms(action: string, call: Call, names?: readonly string[]): readonly Authorization[] {
    return (names ?? ['*']).flatMap((name) => this.alarm(action, call, name));
  }

  arn(action: string, call: Call, resource: string, context: RequestContext = {}): readonly Authorization[] {
    const tags = [...(this.#tagged(call, resource) ?? [])];
    const own = Object.fromEntries(tags.map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
    return [{ action: `cloudwatch:${action}`, resource, context: { ...own, ...context } }];
  }
}

export function requestTags(tags: readonly Tag[] | undefined): RequestContext {
  if (tags === undefined || tags.length === 0) return {};
  return {
    'aws:TagKeys': tags.map(({ Key = '' }) => Key),
    ...Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [`aws:RequestTag/${Key}`, Value])),
  };
}
