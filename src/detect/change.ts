import {
  type CloudTrailRecord,
  callerOf,
  changedRoleOf,
  eventKey,
  isDenied,
  isSuccess,
  type RecordCaller,
} from '../trail/index.ts';
import { trustText } from './trust.ts';

/** One attempt to write a trust policy. Services' calls count: CloudFormation changes trust for whoever drives it. */
export interface TrustChange {
  readonly key: string;
  /** ms of event time. */
  readonly time: number;
  readonly eventName: 'UpdateAssumeRolePolicy' | 'CreateRole';
  readonly eventId: string;
  readonly account: string;
  readonly caller: RecordCaller;
  readonly source: string;
  readonly role: { readonly name: string; readonly account: string; readonly arn?: string };
  readonly outcome: 'done' | 'denied' | 'failed';
  /** The document as recorded; absent in denials. */
  readonly document?: string;
}

export function toTrustChange(record: CloudTrailRecord): TrustChange | undefined {
  const { eventName } = record;
  if (record.eventSource !== 'iam.amazonaws.com') return undefined;
  if (eventName !== 'UpdateAssumeRolePolicy' && eventName !== 'CreateRole') return undefined;
  const role = changedRoleOf(record);
  if (role === undefined) return undefined;
  const parameter = eventName === 'CreateRole' ? 'assumeRolePolicyDocument' : 'policyDocument';
  const document = trustText(record.requestParameters?.[parameter]);
  return {
    key: eventKey(record),
    time: Date.parse(record.eventTime),
    eventName,
    eventId: record.eventID,
    account: record.recipientAccountId,
    caller: callerOf(record),
    source: record.sourceIPAddress,
    role,
    outcome: isSuccess(record) ? 'done' : isDenied(record) ? 'denied' : 'failed',
    ...(document === undefined ? {} : { document }),
  };
}

/** One name a role, whatever its path and case: IAM's names are unique in an account without case. */
export const roleKey = (change: TrustChange): string =>
  `${change.role.account}/${change.role.name.toLowerCase()}`;
