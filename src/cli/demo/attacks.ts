import { type Credentials, ec2Client, iamClient, s3Client, stsClient } from '../../aws/index.ts';
import { Secret, TOTP_STEP_MS, totpAtStep } from '../../base/index.ts';
import type { Attempt } from './attempt.ts';
import { createPerson, credentialsOf, mfaSession } from './people.ts';
import { need, pathTo, type World } from './types.ts';

/** The account of somebody who has no business here. */
export const STRANGER_ACCOUNT = '111122223333';

interface AssumeInput {
  readonly RoleArn?: string;
  readonly ExternalId?: string;
  readonly SerialNumber?: string;
  readonly TokenCode?: string;
  readonly DurationSeconds?: number;
}

/** Every way in that must be closed, in an order that the virtual clock allows (it only goes forward). */
export async function attackCatalogue(world: World, seed: Uint8Array): Promise<readonly Attempt[]> {
  const target = need(world.target, 'endpoint');
  const login = need(world.login, 'login').credentials;
  const role = need(world.role, 'role session').credentials;
  const operatorKey = await need(world.source, 'operator').credentials();
  const path = pathTo(world, 'SecurityAuditRole');
  const mfaSerial = need(world.enrollment?.mfa, 'MFA device').serialNumber;
  const security = need(world.access, 'definition').security.id;
  const right = { RoleArn: path.roleArn, ExternalId: path.externalId };

  const code = () => totpAtStep(seed, Math.floor(world.clock.now() / TOTP_STEP_MS));
  const assume = async (credentials: Credentials, input: AssumeInput) => {
    const { AssumeRoleCommand } = await import('@aws-sdk/client-sts');
    const sts = await stsClient(target, credentials);
    const answer = await sts.send(
      new AssumeRoleCommand({ RoleSessionName: 'attack', RoleArn: path.roleArn, ...input }),
    );
    return credentialsOf(answer.Credentials);
  };
  const callerIdentity = async (credentials: Credentials) => {
    const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
    return (await stsClient(target, credentials)).send(new GetCallerIdentityCommand({}));
  };

  const insider = await createPerson(
    need(world.admins.get(security), 'administrator'),
    security,
    'intern',
    world.clock,
  );
  const strangerAdmin = need(world.admins.get(STRANGER_ACCOUNT), 'stranger');
  const stranger = await createPerson(strangerAdmin, STRANGER_ACCOUNT, 'mallory', world.clock);
  const insiderSession = await mfaSession(insider, strangerAdmin, world.clock);
  const strangerSession = await mfaSession(stranger, strangerAdmin, world.clock);

  const trust = (why: string) => new RegExp(`SecurityAuditRole.*${why}`);
  const denied = (name: string, reason: RegExp, run: () => Promise<unknown>): Attempt => ({
    name,
    code: 'AccessDenied',
    reason,
    run,
  });

  return [
    denied('wrong ExternalId', trust('sts:ExternalId'), () => assume(login, { ExternalId: 'guessed' })),
    denied('no ExternalId', trust('sts:ExternalId is absent'), () => assume(login, {})),
    denied('no MFA: the bare access key', trust('aws:MultiFactorAuthPresent is absent'), () =>
      assume(operatorKey, right),
    ),
    {
      name: 'wrong MFA code',
      code: 'AccessDenied',
      check: 'MFA code check',
      reason: /invalid MFA one time pass code/,
      run: () => {
        const wrong = code() === '000000' ? '000001' : '000000';
        return assume(operatorKey, { ...right, SerialNumber: mfaSerial, TokenCode: wrong });
      },
    },
    {
      name: 'MFA code used twice',
      code: 'AccessDenied',
      check: 'MFA code check: each code is good once',
      reason: /invalid MFA one time pass code/,
      run: async () => {
        await world.clock.advance(60);
        const used = code();
        await assume(operatorKey, { ...right, SerialNumber: mfaSerial, TokenCode: used });
        await assume(operatorKey, { ...right, SerialNumber: mfaSerial, TokenCode: used });
      },
    },
    denied('another user of the security account, with MFA and the ExternalId', trust('principal'), () =>
      assume(insiderSession, right),
    ),
    denied('an administrator of a third account, with MFA and the ExternalId', trust('principal'), () =>
      assume(strangerSession, right),
    ),
    {
      name: 'forged signature: right key id, wrong secret',
      code: 'SignatureDoesNotMatch',
      check: 'signature verification',
      reason: /signature/,
      run: () =>
        callerIdentity({
          ...operatorKey,
          secretAccessKey: new Secret('not-the-secret-of-this-access-key-id'),
        }),
    },
    {
      name: 'tampered session token',
      code: 'InvalidClientTokenId',
      check: 'session token verification',
      reason: /security token/,
      run: () =>
        callerIdentity({
          ...role,
          sessionToken: new Secret(flip(need(role.sessionToken, 'token').reveal())),
        }),
    },
    {
      name: "duration above the role's maximum",
      code: 'ValidationError',
      check: "the role's MaxSessionDuration",
      reason: /MaxSessionDuration/,
      run: () => assume(login, { ...right, DurationSeconds: 7200 }),
    },
    denied(
      'second hop through SecurityAuditOperator, which carries no MFA',
      trust('aws:MultiFactorAuthPresent is absent'),
      async () => {
        const operatorRole = pathTo(world, 'SecurityAuditOperator');
        const hop = await assume(login, {
          RoleArn: operatorRole.roleArn,
          ExternalId: operatorRole.externalId,
        });
        await assume(hop, right);
      },
    ),
    {
      ...denied('terminate an instance', /explicit Deny/, () => terminate(world, role)),
      code: 'UnauthorizedOperation',
    },
    denied('delete a bucket', /explicit Deny/, () => deleteBucket(world, role)),
    denied('delete a user', /explicit Deny/, () => deleteUser(world, role)),
    denied('self-escalation: iam:PutRolePolicy on its own role', /action iam:PutRolePolicy is not/, () =>
      escalate(world, role),
    ),
    denied('a role that does not exist', /SecurityAuditRoleBackdoor/, () =>
      assume(login, { ...right, RoleArn: `${path.roleArn}Backdoor` }),
    ),
    {
      name: 'expired session: an hour later',
      code: 'ExpiredToken',
      check: 'session expiry',
      reason: /expired/,
      run: async () => {
        await world.clock.advance(3601);
        await callerIdentity(role);
      },
    },
  ];
}

