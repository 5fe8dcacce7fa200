import { isAccountId, parseArn } from '../../../base/index.ts';
import { invalid } from './errors.ts';

const arnOf = (service: string, resource: RegExp) => (endpoint: string) => {
  const arn = parseArn(endpoint);
  return arn?.service === service && isAccountId(arn.account) && resource.test(arn.resource);
};

const url = (scheme: string) => (endpoint: string) =>
  endpoint.startsWith(`${scheme}://`) && URL.canParse(endpoint) && !/\s/.test(endpoint);

const email = (endpoint: string) => /^[^\s@<>"',;:\\()[\]]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/.test(endpoint);

/** Endpoints that a protocol can have (Subscribe, API reference). */
const protocols = new Map<string, (endpoint: string) => boolean>([
  ['http', url('http')],
  ['https', url('https')],
  ['email', email],
  ['email-json', email],
  ['sms', (endpoint) => /^\+[1-9]\d{6,14}$/.test(endpoint)],
  ['sqs', arnOf('sqs', /^[A-Za-z0-9_-]{1,80}(\.fifo)?$/)],
  ['lambda', arnOf('lambda', /^function:[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?$/)],
  ['firehose', arnOf('firehose', /^deliverystream\/[A-Za-z0-9_.-]+$/)],
]);

/** unverified: the bounds of the text; they keep state small. */
const LONGEST = 2_048;

/** Throws InvalidParameter unless the endpoint is one of its protocol. */
export function checkEndpoint(protocol: string, endpoint: string | undefined, fifo: boolean): string {
  const fits = protocols.get(protocol);
  if (fits === undefined) throw invalid(`Does not support this protocol string: ${protocol.slice(0, 64)}`);
  if (fifo && protocol !== 'sqs')
    throw invalid(`Invalid protocol type: ${protocol}`, 'FIFO topics take SQS queues only');
  if (endpoint === undefined || endpoint.length > LONGEST || !fits(endpoint)) {
    const text = {
      email: 'Email address',
      'email-json': 'Email address',
      sqs: 'SQS endpoint ARN',
      lambda: 'Lambda endpoint ARN',
    };
    throw invalid(protocol in text ? text[protocol as keyof typeof text] : 'Endpoint');
  }
  if (fifo !== endpoint.endsWith('.fifo') && protocol === 'sqs' && !fifo) {
    throw invalid('Endpoint', 'FIFO SQS Queues can not be subscribed to standard SNS topics');
  }
  return endpoint;
}

/** Queues, functions and streams of the subscriber's own account, and phones, are subscribed at once. */
export const needsConfirmation = (protocol: string, endpoint: string, accountId: string): boolean =>
  protocol !== 'sms' && parseArn(endpoint)?.account !== accountId;
