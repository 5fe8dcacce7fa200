import type { IAMClient, Tag } from '@aws-sdk/client-iam';
import { decodeDocument, describeAwsError, OWNER_TAG } from '../aws/index.ts';
import type { Tags } from './types.ts';

/** A user, role or managed policy as IAM has it. */
export interface Observed {
  readonly kind: 'user' | 'role' | 'policy';
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly tags: Tags;
  readonly inline: ReadonlyMap<string, unknown>;
  readonly attached: readonly string[];
  readonly boundaryArn?: string;
  /** Roles only. */
  readonly description?: string;
  readonly trust?: unknown;
  readonly maxSessionDuration?: number;
  /** Managed policies only: the default version. */
  readonly policy?: unknown;
}

type Sdk = typeof import('@aws-sdk/client-iam');

/** Reads one account's IAM through one client. */
export class Observer {
  readonly #iam: IAMClient;
  readonly #sdk: Sdk;

  constructor(iam: IAMClient, sdk: Sdk) {
    this.#iam = iam;
    this.#sdk = sdk;
  }

  async user(UserName: string): Promise<Observed | undefined> {
    const { GetUserCommand, GetUserPolicyCommand } = this.#sdk;
    const found = await absent(this.#iam.send(new GetUserCommand({ UserName })));
    if (found?.User === undefined) return undefined;
    const iam = { client: this.#iam };
    const names: string[] = [];
    for await (const page of this.#sdk.paginateListUserPolicies(iam, { UserName }))
      names.push(...(page.PolicyNames ?? []));
    const inline = new Map<string, unknown>();
    for (const PolicyName of names) {
      const policy = await this.#iam.send(new GetUserPolicyCommand({ UserName, PolicyName }));
      inline.set(PolicyName, decodeDocument(policy.PolicyDocument));
    }
    const attached: string[] = [];
    for await (const page of this.#sdk.paginateListAttachedUserPolicies(iam, { UserName }))
      for (const policy of page.AttachedPolicies ?? []) if (policy.PolicyArn) attached.push(policy.PolicyArn);
    const { User } = found;
    return {
      kind: 'user',
      name: User.UserName ?? UserName,
      path: User.Path ?? '/',
      arn: User.Arn ?? '',
      tags: tagsOf(User.Tags),
      inline,
      attached,
      ...boundary(User.PermissionsBoundary?.PermissionsBoundaryArn),
    };
  }

  async role(RoleName: string): Promise<Observed | undefined> {
    const { GetRoleCommand, GetRolePolicyCommand } = this.#sdk;
    const found = await absent(this.#iam.send(new GetRoleCommand({ RoleName })));
    if (found?.Role === undefined) return undefined;
    const iam = { client: this.#iam };
    const names: string[] = [];
    for await (const page of this.#sdk.paginateListRolePolicies(iam, { RoleName }))
      names.push(...(page.PolicyNames ?? []));
    const inline = new Map<string, unknown>();
    for (const PolicyName of names) {
      const policy = await this.#iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      inline.set(PolicyName, decodeDocument(policy.PolicyDocument));
    }
    const attached: string[] = [];
    for await (const page of this.#sdk.paginateListAttachedRolePolicies(iam, { RoleName }))
      for (const policy of page.AttachedPolicies ?? []) if (policy.PolicyArn) attached.push(policy.PolicyArn);
    const { Role } = found;
    return {
      kind: 'role',
      name: Role.RoleName ?? RoleName,
      path: Role.Path ?? '/',
      arn: Role.Arn ?? '',
      tags: tagsOf(Role.Tags),
      inline,
      attached,
      ...boundary(Role.PermissionsBoundary?.PermissionsBoundaryArn),
      description: Role.Description ?? '',
      trust: decodeDocument(Role.AssumeRolePolicyDocument),
      maxSessionDuration: Role.MaxSessionDuration ?? 3600,
    };
  }

  async policy(PolicyArn: string): Promise<Observed | undefined> {
    const { GetPolicyCommand, GetPolicyVersionCommand } = this.#sdk;
    const found = await absent(this.#iam.send(new GetPolicyCommand({ PolicyArn })));
    if (found?.Policy === undefined) return undefined;
    const VersionId = found.Policy.DefaultVersionId;
    const version = await this.#iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
    return {
      kind: 'policy',
      name: found.Policy.PolicyName ?? '',
      path: found.Policy.Path ?? '/',
      arn: PolicyArn,
      tags: tagsOf(found.Policy.Tags),
      inline: new Map(),
      attached: [],
      policy: decodeDocument(version.PolicyVersion?.Document),
    };
  }

  /** What only an owned user has to lose before it can be deleted. */
  async userSecrets(UserName: string): Promise<{ keys: string[]; devices: string[] }> {
    const { ListAccessKeysCommand, ListMFADevicesCommand } = this.#sdk;
    const keys = await this.#iam.send(new ListAccessKeysCommand({ UserName }));
    const devices = await this.#iam.send(new ListMFADevicesCommand({ UserName }));
    return {
      keys: (keys.AccessKeyMetadata ?? []).flatMap((key) => key.AccessKeyId ?? []),
      devices: (devices.MFADevices ?? []).flatMap((device) => device.SerialNumber ?? []),
    };
  }

  /**
   * Owned resources of the account that are not in `known` (ARNs). The lists carry no tags, so every other role and
   * user costs one call; AWS's own roles are skipped.
   */
  async orphans(owner: string, known: ReadonlySet<string>): Promise<Observed[]> {
    const iam = { client: this.#iam };
    const found: Observed[] = [];
    const take = async (tags: Tag[] | undefined, read: () => Promise<Observed | undefined>) => {
      if (tagsOf(tags)[OWNER_TAG] !== owner) return;
      const observed = await read();
      if (observed !== undefined) found.push(observed);
    };
    const candidate = (arn: string | undefined, path: string | undefined): boolean =>
      arn !== undefined && !known.has(arn) && !/^\/aws-(service-role|reserved)\//.test(path ?? '/');

    for await (const page of this.#sdk.paginateListRoles(iam, {}))
      for (const { Arn, Path, RoleName } of page.Roles ?? [])
        if (RoleName !== undefined && candidate(Arn, Path)) {
          const answer = await absent(this.#iam.send(new this.#sdk.ListRoleTagsCommand({ RoleName })));
          await take(answer?.Tags, () => this.role(RoleName));
        }
    for await (const page of this.#sdk.paginateListUsers(iam, {}))
      for (const { Arn, Path, UserName } of page.Users ?? [])
        if (UserName !== undefined && candidate(Arn, Path)) {
          const answer = await absent(this.#iam.send(new this.#sdk.ListUserTagsCommand({ UserName })));
          await take(answer?.Tags, () => this.user(UserName));
        }
    for await (const page of this.#sdk.paginateListPolicies(iam, { Scope: 'Local' }))
      for (const { Arn, Path } of page.Policies ?? [])
        if (Arn !== undefined && candidate(Arn, Path)) {
          const answer = await absent(
            this.#iam.send(new this.#sdk.ListPolicyTagsCommand({ PolicyArn: Arn })),
          );
          await take(answer?.Tags, () => this.policy(Arn));
        }
    return found;
  }
}

/** NoSuchEntity is an answer, not a failure. */
async function absent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (describeAwsError(error).code === 'NoSuchEntity') return undefined;
    throw error;
  }
}

const boundary = (arn: string | undefined) => (arn === undefined ? {} : { boundaryArn: arn });

const tagsOf = (tags: readonly Tag[] | undefined): Tags =>
  Object.fromEntries((tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
