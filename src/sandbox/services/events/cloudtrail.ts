import type { CloudTrailRecord } from '../../../trail/index.ts';
import { uuid } from '../../state/ids.ts';
import { busArn } from './buses.ts';
import type { Events } from './context.ts';
import type { Json } from './pattern/index.ts';
import type { Router } from './router.ts';

/** What CloudTrail takes to hand a record on; also what keeps a rule that causes records from running in a circle at once. */
const DELAY_MS = 1_000;

/** "Events from the following AWS STS APIs are change events, even though they start with the verb Get." */
const changes = new Set(['GetFederationToken', 'GetSessionToken']);

const detailTypes: Readonly<Record<string, string>> = {
  AwsConsoleSignIn: 'AWS Console Sign In via CloudTrail',
  AwsServiceEvent: 'AWS Service Event via CloudTrail',
};

/**
 * "To record events with one of the CloudTrail detail-type values, you must enable a CloudTrail trail with logging
 * enabled": CloudTrail calls this for what one of its trails logs, management and data events alike.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export function putRecord(events: Events, router: Router, record: CloudTrailRecord): void {
  const {
    recipientAccountId: account,
    awsRegion: region,
    eventSource,
    eventName,
    eventTime,
    eventType,
  } = record;
  const bus = events.busAt(busArn(region, account, 'default'));
  if (bus === undefined || bus.rules.size === 0) return;
  const readOnly =
    record.managementEvent !== false &&
    record.readOnly === true &&
    !(eventSource === 'sts.amazonaws.com' && changes.has(eventName));
  router.put(
    bus,
    {
      version: '0',
      id: uuid(events.world.store.random),
      'detail-type': detailTypes[eventType] ?? 'AWS API Call via CloudTrail',
      source: `aws.${eventSource.split('.')[0]}`,
      account,
      time: eventTime,
      region,
      resources: [],
      detail: record as unknown as Json,
    },
    Date.parse(eventTime) + DELAY_MS,
    { hops: 0, readOnly },
  );
}
