import { logGroupName } from '../cloudtrail/alerts.ts';
import { attribute, blank, block, comment, type HclItem, type HclValue, raw, template } from '../text/hcl.ts';
import type { TerraformAccount, TerraformModel } from './model.ts';
import { document, monitored } from './resource.ts';

const bucketArn = (partition: string, suffix = '') =>
  template(`arn:${partition}:s3:::`, raw('local.trail_bucket'), suffix);

const trailName = (model: TerraformModel, account: TerraformAccount) =>
  account === model.security
    ? model.access.name
    : `${model.access.name}-${account.alias.replaceAll('_', '-')}`;

/** One multi-region trail per account into one bucket of the security account; its own trail feeds the log group too. */
export function trails(model: TerraformModel): HclItem[] {
  const { access, security, accounts } = model;
  const own = security.alias;
  return [
    blank,
    comment(
      'The bucket lives in the security account: who controls a workload account cannot delete what was logged.',
    ),
    ...monitored('aws_s3_bucket', 'trail', own, [attribute('bucket', raw('local.trail_bucket'))]).slice(1),
    ...monitored('aws_s3_bucket_public_access_block', 'trail', own, [
      attribute('bucket', raw('aws_s3_bucket.trail[0].id')),
      attribute('block_public_acls', true),
      attribute('block_public_policy', true),
      attribute('ignore_public_acls', true),
      attribute('restrict_public_buckets', true),
    ]),
    ...monitored('aws_s3_bucket_versioning', 'trail', own, [
      attribute('bucket', raw('aws_s3_bucket.trail[0].id')),
      blank,
      block('versioning_configuration', [], [attribute('status', 'Enabled')]),
    ]),
    ...monitored('aws_s3_bucket_policy', 'trail', own, [
      attribute('bucket', raw('aws_s3_bucket.trail[0].id')),
      attribute('policy', bucketPolicy(model)),
    ]),
    ...monitored('aws_cloudwatch_log_group', 'trail', own, [
      attribute('name', logGroupName(access)),
      attribute('retention_in_days', 365),
    ]),
    ...logRole(model),
    ...accounts.flatMap((account) => trail(model, account)),
  ];
}

function bucketPolicy(model: TerraformModel): HclValue {
  const { access, accounts } = model;
  const sources = accounts.map((account) => trailArn(model, account));
  const service = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' } };
  return document(
    {
      Sid: 'CloudTrailAsksForTheBucket',
      ...service,
      Action: 's3:GetBucketAcl',
      Resource: bucketArn(access.partition),
      Condition: { StringEquals: { 'aws:SourceArn': sources } },
    },
    {
      Sid: 'CloudTrailWrites',
      ...service,
      Action: 's3:PutObject',
      Resource: accounts.map((account) =>
        template(
          `arn:${access.partition}:s3:::`,
          raw('local.trail_bucket'),
          '/AWSLogs/',
          raw(`var.${account.idVariable}`),
          '/*',
        ),
      ),
      Condition: {
        StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceArn': sources },
      },
    },
    {
      Sid: 'TlsOnly',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [bucketArn(access.partition), bucketArn(access.partition, '/*')],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  );
}

const trailArn = (model: TerraformModel, account: TerraformAccount) =>
  template(
    `arn:${model.access.partition}:cloudtrail:`,
    raw('var.region'),
    ':',
    raw(`var.${account.idVariable}`),
    `:trail/${trailName(model, account)}`,
  );

function logRole({ access, security }: TerraformModel): HclItem[] {
  return [
    ...monitored('aws_iam_role', 'trail_logs', security.alias, [
      attribute('name', `${access.name}-trail-logs`),
      attribute('description', 'CloudTrail writes to its log group.'),
      attribute(
        'assume_role_policy',
        document({
          Effect: 'Allow',
          Principal: { Service: 'cloudtrail.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'aws:SourceAccount': raw(`var.${security.idVariable}`) } },
        }),
      ),
    ]),
    ...monitored('aws_iam_role_policy', 'trail_logs', security.alias, [
      attribute('name', 'write-logs'),
      attribute('role', raw('aws_iam_role.trail_logs[0].name')),
      attribute(
        'policy',
        document({
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: template('', raw('aws_cloudwatch_log_group.trail[0].arn'), ':*'),
        }),
      ),
    ]),
  ];
}

function trail(model: TerraformModel, account: TerraformAccount): HclItem[] {
  const own = account === model.security;
  return monitored('aws_cloudtrail', account.alias, account.alias, [
    attribute('name', trailName(model, account)),
    attribute('s3_bucket_name', raw('aws_s3_bucket.trail[0].id')),
    attribute('is_multi_region_trail', true),
    attribute('include_global_service_events', true),
    attribute('enable_log_file_validation', true),
    ...(own
      ? [
          attribute(
            'cloud_watch_logs_group_arn',
            template('', raw('aws_cloudwatch_log_group.trail[0].arn'), ':*'),
          ),
          attribute('cloud_watch_logs_role_arn', raw('aws_iam_role.trail_logs[0].arn')),
        ]
      : []),
    blank,
    attribute('depends_on', [
      raw('aws_s3_bucket_policy.trail'),
      ...(own ? [raw('aws_iam_role_policy.trail_logs')] : []),
    ]),
  ]);
}
