import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { Ask } from './ask.ts';
import { append, eventBytes } from './ingest.ts';
import type { Emit } from './metric-emission.ts';
import { findGroup, invalid, keptSince, type LogGroup, type LogsState } from './state.ts';
import { findStream, uploadToken } from './streams.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const MOST_BYTES = 1_048_576;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const putEventsOperations = (state: LogsState, ask: Ask, emit: Emit): readonly Operation[] => [
  operation<logs.PutLogEventsRequest, logs.PutLogEventsResponse>({
    name: 'PutLogEvents',
    readOnly: false,
    authorize: ({ logGroupName, logStreamName }, call) =>
      ask.stream('PutLogEvents', call, logGroupName, logStreamName),
    handle: ({ logGroupName, logStreamName, logEvents }, call) => {
      const group = findGroup(state, call, logGroupName);
      const stream = findStream(group, logStreamName);
      const events = logEvents.map(({ timestamp = 0, message = '' }) => ({ timestamp, message }));
      checkBatch(events);
      const { accepted, rejected } = sortOut(group, events, call.now);
      emit(group, append(group, stream, accepted, call.now), call.now);
      return {
        nextSequenceToken: uploadToken(stream),
        ...(rejected !== undefined && { rejectedLogEventsInfo: rejected }),
      };
    },
    // What was logged isn't part of the record of its logging.
    trail: ({ logGroupName, logStreamName }) => ({
      requestParameters: { logGroupName, logStreamName },
      dataEvent: true,
    }),
  }),
];

type Event = { readonly timestamp: number; readonly message: string };

function checkBatch(events: readonly Event[]): void {
  const bytes = events.reduce((sum, { message }) => sum + eventBytes(message), 0);
  if (bytes > MOST_BYTES) {
    throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${MOST_BYTES}`);
  }
  for (const [i, { timestamp }] of events.entries()) {
    if (timestamp < (events[i - 1]?.timestamp ?? 0)) {
      throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
    }
  }
  if ((events.at(-1)?.timestamp ?? 0) - (events[0]?.timestamp ?? 0) > DAY) {
    throw invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
}

/**
 * "None of the log events in the batch can be more than 2 hours in the future … more than 14 days in the past. Also,
 * none of the log events can be from earlier than the retention period of the log group." The others are accepted.
 */
function sortOut(group: LogGroup, events: readonly Event[], now: number) {
  const late = events.findIndex(({ timestamp }) => timestamp > now + 2 * HOUR);
  const end = late === -1 ? events.length : late;
  const before = (since: number): number => {
    const first = events.findIndex(({ timestamp }) => timestamp >= since);
    return first === -1 ? events.length : first;
  };
  const old = before(now - 14 * DAY);
  const expired = before(keptSince(group, now));
  const rejected: logs.RejectedLogEventsInfo = {
    ...(late !== -1 && { tooNewLogEventStartIndex: late }),
    ...(old > 0 && { tooOldLogEventEndIndex: old }),
    ...(expired > 0 && { expiredLogEventEndIndex: expired }),
  };
  return {
    accepted: events.slice(Math.max(old, expired), end),
    rejected: Object.keys(rejected).length === 0 ? undefined : rejected,
  };
}