/** Changes one character in the middle of a token, keeping its length and alphabet. */
function flip(token: string): string {
  const at = token.length >> 1;
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
}

async function terminate(world: World, credentials: Credentials): Promise<unknown> {
  const { TerminateInstancesCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await ec2Client(need(world.target, 'endpoint'), credentials);
  return ec2.send(new TerminateInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] }));
}

async function deleteBucket(world: World, credentials: Credentials): Promise<unknown> {
  const { DeleteBucketCommand } = await import('@aws-sdk/client-s3');
  const s3 = await s3Client(need(world.target, 'endpoint'), credentials);
  return s3.send(new DeleteBucketCommand({ Bucket: 'customer-data' }));
}

async function deleteUser(world: World, credentials: Credentials): Promise<unknown> {
  const { DeleteUserCommand } = await import('@aws-sdk/client-iam');
  const iam = await iamClient(need(world.target, 'endpoint'), credentials);
  return iam.send(new DeleteUserCommand({ UserName: 'break-glass' }));
}

async function escalate(world: World, credentials: Credentials): Promise<unknown> {
  const { PutRolePolicyCommand } = await import('@aws-sdk/client-iam');
  const iam = await iamClient(need(world.target, 'endpoint'), credentials);
  return iam.send(
    new PutRolePolicyCommand({
      RoleName: 'SecurityAuditRole',
      PolicyName: 'more',
      PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
    }),
  );
}
