import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { decodeBase32, TOTP_STEP_MS, totpAtStep } from '../src/base/index.ts';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export const operators = '111122223333';
export const workload = '444455556666';
const region = 'eu-west-1';
const roleArn = `arn:aws:iam::${workload}:role/BenchOperator`;
const externalId = 'bench-7f3a1c9e-2b64-4f0d-9c51-3e8d5a7b9c10';

/** The bytes of one signed query call. */
export async function signedCall(
  port: number,
  keys: Keys,
  parameters: Record<string, string>,
): Promise<Buffer> {
  const body = new URLSearchParams({ ...parameters, Version: '2011-06-15' }).toString();
  const signer = new SignatureV4({
    service: 'sts',
    region,
    credentials: keys,
    sha256: Sha256,
    applyChecksum: false,
  });
  const signed = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname: '127.0.0.1',
    path: '/',
    query: {},
    headers: {
      host: `127.0.0.1:${port}`,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'aws-cli/2.31.0 md/awscrt#0.28.1 ua/2.1 os/linux md/arch#x86_64 lang/python#3.13.7',
    },
    body,
  });
  const headers = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST / HTTP/1.1\r\n${headers.join('')}\r\n${body}`);
}

export const callerIdentity = (port: number, keys: Keys): Promise<Buffer> =>
  signedCall(port, keys, { Action: 'GetCallerIdentity' });

export const assumeRole = (port: number, keys: Keys): Promise<Buffer> =>
  signedCall(port, keys, {
    Action: 'AssumeRole',
    RoleArn: roleArn,
    RoleSessionName: 'bench',
    ExternalId: externalId,
  });

/** Root keys as `sandbox start` wrote them for shells. */
export function rootKeys(dir: string, profile: string): Keys {
  const text = readFileSync(join(dir, 'aws-credentials'), 'utf8');
  const section = text.split(`[${profile}]`)[1] ?? '';
  const read = (name: string) => new RegExp(`${name} = (\\S+)`).exec(section)?.[1] ?? '';
  return { accessKeyId: read('aws_access_key_id'), secretAccessKey: read('aws_secret_access_key') };
}

/**
 * An operator with MFA in one account and, in the other, a role that asks for MFA and an external id; both as people
 * have them, made with the SDK. Returns the keys of a session that has given its code.
 */
export async function createOperator(url: string, operatorRoot: Keys, workloadRoot: Keys): Promise<Keys> {
  const client = (credentials: Keys) => ({ endpoint: url, region, credentials });
  const iam = new IAMClient(client(operatorRoot));
  const { User } = await iam.send(new CreateUserCommand({ UserName: 'operator' }));
  await iam.send(
    new PutUserPolicyCommand({
      UserName: 'operator',
      PolicyName: 'assume',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          ...Array.from({ length: 9 }, (_, i) => ({
            Effect: 'Allow',
            Action: ['s3:GetObject', 's3:PutObject'],
            Resource: `arn:aws:s3:::team-${i}/*`,
          })),
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Resource: roleArn,
            Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
          },
        ],
      }),
    }),
  );
  const serial = await enableMfa(iam);
  const key = (await iam.send(new CreateAccessKeyCommand({ UserName: 'operator' }))).AccessKey;
  const user = { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
  await createRole(new IAMClient(client(workloadRoot)), User?.Arn ?? '');
  const { Credentials } = await new STSClient(client(user)).send(
    new GetSessionTokenCommand({ SerialNumber: serial.serial, TokenCode: serial.code }),
  );
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}

async function enableMfa(iam: IAMClient): Promise<{ serial: string; code: string }> {
  const { VirtualMFADevice } = await iam.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'operator' }),
  );
  const seed = decodeBase32(Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString('latin1'));
  const serial = VirtualMFADevice?.SerialNumber ?? '';
  if (seed === undefined) throw new Error('no seed');
  const step = Math.floor(Date.now() / TOTP_STEP_MS);
  await iam.send(
    new EnableMFADeviceCommand({
      UserName: 'operator',
      SerialNumber: serial,
      AuthenticationCode1: totpAtStep(seed, step - 1),
      AuthenticationCode2: totpAtStep(seed, step),
    }),
  );
  return { serial, code: totpAtStep(seed, step + 1) };
}

async function createRole(iam: IAMClient, trusted: string): Promise<void> {
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'BenchOperator',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: trusted },
            Action: 'sts:AssumeRole',
            Condition: {
              StringEquals: { 'sts:ExternalId': externalId },
              Bool: { 'aws:MultiFactorAuthPresent': 'true' },
              NumericLessThan: { 'aws:MultiFactorAuthAge': '43200' },
            },
          },
        ],
      }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'BenchOperator',
      PolicyName: 'read',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' }],
      }),
    }),
  );
}
