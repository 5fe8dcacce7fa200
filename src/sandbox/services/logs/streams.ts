import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import { AwsError, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { Ask } from './ask.ts';
import { byText, page } from './page.ts';
import {
  chosenName,
  findGroup,
  invalid,
  type LogGroup,
  type LogStream,
  type LogsState,
  noStream,
} from './state.ts';

const PAGE = 50;

export const newStream = (name: string, now: number): LogStream => ({
  name,
  createdAt: now,
  events: [],
  storedBytes: 0,
  received: 0,
});

export function findStream(group: LogGroup, name: string): LogStream {
  const stream = group.streams.get(name);
  if (stream === undefined) throw noStream();
  return stream;
}

export const streamOperations = (state: LogsState, ask: Ask): readonly Operation[] => [
  operation<logs.CreateLogStreamRequest, object>({
    name: 'CreateLogStream',
    readOnly: false,
    authorize: ({ logGroupName, logStreamName }, call) =>
      ask.stream('CreateLogStream', call, logGroupName, logStreamName),
    handle: ({ logGroupName, logStreamName }, call) => {
      const { streams } = findGroup(state, call, logGroupName);
      if (streams.has(logStreamName)) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      }
      streams.set(logStreamName, newStream(logStreamName, call.now));
      return {};
    },
  }),
  operation<logs.DeleteLogStreamRequest, object>({
    name: 'DeleteLogStream',
    readOnly: false,
    authorize: ({ logGroupName, logStreamName }, call) =>
      ask.stream('DeleteLogStream', call, logGroupName, logStreamName),
    handle: ({ logGroupName, logStreamName }, call) => {
      const group = findGroup(state, call, logGroupName);
      group.streams.delete(findStream(group, logStreamName).name);
      return {};
    },
  }),
  operation<logs.DescribeLogStreamsRequest, logs.DescribeLogStreamsResponse>({
    name: 'DescribeLogStreams',
    readOnly: true,
    authorize: (input, call) => ask.group('DescribeLogStreams', call, chosenName(call, input)),
    handle: (input, call) => {
      const group = findGroup(state, call, chosenName(call, input));
      const { logStreamNamePrefix: prefix, orderBy = 'LogStreamName', descending = false } = input;
      if (prefix !== undefined && orderBy === 'LastEventTime') {
        throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
      }
      const key = (stream: LogStream): string =>
        orderBy === 'LogStreamName'
          ? stream.name
          : `${String(stream.events.at(-1)?.timestamp ?? 0).padStart(16, '0')} ${stream.name}`;
      const found = [...group.streams.values()].filter(({ name }) => name.startsWith(prefix ?? ''));
      found.sort(byText(key));
      const size = input.limit ?? PAGE;
      const { items, nextToken } = descending
        ? descendingPage(found.reverse(), key, input.nextToken, size)
        : page(found, key, input.nextToken, size);
      return {
        logStreams: items.map((stream) => describe(group, stream)),
        ...(nextToken !== undefined && { nextToken }),
      };
    },
  }),
];

/** As `page`, from the end: the token is the number of the first one that is left. */
function descendingPage<T>(
  all: readonly T[],
  key: (item: T) => string,
  token: string | undefined,
  size: number,
) {
  const places = new Map(all.map((item, i) => [item, String(i).padStart(9, '0')]));
  return page(all, (item) => places.get(item) ?? key(item), token, size);
}

function describe(group: LogGroup, stream: LogStream): logs.LogStream {
  const [first] = stream.events;
  const last = stream.events.at(-1);
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    ...(first !== undefined && { firstEventTimestamp: first.timestamp }),
    ...(last !== undefined && { lastEventTimestamp: last.timestamp }),
    ...(stream.lastIngestion !== undefined && {
      lastIngestionTime: stream.lastIngestion,
      uploadSequenceToken: uploadToken(stream),
    }),
    arn: `${group.arn}:log-stream:${stream.name}`,
    // "This parameter is no longer reported and always zero": DescribeLogStreams, since June 2019.
    storedBytes: 0,
  };
}

/** Sequence tokens are ignored by AWS since 2023, and still given out. */
export const uploadToken = ({ received }: LogStream): string => `49${String(received).padStart(54, '0')}`;
