import type * as cloudtrail from '@aws-sdk/client-cloudtrail';
import type { CloudTrailRecord } from '../../../trail/index.ts';
import { AwsError } from '../../types.ts';

const keyOf = (record: CloudTrailRecord): string | undefined => record.userIdentity.accessKeyId;

/** What LookupEvents calls the user: the user's name, the session's name, `root`. */
function usernameOf({
  userIdentity: { type, userName, principalId, accountId },
}: CloudTrailRecord): string | undefined {
  if (type === 'Root') return 'root';
  if (type === 'AssumedRole' || type === 'FederatedUser') return principalId?.split(':')[1];
  return userName ?? (type === 'AWSAccount' ? accountId : undefined);
}

type Resource = { readonly ResourceType: string; readonly ResourceName: string };

const named: Readonly<Record<string, string>> = {
  userName: 'AWS::IAM::User',
  roleName: 'AWS::IAM::Role',
  groupName: 'AWS::IAM::Group',
  policyArn: 'AWS::IAM::Policy',
  accessKeyId: 'AWS::IAM::AccessKey',
  bucketName: 'AWS::S3::Bucket',
};

/** The things that an event is about, by ARN where the record has one, else by the name in the request. */
function resourcesOf(record: CloudTrailRecord): Resource[] {
  const own = (record.resources ?? []).map(({ type = '', ARN = '' }) => ({
    ResourceType: type,
    ResourceName: ARN,
  }));
  const asked = Object.entries(record.requestParameters ?? {}).flatMap(([member, value]) => {
    const ResourceType = named[member];
    return ResourceType === undefined || typeof value !== 'string'
      ? []
      : { ResourceType, ResourceName: value };
  });
  const credentials = record.responseElements?.['credentials'] as { accessKeyId?: string } | undefined;
  const made = credentials?.accessKeyId;
  return [...own, ...asked, ...(made ? [{ ResourceType: 'AWS::IAM::AccessKey', ResourceName: made }] : [])];
}

export const event = (record: CloudTrailRecord): cloudtrail.Event => ({
  EventId: record.eventID,
  EventName: record.eventName,
  ReadOnly: String(record.readOnly ?? false),
  ...(keyOf(record) !== undefined && { AccessKeyId: keyOf(record) }),
  EventTime: new Date(record.eventTime),
  EventSource: record.eventSource,
  ...(usernameOf(record) !== undefined && { Username: usernameOf(record) }),
  Resources: resourcesOf(record),
  CloudTrailEvent: JSON.stringify(record),
});

const attributes: Readonly<Record<string, (record: CloudTrailRecord) => readonly (string | undefined)[]>> = {
  EventId: (r) => [r.eventID],
  EventName: (r) => [r.eventName],
  ReadOnly: (r) => [String(r.readOnly ?? false)],
  Username: (r) => [usernameOf(r)],
  EventSource: (r) => [r.eventSource],
  AccessKeyId: (r) => [keyOf(r)],
  ResourceType: (r) => resourcesOf(r).map(({ ResourceType }) => ResourceType),
  ResourceName: (r) => resourcesOf(r).map(({ ResourceName }) => ResourceName),
};

/** Compiles LookupAttributes; AWS takes one at a time. */
export function attributeTest(
  asked: readonly cloudtrail.LookupAttribute[] | undefined,
): (record: CloudTrailRecord) => boolean {
  const [first, ...more] = asked ?? [];
  if (first === undefined) return () => true;
  const values = attributes[first.AttributeKey ?? ''];
  if (more.length > 0 || values === undefined) {
    throw new AwsError('InvalidLookupAttributesException', 'LookupAttributes must hold one valid attribute.');
  }
  return (record) => values(record).includes(first.AttributeValue);
}
