import type * as cloudtrail from '@aws-sdk/client-cloudtrail';
import { isoSeconds } from '../../../base/index.ts';
import type { Trail } from './state.ts';

/** The members that CreateTrail and UpdateTrail answer. */
export const trailShape = (trail: Trail) => ({
  Name: trail.name,
  S3BucketName: trail.bucket,
  ...(trail.prefix !== undefined && { S3KeyPrefix: trail.prefix }),
  ...(trail.topicArn !== undefined && {
    SnsTopicName: trail.topicArn.slice(trail.topicArn.lastIndexOf(':') + 1),
    SnsTopicARN: trail.topicArn,
  }),
  IncludeGlobalServiceEvents: trail.globalEvents,
  IsMultiRegionTrail: trail.multiRegion,
  TrailARN: trail.arn,
  LogFileValidationEnabled: trail.validation,
  ...(trail.logGroupArn !== undefined && { CloudWatchLogsLogGroupArn: trail.logGroupArn }),
  ...(trail.logRoleArn !== undefined && { CloudWatchLogsRoleArn: trail.logRoleArn }),
  IsOrganizationTrail: trail.organizationId !== undefined,
});

export const trailDescription = (trail: Trail): cloudtrail.Trail => ({
  ...trailShape(trail),
  HomeRegion: trail.homeRegion,
  HasCustomEventSelectors: trail.basic !== undefined || trail.advanced !== undefined,
  HasInsightSelectors: trail.insights.length > 0,
});

const date = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));
const text = (ms: number | undefined): string => (ms === undefined ? '' : isoSeconds(ms));

export const trailStatus = ({
  logging,
  startedAt,
  stoppedAt,
  status,
}: Trail): cloudtrail.GetTrailStatusResponse => ({
  IsLogging: logging,
  LatestDeliveryTime: date(status.deliveredAt),
  LatestDeliveryError: status.deliveryError,
  LatestNotificationTime: date(status.notifiedAt),
  LatestNotificationError: status.notificationError,
  LatestCloudWatchLogsDeliveryTime: date(status.logsAt),
  LatestCloudWatchLogsDeliveryError: status.logsError,
  LatestDigestDeliveryTime: date(status.digestAt),
  LatestDigestDeliveryError: status.digestError,
  StartLoggingTime: date(startedAt),
  StopLoggingTime: date(stoppedAt),
  LatestDeliveryAttemptTime: text(status.attemptedAt),
  LatestDeliveryAttemptSucceeded: text(status.deliveredAt),
  LatestNotificationAttemptTime: text(status.notificationAttemptedAt),
  LatestNotificationAttemptSucceeded: text(status.notifiedAt),
  TimeLoggingStarted: text(startedAt),
  TimeLoggingStopped: text(stoppedAt),
});
