import {
  AddUserToGroupCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  EnableMFADeviceCommand,
  GetRoleCommand,
  type IAMClient,
  PutGroupPolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { decodeBase32, totp } from '../../../src/base/index.ts';
import type { SandboxControl } from '../../../src/sandbox/index.ts';
import { type Clients, type Keys, keysOf } from './clients.ts';

type Tags = Readonly<Record<string, string>>;

const tagList = (tags: Tags) =>
  Object.keys(tags).length === 0
    ? {}
    : { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };

/** `arn:aws:iam::111122223333:role/path/Name` in its parts. */
export function entity(arn: string): { account: string; name: string; Path: string } {
  const [, , , , account = '', resource = ''] = arn.split(':');
  const first = resource.indexOf('/');
  const last = resource.lastIndexOf('/');
  return { account, name: resource.slice(last + 1), Path: resource.slice(first, last + 1) };
}

/** The helper that assumes the case's roles for it: AssumeRole takes no root user. */
const BUILDER = 'case-builder';
const PERIOD = 30_000;

/** Makes what a case describes, by API calls of the accounts' root users. One world is one reset of the sandbox. */
export class World {
  readonly clients: Clients;
  readonly #control: SandboxControl;
  readonly #roots = new Map<string, Keys>();
  readonly #clients = new Map<string, IAMClient>();
  readonly #builders = new Map<string, Keys>();
  readonly #made = new Set<string>();
  #now = Number.NaN;
  #policies = 0;

  constructor(control: SandboxControl, clients: Clients) {
    this.#control = control;
    this.clients = clients;
  }

  async at(ms: number): Promise<void> {
    if (ms === this.#now) return;
    await this.#control.setTime(new Date(ms));
    this.#now = ms;
    this.#clients.clear();
  }

  sts = (keys: Keys) => this.clients.sts(keys, this.#now);

  /** An account's root user; the account is made when it is new. */
  async root(account: string): Promise<Keys> {
    const known = this.#roots.get(account);
    if (known !== undefined) return known;
    const key = await this.#control.createAccount(account);
    this.#roots.set(account, key);
    return key;
  }

  has = (account: string): boolean => this.#roots.has(account);

  async iam(account: string): Promise<IAMClient> {
    const known = this.#clients.get(account);
    if (known !== undefined) return known;
    const client = this.clients.iam(await this.root(account), this.#now);
    this.#clients.set(account, client);
    return client;
  }

  /** As the account's root user; the account is made when it is new. */
  async organizations(account: string): Promise<OrganizationsClient> {
    return this.clients.organizations(await this.root(account), this.#now);
  }

  /** Makes a user unless it is there; its unique id when it was made. */
  async user(arn: string, tags: Tags = {}): Promise<string | undefined> {
    if (this.#made.has(arn)) return undefined;
    this.#made.add(arn);
    const { account, name, Path } = entity(arn);
    const iam = await this.iam(account);
    const { User } = await iam.send(new CreateUserCommand({ UserName: name, Path, ...tagList(tags) }));
    return User?.UserId;
  }

  async deleteUser(arn: string): Promise<void> {
    const { account, name } = entity(arn);
    await (await this.iam(account)).send(new DeleteUserCommand({ UserName: name }));
    this.#made.delete(arn);
  }

  async deleteRole(arn: string): Promise<void> {
    const { account, name } = entity(arn);
    await (await this.iam(account)).send(new DeleteRoleCommand({ RoleName: name }));
    this.#made.delete(arn);
  }

  async accessKey(userArn: string): Promise<Keys> {
    const { account, name } = entity(userArn);
    const { AccessKey } = await (await this.iam(account)).send(
      new CreateAccessKeyCommand({ UserName: name }),
    );
    return keysOf(AccessKey);
  }

  /** Pairs a virtual MFA device with a user; a minute later it gives codes that are good once each. */
  async mfa(userArn: string): Promise<{ serial: string; code: () => string }> {
    const { account, name } = entity(userArn);
    const iam = await this.iam(account);
    const { VirtualMFADevice } = await iam.send(
      new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name }),
    );
    const seed = decodeBase32(Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString());
    const serial = VirtualMFADevice?.SerialNumber;
    if (seed === undefined || serial === undefined) throw new Error('an MFA device without a seed');
    await iam.send(
      new EnableMFADeviceCommand({
        UserName: name,
        SerialNumber: serial,
        AuthenticationCode1: totp(seed, this.#now - PERIOD),
        AuthenticationCode2: totp(seed, this.#now),
      }),
    );
    return { serial, code: () => totp(seed, this.#now) };
  }

  /** Makes a role, trusted by the builder unless a trust policy is given; its unique id when it was made. */
  async role(arn: string, tags: Tags = {}, trust?: string): Promise<string | undefined> {
    const { account, name, Path } = entity(arn);
    if (this.#made.has(arn)) {
      if (trust !== undefined)
        await (await this.iam(account)).send(
          new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: trust }),
        );
      return undefined;
    }
    this.#made.add(arn);
    if (trust === undefined) await this.builder(account);
    const { Role } = await (await this.iam(account)).send(
      new CreateRoleCommand({
        RoleName: name,
        Path,
        ...tagList(tags),
        AssumeRolePolicyDocument: trust ?? trustOf(`arn:aws:iam::${account}:user/${BUILDER}`),
      }),
    );
    return Role?.RoleId;
  }

  async roleId(arn: string): Promise<string | undefined> {
    const { account, name } = entity(arn);
    return (await (await this.iam(account)).send(new GetRoleCommand({ RoleName: name }))).Role?.RoleId;
  }

  async builder(account: string): Promise<Keys> {
    const known = this.#builders.get(account);
    if (known !== undefined) return known;
    const arn = `arn:aws:iam::${account}:user/${BUILDER}`;
    await this.user(arn);
    await this.inline('user', arn, allow('sts:*'));
    const keys = await this.accessKey(arn);
    this.#builders.set(account, keys);
    return keys;
  }

  async bucket(account: string, name: string): Promise<void> {
    const s3 = this.clients.s3(await this.root(account), this.#now);
    await s3.send(new CreateBucketCommand({ Bucket: name }));
  }

  async object(account: string, Bucket: string, Key: string): Promise<void> {
    const s3 = this.clients.s3(await this.root(account), this.#now);
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'case' }));
  }

  async bucketPolicy(account: string, Bucket: string, Policy: string): Promise<void> {
    const s3 = this.clients.s3(await this.root(account), this.#now);
    // New buckets refuse public policies.
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  }

  async inline(kind: 'user' | 'role', arn: string, PolicyDocument: string): Promise<void> {
    const { account, name } = entity(arn);
    const iam = await this.iam(account);
    const what = { PolicyName: 'case', PolicyDocument };
    if (kind === 'user') await iam.send(new PutUserPolicyCommand({ UserName: name, ...what }));
    else await iam.send(new PutRolePolicyCommand({ RoleName: name, ...what }));
  }

  /** Identity policies: the first inline, a user's second through a group, the rest managed and attached. */
  async identity(kind: 'user' | 'role', arn: string, documents: readonly string[]): Promise<void> {
    const { account, name } = entity(arn);
    const iam = await this.iam(account);
    for (const [i, document] of documents.entries()) {
      // An inline policy of a user holds 2,048 characters.
      if (i === 0 && document.length < 2_048) await this.inline(kind, arn, document);
      else if (i === 1 && kind === 'user' && document.length < 2_048) {
        await iam.send(new CreateGroupCommand({ GroupName: 'case' }));
        await iam.send(
          new PutGroupPolicyCommand({ GroupName: 'case', PolicyName: 'case', PolicyDocument: document }),
        );
        await iam.send(new AddUserToGroupCommand({ GroupName: 'case', UserName: name }));
      } else {
        const PolicyArn = await this.managed(account, document);
        if (kind === 'user') await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn }));
        else await iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
      }
    }
  }

  async boundary(kind: 'user' | 'role', arn: string, document: string): Promise<void> {
    const { account, name } = entity(arn);
    const iam = await this.iam(account);
    const PermissionsBoundary = await this.managed(account, document);
    if (kind === 'user')
      await iam.send(new PutUserPermissionsBoundaryCommand({ UserName: name, PermissionsBoundary }));
    else await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: name, PermissionsBoundary }));
  }

  async managed(account: string, PolicyDocument: string): Promise<string> {
    const PolicyName = `case-${this.#policies++}`;
    const iam = await this.iam(account);
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
    if (Policy?.Arn === undefined) throw new Error('a policy without an ARN');
    return Policy.Arn;
  }
}

export const allow = (Action: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });

const trustOf = (AWS: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS },
        Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      },
    ],
  });
