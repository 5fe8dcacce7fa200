import type { LoginProfile, Tags } from '../../state/model.ts';
import type { LinkedRoleUse, World } from '../world.ts';

/** Account password policy as UpdateAccountPasswordPolicy sets it: what isn't given has its default. */
export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly symbols: boolean;
  readonly numbers: boolean;
  readonly uppercase: boolean;
  readonly lowercase: boolean;
  readonly allowUsersToChange: boolean;
  /** Days. */
  readonly maxAge?: number;
  readonly reusePrevention?: number;
  readonly hardExpiry?: boolean;
}

export interface SamlProvider {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  metadata: string;
  validUntil: number;
  /** SAMLProviderUUID */
  readonly id: string;
  readonly tags: Tags;
}

export interface OidcProvider {
  readonly arn: string;
  /** Host and path, without the scheme: what trust policies' condition keys begin with. */
  readonly url: string;
  readonly createdAt: number;
  clientIds: string[];
  thumbprints: string[];
  readonly tags: Tags;
}

export interface AccessJob {
  readonly id: string;
  readonly arn: string;
  /** Who made it, and alone may read it. */
  readonly by: string;
  readonly createdAt: number;
  readonly granularity: 'SERVICE_LEVEL' | 'ACTION_LEVEL';
  /** What the entity could call and had called when the job was made. */
  readonly services: readonly AccessedService[];
}

export interface AccessedService {
  readonly namespace: string;
  readonly last?: { readonly at: number; readonly region: string; readonly arn: string };
  readonly entities: readonly { readonly id: string; readonly at: number }[];
  readonly actions: readonly { name: string; at: number; region: string; arn: string }[];
}

/** What one account has in IAM besides users, groups, roles and policies. */
export interface IamAccount {
  passwordPolicy?: PasswordPolicy;
  rootLogin?: LoginProfile;
  readonly saml: Map<string, SamlProvider>;
  readonly oidc: Map<string, OidcProvider>;
  report?: { readonly at: number; readonly text: string };
  /** Deletions of service-linked roles by task id. */
  readonly deletions: Map<
    string,
    { readonly roleName: string; readonly at: number; readonly uses?: readonly LinkedRoleUse[] }
  >;
  readonly jobs: Map<string, AccessJob>;
  globalTokenVersion: 'v1Token' | 'v2Token';
  /** Set on an organization's management account. */
  readonly rootFeatures: Set<'RootCredentialsManagement' | 'RootSessions'>;
}

export interface IamState {
  readonly accounts: Map<string, IamAccount>;
  /** Keys of OpenID Connect issuers, set through the control interface: we can't ask an issuer on the internet. */
  readonly issuers: Map<string, readonly Record<string, unknown>[]>;
}

export const iamState = (world: Pick<World, 'own'>): IamState =>
  world.own<IamState>('iam', () => ({ accounts: new Map(), issuers: new Map() }));

export function iamAccount(world: Pick<World, 'own'>, accountId: string): IamAccount {
  const { accounts } = iamState(world);
  const known = accounts.get(accountId);
  if (known !== undefined) return known;
  const fresh: IamAccount = {
    saml: new Map(),
    oidc: new Map(),
    deletions: new Map(),
    jobs: new Map(),
    globalTokenVersion: 'v1Token',
    rootFeatures: new Set(),
  };
  accounts.set(accountId, fresh);
  return fresh;
}
