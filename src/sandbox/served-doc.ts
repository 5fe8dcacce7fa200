import type { Served } from './services/index.ts';

/** What AWS calls a service, and where its API reference is, by signing name. */
const titles: Readonly<Record<string, readonly [title: string, reference: string]>> = {
  cloudformation: [
    'CloudFormation',
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html',
  ],
  cloudtrail: [
    'CloudTrail',
    'https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Operations.html',
  ],
  ec2: ['EC2', 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html'],
  events: ['EventBridge', 'https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html'],
  iam: ['IAM', 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html'],
  logs: [
    'CloudWatch Logs',
    'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html',
  ],
  monitoring: [
    'CloudWatch',
    'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html',
  ],
  organizations: [
    'Organizations',
    'https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html',
  ],
  s3: ['S3', 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html'],
  sns: ['SNS', 'https://docs.aws.amazon.com/sns/latest/api/API_Operations.html'],
  sts: ['STS', 'https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html'],
};

/** docs/sandbox-operations.md. `known`: how many operations AWS's model has, by signing name. */
export function servedDoc(served: readonly Served[], known: ReadonlyMap<string, number>): string {
  const services = [...new Set(served.map(({ service }) => service))].sort();
  const sections = services.map((service) => {
    const own = served.filter((s) => s.service === service);
    const names = (readOnly: boolean) =>
      own
        .filter((s) => s.readOnly === readOnly)
        .map((s) => `\`${s.operation}\``)
        .sort()
        .join(', ') || '–';
    const [title, reference] = titles[service] ?? [service, ''];
    return `## ${title}

Signing name \`${service}\`; ${own.length} of the ${known.get(service)} operations in [AWS's model](${reference}).

| kind | operations |
|---|---|
| write | ${names(false)} |
| read | ${names(true)} |
`;
  });
  return `# Operations that the sandbox serves

Generated from the code; don't edit. Each one is authenticated, authorized by the policies in force, checked against the
model and recorded in CloudTrail. An operation of these services that isn't listed answers \`NotImplemented\` (501), after
the signature has been verified. [sandbox.md](sandbox.md) says what differs from AWS.

${services.map((s) => `- [${titles[s]?.[0] ?? s}](#${(titles[s]?.[0] ?? s).toLowerCase().replaceAll(' ', '-')}): ${served.filter((x) => x.service === s).length}`).join('\n')}

${sections.join('\n')}`;
}
