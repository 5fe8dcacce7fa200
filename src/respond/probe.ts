import type { Access } from '../access/index.ts';
import {
  type AwsTarget,
  type Connection,
  describeAwsError,
  ec2Client,
  iamClient,
  isDenied,
  s3Client,
  stsClient,
} from '../aws/index.ts';
import type { Probe, ProbeResult } from './types.ts';

// Whether a session still works cannot be seen with GetCallerIdentity: AWS answers it even under an explicit deny.

interface Call {
  readonly action: string;
  readonly make: (connection: Connection) => Promise<unknown>;
}

/** Cheap calls that change nothing, most likely allowed first; then the roles that sessions of the definition may enter. */
function calls(access: Access): Call[] {
  return [
    {
      action: 'ec2:DescribeRegions',
      make: async ({ target, credentials }) => {
        const { DescribeRegionsCommand } = await import('@aws-sdk/client-ec2');
        return using(await ec2Client(target, credentials), (c) => c.send(new DescribeRegionsCommand({})));
      },
    },
    {
      action: 's3:ListAllMyBuckets',
      make: async ({ target, credentials }) => {
        const { ListBucketsCommand } = await import('@aws-sdk/client-s3');
        return using(await s3Client(target, credentials), (c) => c.send(new ListBucketsCommand({})));
      },
    },
    {
      action: 'iam:ListRoles',
      make: async ({ target, credentials }) => {
        const { ListRolesCommand } = await import('@aws-sdk/client-iam');
        return using(await iamClient(target, credentials), (c) =>
          c.send(new ListRolesCommand({ MaxItems: 1 })),
        );
      },
    },
    ...access.paths.slice(0, 20).map((path) => ({
      action: `sts:AssumeRole on ${path.roleArn}`,
      make: async ({ target, credentials }: Connection) => {
        const { AssumeRoleCommand } = await import('@aws-sdk/client-sts');
        return using(await stsClient(target, credentials), (c) =>
          c.send(
            new AssumeRoleCommand({
              RoleArn: path.roleArn,
              RoleSessionName: path.from.kind === 'operator' ? path.from.name : 'revocation-probe',
              DurationSeconds: 900,
              ...(path.externalId === undefined ? {} : { ExternalId: path.externalId }),
            }),
          ),
        );
      },
    })),
  ];
}

interface Tried {
  readonly probe: Probe;
  readonly call?: Call;
  /** Of the last try. */
  readonly refusal?: Refusal;
}

/** Before: looks for a call that the session may make. */
export async function tryBefore(
  access: Access,
  target: AwsTarget,
  probes: readonly Probe[],
): Promise<Tried[]> {
  return Promise.all(
    probes.map(async (probe): Promise<Tried> => {
      let refusal: Refusal | undefined;
      for (const call of calls(access)) {
        refusal = await attempt(call, { target, credentials: probe.credentials });
        if (refusal === undefined) return { probe, call };
        // Dead already, or no answer: nothing else will be allowed either.
        if (refusal.kind !== 'denied') break;
      }
      return { probe, ...(refusal === undefined ? {} : { refusal }) };
    }),
  );
}

/** After: the same call, until it is refused or patience ends; IAM takes seconds to tell everybody. */
export async function tryAfter(
  target: AwsTarget,
  tried: readonly Tried[],
  sleep: (ms: number) => Promise<void>,
): Promise<ProbeResult[]> {
  return Promise.all(
    tried.map(async ({ probe, call, refusal: earlier }): Promise<ProbeResult> => {
      const { name } = probe;
      if (call === undefined) {
        const state = earlier?.kind === 'unknown' ? 'unknown' : 'refused';
        const message = earlier === undefined ? {} : { message: earlier.message };
        return { name, before: state, after: state, proved: false, ...message };
      }
      let last: Refusal | undefined;
      for (const pause of [1, 2, 4, 8, 0]) {
        last = await attempt(call, { target, credentials: probe.credentials });
        // No answer is no refusal: the session may live on behind a network that failed.
        if (last !== undefined && last.kind !== 'unknown') break;
        if (pause > 0) await sleep(pause * 1_000);
      }
      return {
        name,
        call: call.action,
        before: 'allowed',
        after: last === undefined ? 'allowed' : last.kind === 'unknown' ? 'unknown' : 'refused',
        proved: last?.kind === 'denied',
        ...(last === undefined ? {} : { message: last.message }),
      };
    }),
  );
}

/** `denied`: by policy. `dead`: AWS doesn't take the credentials. `unknown`: AWS didn't decide. */
interface Refusal {
  readonly kind: 'denied' | 'dead' | 'unknown';
  readonly message: string;
}

const DEAD: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'UnrecognizedClient',
  'AuthFailure',
  'RequestExpired',
]);

async function attempt(call: Call, connection: Connection): Promise<Refusal | undefined> {
  try {
    await call.make(connection);
    return undefined;
  } catch (error) {
    const problem = describeAwsError(error, connection.target);
    const kind = isDenied(problem) ? 'denied' : DEAD.has(problem.code) ? 'dead' : 'unknown';
    return { kind, message: problem.message };
  }
}

async function using<C extends { destroy(): void }, T>(
  client: C,
  work: (client: C) => Promise<T>,
): Promise<T> {
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
