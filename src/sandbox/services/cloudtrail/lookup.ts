import type * as cloudtrail from '@aws-sdk/client-cloudtrail';
import { AwsError, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { marker, position } from '../page.ts';
import type { World } from '../world.ts';
import { attributeTest, event } from './events.ts';

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
const PAGE = 50;
const DAYS_90 = 90 * 86_400_000;

function tokenPosition(token: string, length: number): number {
  try {
    return position(token, length);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(
      'InvalidNextTokenException',
      'A token that is not valid, or a token that was previously used in a request with different parameters.',
    );
  }
}

export const lookupOperations = ({ trail }: World): readonly Operation[] => [
  operation<cloudtrail.LookupEventsRequest, cloudtrail.LookupEventsResponse>({
    name: 'LookupEvents',
    readOnly: true,
    authorize: () => [{ action: 'cloudtrail:LookupEvents', resource: '*' }],
    handle: (input, { caller, region, now }) => {
      const from = Math.max(input.StartTime?.getTime() ?? 0, now - DAYS_90);
      const until = input.EndTime?.getTime() ?? Number.POSITIVE_INFINITY;
      if (input.StartTime !== undefined && input.StartTime.getTime() > until) {
        throw new AwsError('InvalidTimeRangeException', 'StartTime must be before EndTime.');
      }
      // There are no Insights events here.
      if (input.EventCategory === 'insight') return { Events: [] };
      const matches = attributeTest(input.LookupAttributes);
      const found = trail.history(caller.accountId, from, until).filter((record) => {
        const time = Date.parse(record.eventTime);
        return record.awsRegion === region && time >= from && time <= until && matches(record);
      });
      // Newest first. New events come while a client pages: positions count from the oldest, so that they stay.
      const newest =
        input.NextToken === undefined ? found.length : tokenPosition(input.NextToken, found.length);
      const end = Math.max(0, newest - (input.MaxResults ?? PAGE));
      return {
        Events: found.slice(end, newest).reverse().map(event),
        ...(end > 0 && { NextToken: marker(end) }),
      };
    },
  }),
];
