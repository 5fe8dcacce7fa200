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
 * Management events reach the default bus of the account and region that they are recorded in. Unlike on AWS no trail
 * needs to be logging for that.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export function listenToCloudTrail(events: Events, router: Router): void {
  const { trail, store } = events.world;
  trail.listen(
    (record) => put(events, router, record, uuid(store.random)),
    ({ account, region }) =>
      (events.state.buses.get(busArn(region, account, 'default'))?.rules.size ?? 0) > 0,
  );
}

function put(events: Events, router: Router, record: CloudTrailRecord, id: string): void {
  const {
    recipientAccountId: account,
    awsRegion: region,
    eventSource,
    eventName,
    eventTime,
    eventType,
  } = record;
  const bus = events.busAt(busArn(region, account, 'default'));
  if (bus === undefined || record.managementEvent === false) return;
  const readOnly =
    record.readOnly === true && !(eventSource === 'sts.amazonaws.com' && changes.has(eventName));
  router.put(
    bus,
    {
      version: '0',
      id,
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
