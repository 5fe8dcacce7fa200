import { isFields } from './record.ts';

/** What a parsed JSON value turned out to hold. */
export interface Unwrapped {
  /** Candidates for records, still to be validated. */
  readonly candidates: unknown[];
  digests: number;
  /** CloudTrail Insights records: no API calls. */
  insights: number;
  /** S3 event notifications: they name log files and hold none. */
  notifications: number;
}

export const nothingUnwrapped = (): Unwrapped => ({
  candidates: [],
  digests: 0,
  insights: 0,
  notifications: 0,
});

// LookupEvents > CloudTrailEvent, logEvents > message > detail: three levels are real, more are an attempt at the stack.
const maxDepth = 6;

/**
 * Takes the packaging off: `{"Records":[…]}`, arrays, LookupEvents output (records as strings in `CloudTrailEvent`),
 * EventBridge events (`detail`), CloudWatch Logs subscriptions and `filter-log-events` (`message`), data sets with the
 * record under `event`.
 */
export function unwrap(value: unknown, into: Unwrapped, depth = 0): void {
  if (depth > maxDepth) {
    into.candidates.push(value);
  } else if (Array.isArray(value)) {
    for (const item of value) unwrap(item, into, depth + 1);
  } else if (!isFields(value)) {
    into.candidates.push(value);
  } else if (typeof value['eventName'] === 'string' && typeof value['eventTime'] === 'string') {
    if (typeof value['eventSource'] === 'string' && value['eventSource'].startsWith('aws:'))
      into.notifications++;
    else into.candidates.push(value);
  } else if (typeof value['digestStartTime'] === 'string' && Array.isArray(value['logFiles'])) {
    into.digests++;
  } else if (isFields(value['insightDetails'])) {
    into.insights++;
  } else {
    const inner = innerOf(value);
    if (inner === undefined) into.candidates.push(value);
    else unwrap(inner, into, depth + 1);
  }
}

function innerOf(value: Readonly<Record<string, unknown>>): unknown {
  for (const key of ['Records', 'Events', 'logEvents', 'events']) {
    if (Array.isArray(value[key])) return value[key];
  }
  for (const key of ['CloudTrailEvent', 'message']) {
    const text = value[key];
    if (typeof text === 'string') return parsed(text);
  }
  if (isFields(value['detail'])) return value['detail'];
  if (isFields(value['event'])) return value['event'];
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
