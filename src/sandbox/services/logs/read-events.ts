import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { Ask } from './ask.ts';
import { eventBytes } from './ingest.ts';
import { readToken } from './page.ts';
import { matches, parsePattern } from './pattern/index.ts';
import { LogText } from './pattern/log-text.ts';
import {
  chosenName,
  findGroup,
  invalid,
  keptSince,
  type LogEvent,
  type LogGroup,
  type LogsState,
} from './state.ts';
import { findStream } from './streams.ts';

const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_048_576;

export const readEventsOperations = (state: LogsState, ask: Ask): readonly Operation[] => [
  operation<logs.GetLogEventsRequest, logs.GetLogEventsResponse>({
    name: 'GetLogEvents',
    readOnly: true,
    authorize: (input, call) =>
      ask.stream('GetLogEvents', call, chosenName(call, input), input.logStreamName),
    handle: (input, call) => {
      const group = findGroup(state, call, chosenName(call, input));
      refuseInfrequent(group);
      const all = within(group, findStream(group, input.logStreamName).events, input, call.now);
      const token = input.nextToken === undefined ? undefined : readPlace(input.nextToken);
      const forward = token === undefined ? input.startFromHead === true : token.forward;
      const rest = all.filter(({ id }) => token === undefined || (forward ? id > token.id : id < token.id));
      const events = fitting(forward ? rest : rest.reverse(), input.limit ?? MOST_EVENTS);
      if (!forward) events.reverse();
      // "If you have reached the end of the stream, it returns the same token you passed in."
      const [first] = events;
      const last = events.at(-1);
      return {
        events: events.map(({ timestamp, message, ingestedAt }) => ({
          timestamp,
          message,
          ingestionTime: ingestedAt,
        })),
        nextForwardToken: `f/${last?.id ?? token?.id ?? ZERO}/s`,
        nextBackwardToken: `b/${first?.id ?? token?.id ?? ZERO}/s`,
      };
    },
  }),
  operation<logs.FilterLogEventsRequest, logs.FilterLogEventsResponse>({
    name: 'FilterLogEvents',
    readOnly: true,
    authorize: (input, call) => ask.group('FilterLogEvents', call, chosenName(call, input)),
    handle: (input, call) => {
      const group = findGroup(state, call, chosenName(call, input));
      refuseInfrequent(group);
      const { logStreamNames, logStreamNamePrefix: prefix, filterPattern = '' } = input;
      if (logStreamNames !== undefined && prefix !== undefined) {
        throw invalid('You cannot specify both logStreamNames and logStreamNamePrefix.');
      }
      for (const name of logStreamNames ?? []) findStream(group, name);
      const parsed = parsePattern(filterPattern);
      if (!parsed.ok) throw invalid(`Invalid filter pattern: ${parsed.message}`);
      const after = input.nextToken === undefined ? '' : readToken(input.nextToken);
      const found = [...group.streams.values()]
        .filter(({ name }) => logStreamNames?.includes(name) ?? name.startsWith(prefix ?? ''))
        .flatMap(({ name, events }) =>
          within(group, events, input, call.now).map((event) => ({
            event,
            name,
            key: `${event.id} ${name}`,
          })),
        )
        .filter(({ key, event }) => key > after && matches(parsed.pattern, new LogText(event.message)))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
      const sizes = fitting(
        found.map((item) => ({ ...item, message: item.event.message })),
        input.limit ?? MOST_EVENTS,
      );
      const last = sizes.at(-1);
      return {
        events: sizes.map(({ event, name }) => ({
          logStreamName: name,
          timestamp: event.timestamp,
          message: event.message,
          ingestionTime: event.ingestedAt,
          eventId: event.id,
        })),
        searchedLogStreams: [],
        ...(last !== undefined &&
          sizes.length < found.length && {
            nextToken: Buffer.from(`k:${last.key}`).toString('base64'),
          }),
      };
    },
  }),
];

const ZERO = '0'.repeat(56);

/** "Events with a timestamp equal to startTime or later … equal to or later than endTime are not included." */
function within(
  group: LogGroup,
  events: readonly LogEvent[],
  { startTime, endTime }: { startTime?: number | undefined; endTime?: number | undefined },
  now: number,
): LogEvent[] {
  const from = Math.max(startTime ?? 0, keptSince(group, now));
  const until = endTime ?? Number.POSITIVE_INFINITY;
  return events.filter(({ timestamp }) => timestamp >= from && timestamp < until);
}

/** As many as fit into one answer: "up to 1 MB (up to 10,000 log events)". */
function fitting<T extends { readonly message: string }>(all: readonly T[], limit: number): T[] {
  let bytes = 0;
  const end = all.findIndex(({ message }, i) => {
    bytes += eventBytes(message);
    return i >= limit || (i > 0 && bytes > MOST_BYTES);
  });
  return all.slice(0, end === -1 ? all.length : end);
}

function readPlace(token: string): { forward: boolean; id: string } {
  const match = /^([fb])\/(\d{56})(?:\/s)?$/.exec(token);
  if (match === null) throw invalid('The specified nextToken is invalid.');
  return { forward: match[1] === 'f', id: match[2] ?? ZERO };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html; unverified: the words. */
export function refuseInfrequent({ logClass }: LogGroup): void {
  if (logClass !== 'STANDARD') {
    throw invalid(`This operation is not supported for log groups of class ${logClass}.`);
  }
}
