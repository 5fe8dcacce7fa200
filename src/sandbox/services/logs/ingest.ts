import type { LogEvent, LogGroup, LogStream } from './state.ts';
import { keptSince } from './state.ts';

/** "The maximum batch size is … calculated as the sum of all event messages in UTF-8, plus 26 bytes for each" */
export const EVENT_OVERHEAD = 26;

export const eventBytes = (message: string): number => Buffer.byteLength(message) + EVENT_OVERHEAD;

/** Puts events into a stream, in order of their time, and forgets those that the group's retention is over for. */
export function append(
  group: LogGroup,
  stream: LogStream,
  events: readonly { timestamp: number; message: string }[],
  now: number,
): readonly LogEvent[] {
  const kept = events.map(({ timestamp, message }): LogEvent => {
    stream.received++;
    stream.storedBytes += eventBytes(message);
    return { timestamp, ingestedAt: now, message, id: eventId(timestamp, stream.received) };
  });
  const before = stream.events.at(-1);
  stream.events.push(...kept);
  const [first] = kept;
  // Batches are in order; a batch may begin before the end of the one before.
  if (first !== undefined && before !== undefined && first.timestamp < before.timestamp) {
    stream.events.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
  stream.lastIngestion = now;
  forget(stream, keptSince(group, now));
  return kept;
}

function forget(stream: LogStream, since: number): void {
  const first = stream.events.findIndex(({ timestamp }) => timestamp >= since);
  const gone = stream.events.splice(0, first === -1 ? stream.events.length : first);
  for (const { message } of gone) stream.storedBytes -= eventBytes(message);
}

/** 56 digits, like AWS's: time first, then arrival. */
const eventId = (timestamp: number, number: number): string =>
  `${String(timestamp).padStart(20, '0')}${String(number).padStart(36, '0')}`;
