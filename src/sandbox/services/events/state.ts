import type { Target } from '@aws-sdk/client-eventbridge';
import type { Tags } from '../../state/model.ts';
import type { StoredPolicy } from '../../state/stored-policy.ts';

export interface Bus {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdAt: number;
  modifiedAt: number;
  description?: string;
  kmsKey?: string;
  /** Of an SQS queue. */
  deadLetterArn?: string;
  logConfig?: { readonly IncludeDetail?: string; readonly Level?: string };
  policy?: StoredPolicy;
  readonly tags: Tags;
  /** By name. */
  readonly rules: Map<string, Rule>;
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly busArn: string;
  pattern?: string;
  schedule?: string;
  state: string;
  description?: string;
  roleArn?: string;
  readonly createdBy: string;
  readonly tags: Tags;
  /** By id, in the order in which they came. */
  readonly targets: Map<string, Target>;
}

/** An invocation that did not come about. */
export interface FailedInvocation {
  readonly at: number;
  readonly ruleArn: string;
  readonly targetId: string;
  readonly targetArn: string;
  readonly eventId: string;
  readonly reason: string;
}

export interface EventsState {
  /** By ARN. */
  readonly buses: Map<string, Bus>;
  /** By ARN. */
  readonly rules: Map<string, Rule>;
  failures: FailedInvocation[];
}

export const emptyEvents = (): EventsState => ({ buses: new Map(), rules: new Map(), failures: [] });
