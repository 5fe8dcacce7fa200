import { invalid } from './errors.ts';

type Check = (value: string) => boolean;

const bool: Check = (value) => value === 'true' || value === 'false';
const anyText: Check = () => true;
const json: Check = (value) => value === '' || isJsonObject(value);
const roleArn: Check = (value) => value === '' || /^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(value);
const rate: Check = (value) => value === '' || (/^\d{1,3}$/.test(value) && Number(value) <= 100);

const feedback = ['HTTP', 'Firehose', 'Lambda', 'Application', 'SQS'].flatMap((kind): [string, Check][] => [
  [`${kind}SuccessFeedbackRoleArn`, roleArn],
  [`${kind}SuccessFeedbackSampleRate`, rate],
  [`${kind}FailureFeedbackRoleArn`, roleArn],
]);

/** Attributes of a topic that can be set, Policy and FifoTopic aside (SetTopicAttributes, API reference). */
const topicChecks = new Map<string, Check>([
  ['DisplayName', (value) => value.length <= 100],
  ['DeliveryPolicy', json],
  ['KmsMasterKeyId', anyText],
  ['TracingConfig', (value) => value === 'PassThrough' || value === 'Active'],
  ['SignatureVersion', (value) => value === '1' || value === '2'],
  ...feedback,
]);

const fifoChecks = new Map<string, Check>([
  ['ContentBasedDeduplication', bool],
  ['FifoThroughputScope', (value) => value === 'Topic' || value === 'MessageGroup'],
  ['ArchivePolicy', json],
]);

/** Throws InvalidParameter unless a topic can have this attribute with this value. */
export function checkTopicAttribute(name: string, value: string, fifo: boolean): void {
  const check = topicChecks.get(name) ?? (fifo ? fifoChecks.get(name) : undefined);
  if (check === undefined) {
    throw invalid(
      fifoChecks.has(name) ? 'Attributes' : 'AttributeName',
      fifoChecks.has(name) ? `${name} is only for FIFO topics` : undefined,
    );
  }
  if (!check(value)) throw invalid(name);
}

export function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

interface RetryPolicy {
  readonly minDelayTarget?: number;
  readonly maxDelayTarget?: number;
  readonly numRetries?: number;
}

/** What SNS does when neither topic nor subscription says otherwise ("Amazon SNS message delivery retries"). */
const standard = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: 'linear',
};

interface DeliveryPolicy {
  readonly http?: {
    readonly defaultHealthyRetryPolicy?: RetryPolicy | null;
    readonly disableSubscriptionOverrides?: boolean;
    readonly defaultRequestPolicy?: object | null;
  };
  readonly healthyRetryPolicy?: RetryPolicy | null;
}

const read = (text: string | undefined): DeliveryPolicy =>
  text === undefined || text === '' ? {} : (JSON.parse(text) as DeliveryPolicy);

/** EffectiveDeliveryPolicy of a topic. */
export function topicDelivery(text: string | undefined): string {
  const { http = {} } = read(text);
  return JSON.stringify({
    http: {
      defaultHealthyRetryPolicy: { ...standard, ...http.defaultHealthyRetryPolicy },
      disableSubscriptionOverrides: http.disableSubscriptionOverrides ?? false,
      defaultRequestPolicy: http.defaultRequestPolicy ?? { headerContentType: 'text/plain; charset=UTF-8' },
    },
  });
}

/** EffectiveDeliveryPolicy of a subscription: its own, then its topic's. */
export function subscriptionDelivery(topic: string | undefined, own: string | undefined): string {
  const { http = {} } = read(topic);
  const override = http.disableSubscriptionOverrides === true ? undefined : read(own).healthyRetryPolicy;
  return JSON.stringify({
    healthyRetryPolicy: { ...standard, ...http.defaultHealthyRetryPolicy, ...override },
    sicklyRetryPolicy: null,
    throttlePolicy: null,
    requestPolicy: http.defaultRequestPolicy ?? { headerContentType: 'text/plain; charset=UTF-8' },
    guaranteed: false,
  });
}

/** Retries and the seconds before each, of an effective policy of a subscription. */
export function retriesOf(effective: string): { retries: number; delay: (attempt: number) => number } {
  const { healthyRetryPolicy } = JSON.parse(effective) as { healthyRetryPolicy: Required<RetryPolicy> };
  const { numRetries, minDelayTarget: least, maxDelayTarget: most } = healthyRetryPolicy;
  const step = numRetries > 1 ? (most - least) / (numRetries - 1) : 0;
  return {
    retries: Math.min(Math.max(0, numRetries), 100),
    delay: (attempt) => Math.min(Math.max(1, least + step * attempt), 3_600),
  };
}
