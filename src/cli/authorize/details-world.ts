import { parseArn } from '../../base/index.ts';
import {
  callerArn,
  type NamedPolicy,
  type PolicySet,
  type Principal,
  type RequestContext,
} from '../../engine/index.ts';
import { parsePolicy } from '../../policy/index.ts';
import { CliError, exit } from '../exit.ts';
import { principalFrom } from '../principals.ts';
import type { Details, DocumentText, GroupDetail, RoleDetail, UserDetail } from './details-file.ts';
import { listed, nearArn } from './words.ts';
import { accountOfCaller, decidedByTrust, type Surroundings, type World } from './world.ts';

export interface DetailsOptions {
  /** Identity policies come from files too, so that a caller outside the details is no surprise. */
  readonly identityFiles: boolean;
  /** The resource's policy comes from a file. */
  readonly resourceFile: boolean;
  readonly boundaryFile: boolean;
}

/** Accounts as they are: what `aws iam get-account-authorization-details` says of one or more of them. */
export class DetailsWorld implements World {
  readonly #options: DetailsOptions;
  readonly #users = new Map<string, UserDetail>();
  readonly #roles = new Map<string, RoleDetail>();
  /** IAM names are unique in an account, without case. */
  readonly #roleNames = new Map<string, RoleDetail>();
  readonly #groups = new Map<string, GroupDetail>();
  readonly #policies = new Map<string, DocumentText>();
  readonly #accounts = new Set<string>();
  /** Documents are read when they are first needed: an account has thousands. */
  readonly #read = new Map<string, NamedPolicy>();

  constructor(files: readonly Details[], options: DetailsOptions) {
    this.#options = options;
    for (const { users, groups, roles, policies } of files) {
      for (const user of users) this.#users.set(this.#note(user.Arn), user);
      for (const group of groups) this.#groups.set(byName(this.#note(group.Arn), group.GroupName), group);
      for (const role of roles) {
        this.#roles.set(this.#note(role.Arn), role);
        this.#roleNames.set(byName(role.Arn, role.RoleName), role);
      }
      for (const policy of policies) {
        const document = policy.PolicyVersionList.find((v) => v.IsDefaultVersion)?.Document;
        if (document !== undefined) this.#policies.set(policy.Arn, document);
      }
    }
  }

  principal(text: string): Principal {
    return principalFrom(text, {
      role: (accountId, name) => {
        const role = this.#roleNames.get(`${accountId}/${name.toLowerCase()}`);
        return role && { arn: role.Arn, id: role.RoleId };
      },
      userId: (arn) => this.#users.get(arn)?.UserId,
    });
  }

  around(principal: Principal, action: string, resource: string): Surroundings {
    const owner = this.#owner(principal);
    const target = decidedByTrust(action) && !this.#options.resourceFile ? this.#target(resource) : undefined;
    const tagged = (prefix: string, tags: readonly { Key: string; Value: string }[]): RequestContext =>
      Object.fromEntries(tags.map(({ Key, Value }) => [`${prefix}/${Key}`, Value]));
    return {
      key: `${owner?.Arn ?? ''}\n${target?.Arn ?? ''}`,
      policies: {
        ...(owner === undefined ? { identity: [] } : this.#policiesOf(owner)),
        ...(target && {
          resource: this.#document(`trust policy of ${target.Arn}`, target.AssumeRolePolicyDocument),
        }),
      },
      context: {
        ...tagged('aws:PrincipalTag', owner?.Tags ?? []),
        ...tagged('aws:ResourceTag', target?.Tags ?? []),
      },
      notes: [],
    };
  }

  /** The user or role whose policies count; undefined for callers that have none, or whose come from files. */
  #owner(principal: Principal): UserDetail | RoleDetail | undefined {
    const account = accountOfCaller(principal);
    if (account === undefined || principal.type === 'root') return undefined;
    const arn = principal.type === 'role-session' ? principal.roleArn : callerArn(principal);
    const found = this.#users.get(arn) ?? this.#roles.get(arn);
    if (found !== undefined || this.#options.identityFiles) return found;
    if (principal.type === 'federated-user') {
      throw new CliError(
        `${arn}: the policies of a federated user are those of the IAM user that called GetFederationToken`,
        exit.usage,
        'name them with --identity FILE and --session FILE',
      );
    }
    throw this.#unknown(arn, account, principal.type === 'user' ? this.#users : this.#roles, 'a caller');
  }

  #target(resource: string): RoleDetail {
    const found = this.#roles.get(resource);
    if (found !== undefined) return found;
    throw this.#unknown(resource, parseArn(resource)?.account ?? '', this.#roles, 'a role');
  }

