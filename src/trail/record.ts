import { createHash } from 'node:crypto';
import type { CloudTrailRecord, UserIdentity } from './types.ts';

type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTime = (value: unknown): value is string =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) &&
  !Number.isNaN(Date.parse(value));

/** What makes an object no record we can use; undefined when it is one. */
export function whyNoRecord(value: unknown): string | undefined {
  if (!isFields(value)) return 'is no JSON object';
  if (typeof value['eventName'] !== 'string' || value['eventName'] === '') return 'has no eventName';
  if (typeof value['eventSource'] !== 'string' || value['eventSource'] === '') return 'has no eventSource';
  if (value['eventTime'] === undefined) return 'has no eventTime';
  if (!isTime(value['eventTime'])) return 'has an eventTime that is no UTC time (2026-11-23T03:15:00Z)';
  return undefined;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const fieldsOrNull = (value: unknown): Fields | null => (isFields(value) ? value : null);
const identityTexts = [
  'type',
  'principalId',
  'arn',
  'accountId',
  'accessKeyId',
  'userName',
  'invokedBy',
] as const;
const optionalTexts = [
  'errorCode',
  'errorMessage',
  'requestID',
  'sharedEventID',
  'eventCategory',
  'vpcEndpointId',
  'vpcEndpointAccountId',
] as const;

/**
 * A record whose declared fields have their declared types, so that no reader further on has to doubt them. Old
 * records and examples lack fields: those get the empty value of their type, and a missing eventID a stable
 * `no-event-id-…` made of the content, so that duplicates stay recognisable. Call only when `whyNoRecord` is silent.
 */
export function toRecord(value: Fields): CloudTrailRecord {
  if (isComplete(value)) return value as unknown as CloudTrailRecord;
  const identity = toIdentity(value['userIdentity']);
  const entries = new Map(Object.entries(value));
  for (const key of optionalTexts) if (typeof value[key] !== 'string') entries.delete(key);
  if (!Array.isArray(value['resources']) || !value['resources'].every(isFields)) entries.delete('resources');
  for (const key of ['eventVersion', 'awsRegion', 'sourceIPAddress', 'userAgent', 'eventType']) {
    entries.set(key, text(value[key]));
  }
  entries.set('userIdentity', identity);
  entries.set('requestParameters', fieldsOrNull(value['requestParameters']));
  entries.set('responseElements', fieldsOrNull(value['responseElements']));
  entries.set('recipientAccountId', text(value['recipientAccountId']) || (identity.accountId ?? ''));
  entries.set('eventID', text(value['eventID']) || `no-event-id-${digest(value)}`);
  return Object.fromEntries(entries) as unknown as CloudTrailRecord;
}

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

const isTextOrAbsent = (value: unknown): boolean => value === undefined || typeof value === 'string';
const isFieldsOrNull = (value: unknown): boolean => value === null || isFields(value);

/** The usual case, without a copy: everything that AWS writes today is there. */
function isComplete(value: Fields): boolean {
  return (
    typeof value['eventVersion'] === 'string' &&
    typeof value['awsRegion'] === 'string' &&
    typeof value['sourceIPAddress'] === 'string' &&
    typeof value['userAgent'] === 'string' &&
    typeof value['eventType'] === 'string' &&
    typeof value['recipientAccountId'] === 'string' &&
    typeof value['eventID'] === 'string' &&
    value['eventID'] !== '' &&
    isFieldsOrNull(value['requestParameters']) &&
    isFieldsOrNull(value['responseElements']) &&
    optionalTexts.every((key) => isTextOrAbsent(value[key])) &&
    (value['resources'] === undefined ||
      (Array.isArray(value['resources']) && value['resources'].every(isFields))) &&
    isIdentity(value['userIdentity'])
  );
}

function isIdentity(value: unknown): boolean {
  if (!isFields(value) || typeof value['type'] !== 'string') return false;
  if (!identityTexts.every((key) => isTextOrAbsent(value[key]))) return false;
  const session = value['sessionContext'];
  if (session === undefined) return true;
  if (!isFields(session) || !isTextOrAbsent(session['sourceIdentity'])) return false;
  return ['sessionIssuer', 'attributes'].every((key) => session[key] === undefined || isTexts(session[key]));
}

const isTexts = (value: unknown): boolean =>
  isFields(value) && Object.values(value).every((field) => typeof field === 'string');

/** Keeps what has the declared type. Root records of 2014 and service events have identities without a `type`. */
function toIdentity(value: unknown): UserIdentity {
  if (!isFields(value)) return { type: 'Unknown' };
  const entries = new Map(Object.entries(value));
  for (const key of identityTexts) if (typeof value[key] !== 'string') entries.delete(key);
  if (!entries.has('type')) entries.set('type', 'Unknown');
  const session = value['sessionContext'];
  if (!isFields(session)) {
    entries.delete('sessionContext');
  } else {
    const kept = new Map(Object.entries(session));
    for (const key of ['sessionIssuer', 'attributes']) {
      const inner = session[key];
      if (isFields(inner)) {
        kept.set(
          key,
          Object.fromEntries(Object.entries(inner).filter(([, field]) => typeof field === 'string')),
        );
      } else {
        kept.delete(key);
      }
    }
    if (typeof session['sourceIdentity'] !== 'string') kept.delete('sourceIdentity');
    entries.set('sessionContext', Object.fromEntries(kept));
  }
  return Object.fromEntries(entries) as unknown as UserIdentity;
}
