import { isoSeconds } from '../../../base/index.ts';
import { uuid } from '../../state/ids.ts';
import type { World } from '../world.ts';
import type { Organization } from './state.ts';

/**
 * What Organizations itself did in the background, as CloudTrail tells the management account (eventType AwsServiceEvent).
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_security_incident-response.html
 */
export function recordEvent(
  { trail, store }: World,
  { managementAccountId }: Organization,
  eventName: string,
  at: number,
  serviceEventDetails: Readonly<Record<string, unknown>>,
): void {
  const service = 'organizations.amazonaws.com';
  const record = {
    eventVersion: '1.11',
    userIdentity: { type: 'AWSService', accountId: managementAccountId, invokedBy: service },
    eventTime: isoSeconds(at),
    eventSource: service,
    eventName,
    awsRegion: 'us-east-1',
    sourceIPAddress: service,
    userAgent: service,
    requestParameters: null,
    responseElements: null,
    eventID: uuid(store.random),
    readOnly: false,
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: managementAccountId,
    serviceEventDetails,
    eventCategory: 'Management',
  };
  trail.add(record);
}
