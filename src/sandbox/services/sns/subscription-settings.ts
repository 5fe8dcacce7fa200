import { isJsonObject } from './attributes.ts';
import { invalid } from './errors.ts';
import { checkFilterPolicy } from './filter.ts';

const scopes = ['MessageAttributes', 'MessageBody'];

/** Attributes of a subscription that can be set (SetSubscriptionAttributes, API reference). */
const names = new Set([
  'DeliveryPolicy',
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
  'SubscriptionRoleArn',
  'ReplayPolicy',
]);

/** Sets one attribute of a copy; throws InvalidParameter. Empty values remove. */
export function setSetting(
  attributes: ReadonlyMap<string, string>,
  protocol: string,
  name: string,
  value: string,
): Map<string, string> {
  const after = new Map(attributes);
  if (!names.has(name)) throw invalid('AttributeName');
  if (value === '' || (name === 'FilterPolicy' && value.trim() === '{}')) {
    after.delete(name);
    return after;
  }
  if (name === 'RawMessageDelivery') {
    if (!['true', 'false'].includes(value.toLowerCase()))
      throw invalid('RawMessageDelivery', `Invalid value [${value}]. Must be true or false.`);
    if (!['http', 'https', 'sqs', 'firehose'].includes(protocol) && value.toLowerCase() === 'true') {
      throw invalid(`Delivery protocol [${protocol}] does not support raw message delivery.`);
    }
    after.set(name, value.toLowerCase());
    return after;
  }
  if (name === 'FilterPolicyScope' && !scopes.includes(value)) {
    throw invalid(
      `FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
    );
  }
  if (['DeliveryPolicy', 'RedrivePolicy', 'ReplayPolicy'].includes(name) && !isJsonObject(value)) {
    throw invalid(`${name}: failed to parse JSON.`);
  }
  after.set(name, value);
  const filter = after.get('FilterPolicy');
  if (filter !== undefined) checkFilterPolicy(filter, after.get('FilterPolicyScope') ?? 'MessageAttributes');
  return after;
}
