interface Alias {
  readonly prefix: string;
  /** `VPC actions` */
  readonly what: string;
  /** A precise action to begin with. */
  readonly example?: string;
}

const alias = (prefix: string, what: string, example?: string): Alias => ({
  prefix,
  what,
  ...(example === undefined ? {} : { example }),
});

/** What people write, and the IAM prefix that they mean. A test holds each against the catalogue. */
const aliases: ReadonlyMap<string, Alias> = new Map([
  ['vpc', alias('ec2', 'VPC actions', 'ec2:DescribeVpcs')],
  ['subnet', alias('ec2', 'subnet actions', 'ec2:DescribeSubnets')],
  ['nat', alias('ec2', 'NAT gateway actions', 'ec2:DescribeNatGateways')],
  ['transitgateway', alias('ec2', 'transit gateway actions', 'ec2:DescribeTransitGateways')],
  ['amazonec2', alias('ec2', 'EC2 actions')],
  ['amazons3', alias('s3', 'S3 actions')],
  ['elb', alias('elasticloadbalancing', 'load balancer actions')],
  ['elbv2', alias('elasticloadbalancing', 'load balancer actions')],
  ['alb', alias('elasticloadbalancing', 'load balancer actions')],
  ['nlb', alias('elasticloadbalancing', 'load balancer actions')],
  ['efs', alias('elasticfilesystem', 'EFS actions')],
  ['emr', alias('elasticmapreduce', 'EMR actions')],
  ['msk', alias('kafka', 'MSK actions')],
  ['elasticsearch', alias('es', 'OpenSearch actions')],
  ['docdb', alias('rds', 'DocumentDB actions')],
  ['aurora', alias('rds', 'Aurora actions')],
  ['neptune', alias('neptune-db', 'Neptune data actions')],
  ['eventbridge', alias('events', 'EventBridge actions')],
  ['cloudwatchlogs', alias('logs', 'CloudWatch Logs actions')],
  ['cloudwatch-logs', alias('logs', 'CloudWatch Logs actions')],
  ['stepfunctions', alias('states', 'Step Functions actions')],
  ['sfn', alias('states', 'Step Functions actions')],
  ['cognito', alias('cognito-idp', 'user pool actions')],
  ['apigw', alias('apigateway', 'API Gateway actions')],
  ['parameterstore', alias('ssm', 'Parameter Store actions')],
  ['systemsmanager', alias('ssm', 'Systems Manager actions')],
  ['identitycenter', alias('sso', 'Identity Center actions')],
  ['identity-center', alias('sso', 'Identity Center actions')],
  ['kinesisfirehose', alias('firehose', 'Firehose actions')],
]);

/** The service that is meant by a prefix that IAM does not have. */
export const serviceAlias = (prefix: string): Alias | undefined => aliases.get(prefix.toLowerCase());

export const serviceAliases: ReadonlyMap<string, Alias> = aliases;
