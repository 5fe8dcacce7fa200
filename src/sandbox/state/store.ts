import { type Clock, isAccountId, parseArn, type Random } from '../../base/index.ts';
import { AwsError } from '../types.ts';
import { awsManagedPolicy, isAwsManaged } from './aws-managed.ts';
import { accessKeyId, secretAccessKey } from './ids.ts';
import type { AccessKey, Account, ManagedPolicy, Role, User } from './model.ts';
import { NameMap } from './names.ts';
import { Sealer } from './sealer.ts';
import { SessionTokens } from './sessions.ts';
import type { Principals } from './trust.ts';

/** What a store keeps: plain data, saved as it is (graph.ts). */
export interface StoreState {
  readonly accounts: Map<string, Account>;
  /** Long-term access keys of all accounts, by id. */
  readonly keys: Map<string, AccessKey>;
  /** By unique id. */
  readonly users: Map<string, User>;
  readonly roles: Map<string, Role>;
  /** Authenticates session tokens: a cloud that is loaded again knows the sessions that it issued. */
  readonly seal: Uint8Array;
}

export const emptyStore = (random: Random): StoreState => ({
  accounts: new Map(),
  keys: new Map(),
  users: new Map(),
  roles: new Map(),
  seal: Uint8Array.from(random.bytes(32)),
});

/** All state of one cloud. Entities are plain data; services change them, this class finds them. */
export class Store implements Principals {
  readonly clock: Clock;
  readonly random: Random;
  readonly accounts: StoreState['accounts'];
  readonly keys: StoreState['keys'];
  readonly users: StoreState['users'];
  readonly roles: StoreState['roles'];
  readonly tokens: SessionTokens;
  /** Seals DecodeAuthorizationMessage's messages. */
  readonly messages: Sealer;
  /**
   * Counts the changes that can change a decision (every successful IAM write).
   * INVARIANT: whatever is derived from policies, tags or names carries the generation it was derived at.
   */
  generation = 0;

  constructor(clock: Clock, random: Random, state: StoreState = emptyStore(random)) {
    this.clock = clock;
    this.random = random;
    this.accounts = state.accounts;
    this.keys = state.keys;
    this.users = state.users;
    this.roles = state.roles;
    this.tokens = new SessionTokens(state.seal, random);
    this.messages = new Sealer(state.seal, random, 'authorization-message');
  }

  /** Throws EntityAlreadyExists, or ValidationError for anything but 12 digits. */
  createAccount(accountId: string, name: string | undefined): AccessKey {
    return this.addKey(this.openAccount(accountId, name), undefined);
  }

  /** The same without a root key: what CreateAccount of Organizations makes. */
  openAccount(accountId: string, name: string | undefined): Account {
    if (!isAccountId(accountId)) throw new AwsError('ValidationError', `${accountId} is not 12 digits.`);
    if (this.accounts.has(accountId)) {
      throw new AwsError('EntityAlreadyExists', `Account ${accountId} already exists.`, 409);
    }
    const account: Account = {
      id: accountId,
      ...(name !== undefined && { name }),
      createdAt: this.clock.now(),
      rootKeys: new Map(),
      users: new NameMap(),
      groups: new NameMap(),
      roles: new NameMap(),
      policies: new NameMap(),
      awsPolicies: new Map(),
      instanceProfiles: new NameMap(),
      mfaDevices: new Map(),
    };
    this.accounts.set(accountId, account);
    this.generation++;
    return account;
  }

  /** The account of an authenticated caller, which always exists. */
  account(accountId: string): Account {
    const account = this.accounts.get(accountId);
    if (account === undefined) throw new Error(`no account ${accountId}`);
    return account;
  }

  addKey(account: Account, user: User | undefined): AccessKey {
    let id = accessKeyId('AKIA', account.id, this.random);
    while (this.keys.has(id)) id = accessKeyId('AKIA', account.id, this.random);
    const key: AccessKey = {
      id,
      secret: secretAccessKey(this.random),
      accountId: account.id,
      ...(user !== undefined && { user }),
      createdAt: this.clock.now(),
      active: true,
    };
    this.keys.set(id, key);
    (user?.keys ?? account.rootKeys).set(id, key);
    return key;
  }

  /** A managed policy that this account can use, its own or AWS's. */
  policy(account: Account, arn: string): ManagedPolicy | undefined {
    const known = account.awsPolicies.get(arn);
    if (known !== undefined) return known;
    if (isAwsManaged(arn)) {
      const fresh = awsManagedPolicy(arn);
      if (fresh !== undefined) account.awsPolicies.set(arn, fresh);
      return fresh;
    }
    const own = account.policies.get(arn.slice(arn.lastIndexOf('/') + 1));
    return own?.arn === arn ? own : undefined;
  }

  /** Role ARNs are compared exactly, path and case included, as STS does. */
  roleByArn(arn: string): Role | undefined {
    // Where the account stands in `arn:aws:iam::111122223333:role/…`; what isn't such an ARN is no role's.
    const account = this.accounts.get(arn.slice(13, 25));
    const role = account?.roles.get(lastSegment(arn));
    return role?.arn === arn && !account?.closed ? role : undefined;
  }

  knowsAccount(accountId: string): boolean {
    return this.accounts.has(accountId);
  }

  idOf(arn: string): string | undefined {
    const parsed = parseArn(arn);
    const account = this.accounts.get(parsed?.account ?? '');
    if (parsed === undefined || account === undefined) return undefined;
    if (parsed.service === 'sts') {
      const [, role, session] = parsed.resource.split('/');
      const id = account.roles.get(role ?? '')?.id;
      return id === undefined ? undefined : `${id}:${session}`;
    }
    const named = parsed.resource.startsWith('role/') ? account.roles : account.users;
    const entity = named.get(lastSegment(arn));
    return entity?.arn === arn ? entity.id : undefined;
  }

  arnOf(id: string): string | undefined {
    const [unique = '', session] = id.split(':');
    const role = this.roles.get(unique);
    if (role === undefined || session === undefined) return role?.arn ?? this.users.get(unique)?.arn;
    return `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${session}`;
  }
}

const lastSegment = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);