  #unknown(arn: string, account: string, known: ReadonlyMap<string, unknown>, what: string): CliError {
    if (!this.#accounts.has(account)) {
      return new CliError(
        `${arn}: ${what} of account ${account || '?'}, of which there are no details`,
        exit.usage,
        `add --details with that account's file (there are details of ${listed([...this.#accounts])})`,
      );
    }
    const near = nearArn(arn, known.keys());
    return new CliError(
      `${arn}: no such ${known === this.#users ? 'user' : 'role'} in the details of account ${account}`,
      exit.usage,
      near === undefined ? undefined : `did you mean ${near}?`,
    );
  }

  #policiesOf(owner: UserDetail | RoleDetail): PolicySet {
    const inline =
      'UserName' in owner ? (owner as UserDetail).UserPolicyList : (owner as RoleDetail).RolePolicyList;
    const groups = 'UserName' in owner ? this.#groupsOf(owner as UserDetail) : [];
    const boundary = owner.PermissionsBoundary?.PermissionsBoundaryArn;
    const holders = [
      { arn: owner.Arn, inline, attached: owner.AttachedManagedPolicies },
      ...groups.map((g) => ({ arn: g.Arn, inline: g.GroupPolicyList, attached: g.AttachedManagedPolicies })),
    ];
    return {
      identity: holders.flatMap((holder) => [
        ...holder.inline.map((p) =>
          this.#document(`inline policy ${p.PolicyName} of ${holder.arn}`, p.PolicyDocument),
        ),
        ...holder.attached.map((p) => this.#managed(p.PolicyArn, holder.arn)),
      ]),
      ...(boundary !== undefined &&
        !this.#options.boundaryFile && { boundary: this.#managed(boundary, owner.Arn) }),
    };
  }

  #groupsOf(user: UserDetail): GroupDetail[] {
    return user.GroupList.map((name) => {
      const group = this.#groups.get(byName(user.Arn, name));
      if (group !== undefined) return group;
      throw new CliError(`${user.Arn} is in group ${name}, which the details lack`, exit.usage, unfiltered);
    });
  }

  #managed(arn: string, holder: string): NamedPolicy {
    const document = this.#policies.get(arn);
    if (document !== undefined) return this.#document(arn, document);
    throw new CliError(`${holder} has ${arn}, whose text the details lack`, exit.usage, unfiltered);
  }

  #document(name: string, written: DocumentText): NamedPolicy {
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const text = textOf(name, written);
    const parsed = parsePolicy(text, { file: name });
    if (!parsed.ok) {
      const [first] = parsed.diagnostics;
      throw new CliError(
        `${name}: the document in the details is no policy: ${first?.message}`,
        exit.usage,
        first?.help,
      );
    }
    const policy = { name, document: parsed.value };
    this.#read.set(name, policy);
    return policy;
  }

  #note(arn: string): string {
    const account = parseArn(arn)?.account;
    if (account) this.#accounts.add(account);
    return arn;
  }
}

const unfiltered = 'write the details again, without --filter';

const byName = (arn: string, name: string): string => `${parseArn(arn)?.account}/${name.toLowerCase()}`;

/** The API's RFC 3986 encoding, JSON text, or the object that the AWS CLI makes of it. */
function textOf(name: string, written: DocumentText): string {
  if (typeof written !== 'string') return JSON.stringify(written, null, 2);
  if (/^\s*\{/.test(written)) return written;
  try {
    return decodeURIComponent(written);
  } catch {
    throw new CliError(`${name}: the document in the details is neither JSON nor URL-encoded JSON`);
  }
}
