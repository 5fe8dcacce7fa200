import type { CloudTrailRecord } from '../types.ts';

/** A record as AWS writes one today, fields in another order. */
export const record = (change: Partial<CloudTrailRecord> = {}): CloudTrailRecord => ({
  awsRegion: 'us-east-1',
  eventCategory: 'Management',
  eventID: '450230d4-b39e-4a18-a6a0-d07a6e2105cb',
  eventName: 'AssumeRole',
  eventSource: 'sts.amazonaws.com',
  eventTime: '2026-11-23T03:15:00Z',
  eventType: 'AwsApiCall',
  eventVersion: '1.11',
  managementEvent: true,
  readOnly: true,
  recipientAccountId: '489157521585',
  requestID: '20afe62c-0119-4a04-90b7-6c3ff6a44e71',
  requestParameters: { roleArn: 'arn:aws:iam::657654036224:role/SecurityAuditRole', roleSessionName: 'ana' },
  responseElements: null,
  sourceIPAddress: '198.51.100.17',
  tlsDetails: { tlsVersion: 'TLSv1.3' },
  userAgent: 'aws-cli/2.17.32',
  userIdentity: {
    userName: 'security-admin',
    type: 'IAMUser',
    principalId: 'AIDAIOSFODNN7EXAMPLE1',
    arn: 'arn:aws:iam::489157521585:user/security-admin',
    accountId: '489157521585',
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  },
  ...change,
});
