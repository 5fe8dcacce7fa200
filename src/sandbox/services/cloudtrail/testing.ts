import type { Keys, Rig } from '../testing.ts';

/** The bucket policy of CloudTrail's User Guide, for one trail and its owner. */
export const trailBucketPolicy = (bucket: string, trailArn: string, folders: readonly string[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AWSCloudTrailAclCheck',
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 's3:GetBucketAcl',
        Resource: `arn:aws:s3:::${bucket}`,
        Condition: { StringEquals: { 'aws:SourceArn': trailArn } },
      },
      {
        Sid: 'AWSCloudTrailWrite',
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: folders.map((folder) => `arn:aws:s3:::${bucket}/${folder}/*`),
        Condition: {
          StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceArn': trailArn },
        },
      },
    ],
  });

/** A trail of all regions that logs into a bucket of its account, as the account's root user makes it. */
export function loggingTrail(rig: Rig, root: Keys, accountId: string, Name = 'main'): void {
  const Bucket = `trail-${accountId}`;
  const arn = `arn:aws:cloudtrail:us-east-1:${accountId}:trail/${Name}`;
  rig.call(root, 's3', 'CreateBucket', { Bucket });
  const Policy = trailBucketPolicy(Bucket, arn, [`AWSLogs/${accountId}`]);
  rig.call(root, 's3', 'PutBucketPolicy', { Bucket, Policy });
  rig.call(root, 'cloudtrail', 'CreateTrail', { Name, S3BucketName: Bucket, IsMultiRegionTrail: true });
  rig.call(root, 'cloudtrail', 'StartLogging', { Name });
}
