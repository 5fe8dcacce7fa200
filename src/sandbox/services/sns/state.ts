import type { Tags } from '../../state/model.ts';
import type { StoredPolicy } from '../../state/stored-policy.ts';
import type { Delivery } from './deliveries.ts';
import type { Mail } from './inbox.ts';

export interface Topic {
  readonly arn: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdAt: number;
  /** As given: DisplayName, DeliveryPolicy, KmsMasterKeyId … Policy is kept apart. */
  readonly attributes: Map<string, string>;
  policy: StoredPolicy;
  dataProtection?: string;
  readonly tags: Tags;
  /** In the order in which they were made. */
  readonly subscriptions: Map<string, Subscription>;
  removedSubscriptions: number;
  /** FIFO topics: of the last message. */
  sequence: number;
  /** FIFO topics: what was published in the last five minutes, by deduplication id. */
  readonly recent: Map<
    string,
    { readonly at: number; readonly messageId: string; readonly sequence: string }
  >;
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  /** Account of who subscribed. */
  readonly owner: string;
  /** ARN of who subscribed. */
  readonly principal: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly attributes: Map<string, string>;
  confirmed: boolean;
  /** Confirmed by a signed ConfirmSubscription, or by subscribing what needs no confirmation. */
  authenticated: boolean;
  authenticateOnUnsubscribe: boolean;
  token: string;
  /** ms */
  tokenExpires: number;
}

export interface SnsState {
  /** By ARN. */
  readonly topics: Map<string, Topic>;
  readonly subscriptions: Map<string, Subscription>;
  /** What the signing key is made of; made when first needed. */
  seed?: Uint8Array;
  /** HTTP deliveries that have not succeeded yet, by id. */
  readonly deliveries: Map<string, Delivery>;
  inbox: Mail[];
}

export const emptySns = (): SnsState => ({
  topics: new Map(),
  subscriptions: new Map(),
  deliveries: new Map(),
  inbox: [],
});
