/** The six colon parts of an ARN; `resource` keeps its own colons and slashes. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** Parses an ARN; undefined when the text is none. Wildcards are allowed in every part. */
export function parseArn(text: string): Arn | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const parts = text.split(':');
  if (parts.length < 6) return undefined;
  const [, partition, service, region, account] = parts as [string, string, string, string, string];
  const resource = parts.slice(5).join(':');
  if (partition === '' || service === '' || resource === '') return undefined;
  return { partition, service, region, account, resource };
}

export const formatArn = (arn: Arn): string =>
  `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.account}:${arn.resource}`;

export const isAccountId = (text: string): boolean => /^\d{12}$/.test(text);

/** Partitions that we generate for; the console and STS hosts differ by partition. */
export type Partition = 'aws' | 'aws-us-gov' | 'aws-cn';

export const partitions: readonly Partition[] = ['aws', 'aws-us-gov', 'aws-cn'];

/** `path` begins and ends with a slash: `/` or `/security/`. */
const iam = (kind: string) => (partition: string, account: string, name: string, path: string) =>
  `arn:${partition}:iam::${account}:${kind}${path}${name}`;

export const roleArn = (partition: string, account: string, name: string, path = '/'): string =>
  iam('role')(partition, account, name, path);
export const userArn = (partition: string, account: string, name: string, path = '/'): string =>
  iam('user')(partition, account, name, path);
export const mfaArn = (partition: string, account: string, name: string, path = '/'): string =>
  iam('mfa')(partition, account, name, path);
export const rootArn = (partition: string, account: string): string =>
  `arn:${partition}:iam::${account}:root`;
export const assumedRoleArn = (partition: string, account: string, role: string, session: string): string =>
  `arn:${partition}:sts::${account}:assumed-role/${role}/${session}`;
