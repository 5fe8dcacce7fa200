import type * as eb from '@aws-sdk/client-eventbridge';
import { isoSeconds, parseArn } from '../../../base/index.ts';
import { uuid } from '../../state/ids.ts';
import type { Authorization, Call, Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { meant } from './buses.ts';
import { type Events, policyOf } from './context.ts';
import { badPattern, invalid } from './errors.ts';
import { type BusEvent, entrySize, readDetail } from './event.ts';
import { type Json, matches, parsePattern } from './pattern/index.ts';
import type { Router } from './router.ts';

/** Of all entries of one call, bytes. */
const LARGEST = 262_144;

export const putEventsOperations = (events: Events, router: Router): readonly Operation[] => [
  operation<eb.PutEventsRequest, eb.PutEventsResponse>({
    name: 'PutEvents',
    readOnly: false,
    authorize: ({ Entries }, call) => Entries.map((entry) => question(events, entry, call)),
    handle: ({ Entries }, call) => {
      if (Entries.reduce((sum, entry) => sum + entrySize(entry), 0) > LARGEST) {
        throw invalid('Total size of the entries in the request is over the limit.');
      }
      const results = Entries.map((entry): eb.PutEventsResultEntry => {
        const problem = problemOf(entry);
        if (problem !== undefined) return problem;
        const arn = meant(entry.EventBusName, call);
        const event = eventOf(
          entry,
          call,
          parseArn(arn)?.region ?? call.region,
          uuid(events.world.store.random),
        );
        // An event to a bus that doesn't exist is accepted, and nobody gets it.
        const bus = events.busAt(arn);
        if (bus !== undefined) router.put(bus, event, call.now, { hops: 0, readOnly: false });
        return { EventId: event.id };
      });
      return {
        FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
        Entries: results,
      };
    },
    // unverified: that a trail must ask for these as data events; they are in no event history.
    trail: (_, output) => ({
      requestParameters: null,
      responseElements: output === undefined ? null : { failedEntryCount: output.FailedEntryCount },
      dataEvent: true,
    }),
  }),
  operation<eb.TestEventPatternRequest, eb.TestEventPatternResponse>({
    name: 'TestEventPattern',
    readOnly: true,
    authorize: () => [{ action: 'events:TestEventPattern', resource: '*' }],
    handle: ({ EventPattern, Event }) => {
      const pattern = parsePattern(EventPattern);
      if (!pattern.ok) throw badPattern(pattern.reason);
      const event = readDetail(Event);
      const needed = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];
      if (event === undefined || !needed.every((name) => Object.hasOwn(event as object, name))) {
        throw invalid(`Parameter Event is not valid: it must be a JSON object with ${needed.join(', ')}.`);
      }
      return { Result: matches(pattern.pattern, event) };
    },
  }),
];

function question(
  events: Events,
  { EventBusName, Source, DetailType }: eb.PutEventsRequestEntry,
  call: Call,
): Authorization {
  const resource = meant(EventBusName, call);
  const bus = events.busAt(resource);
  return {
    action: 'events:PutEvents',
    resource,
    resourceAccount: parseArn(resource)?.account ?? '',
    ...(bus?.policy !== undefined && { resourcePolicy: policyOf(bus) }),
    context: {
      'events:source': Source,
      'events:detail-type': DetailType,
      'events:eventBusInvocation': 'false',
    },
  };
}

const refusal = (ErrorCode: string, ErrorMessage: string): eb.PutEventsResultEntry => ({
  ErrorCode,
  ErrorMessage,
});

function problemOf({
  Source,
  DetailType,
  Detail,
}: eb.PutEventsRequestEntry): eb.PutEventsResultEntry | undefined {
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (value === undefined || value === '') {
      return refusal(
        'InvalidArgument',
        `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      );
    }
  }
  if (Source?.startsWith('aws.'))
    return refusal('NotAuthorizedForSourceException', 'Not authorized for the source.');
  return readDetail(Detail ?? '') === undefined
    ? refusal('MalformedDetail', 'Detail is malformed.')
    : undefined;
}

const eventOf = (entry: eb.PutEventsRequestEntry, call: Call, region: string, id: string): BusEvent => ({
  version: '0',
  id,
  'detail-type': entry.DetailType ?? '',
  source: entry.Source ?? '',
  account: call.caller.accountId,
  time: isoSeconds(entry.Time?.getTime() ?? call.now),
  region,
  resources: entry.Resources ?? [],
  detail: readDetail(entry.Detail ?? '') as Json,
});
