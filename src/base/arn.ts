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
  // The colons behind the first. Called several times in each request: splitting and joining costs five times as much.
  const second = text.indexOf(':', 4);
  const third = second === -1 ? -1 : text.indexOf(':', second + 1);
  const fourth = third === -1 ? -1 : text.indexOf(':', third + 1);
  const fifth = fourth === -1 ? -1 : text.indexOf(':', fourth + 1);
  if (fifth === -1 || second === 4 || third === second + 1 || fifth + 1 === text.length) return undefined;
  return {
    partition: text.slice(4, second),
    service: text.slice(second + 1, third),
    region: text.slice(third + 1, fourth),
    account: text.slice(fourth + 1, fifth),
    resource: text.slice(fifth + 1),
  };
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
