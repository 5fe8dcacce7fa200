import type { StoredPolicy } from '../../state/stored-policy.ts';

/** Kinds of policy that take part in decisions; the others are documents that organizations keep for other services. */
export type PolicyType = 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY' | (string & {});

/** All organizations of a cloud. Plain data: it is saved as it is. */
export interface OrganizationsState {
  /** By id. */
  readonly organizations: Map<string, Organization>;
  /** By account id: every account that belongs to an organization, the management account too. */
  readonly members: Map<string, Member>;
  /** By id; handshakes outlive the organization that sent them. */
  readonly handshakes: Map<string, Handshake>;
  /** Name and address of the accounts that CreateAccount made, by account id; they stay when an account leaves. */
  readonly owners: Map<string, { readonly name: string; readonly email: string }>;
  /** The same accounts by address, in lower case. */
  readonly byEmail: Map<string, string>;
  /** The id that the next organization gets, when somebody chose one: definitions name it in conditions. */
  nextId?: string;
}

/** `o-` and 10 to 32 letters and digits: API_Organization.html */
export const organizationIdPattern = /^o-[a-z0-9]{10,32}$/;

export const emptyOrganizations = (): OrganizationsState => ({
  organizations: new Map(),
  members: new Map(),
  handshakes: new Map(),
  owners: new Map(),
  byEmail: new Map(),
});

export interface Organization {
  /** `o-xxxxxxxxxx` */
  readonly id: string;
  readonly managementAccountId: string;
  featureSet: 'ALL' | 'CONSOLIDATED_BILLING';
  readonly createdAt: number;
  readonly root: Container;
  /** OUs by id, nested ones too. */
  readonly units: Map<string, Container>;
  /** By account id, the management account first. */
  readonly members: Map<string, Member>;
  /** By id; AWS's own first. */
  readonly policies: Map<string, OrganizationPolicy>;
  readonly enabledTypes: Set<PolicyType>;
  /** When policies of a type, or what they are attached to, last changed (ms): what is effective was made anew then. */
  policiesChangedAt?: Map<PolicyType, number>;
  /** Service principals with trusted access, and since when (ms). */
  readonly trusted: Map<string, number>;
  /** Service principal → account → since when (ms). */
  readonly delegated: Map<string, Map<string, number>>;
  /** By request id. */
  readonly creations: Map<string, Creation>;
  resourcePolicy?: { readonly id: string; policy: StoredPolicy; readonly tags: Map<string, string> };
}

interface Target {
  readonly id: string;
  readonly tags: Map<string, string>;
  /** Policies of all types that are attached here. */
  readonly attached: Set<OrganizationPolicy>;
}

/** A root or an OU. */
export interface Container extends Target {
  readonly kind: 'root' | 'unit';
  name: string;
  /** Absent: the root. */
  readonly parent?: Container;
  readonly units: Set<Container>;
  readonly accounts: Set<Member>;
}

/** An account in an organization; `id` is the account's. */
export interface Member extends Target {
  readonly kind: 'account';
  readonly organization: Organization;
  readonly name: string;
  readonly email: string;
  readonly joinedMethod: 'CREATED' | 'INVITED';
  readonly joinedAt: number;
  /** From one root or OU to another. */
  movedAt?: number;
  status: 'ACTIVE' | 'PENDING_CLOSURE' | 'SUSPENDED';
  closedAt?: number;
  parent: Container;
}

export interface OrganizationPolicy {
  /** `p-xxxxxxxx` */
  readonly id: string;
  readonly type: PolicyType;
  readonly awsManaged: boolean;
  name: string;
  description: string;
  /** As it was given. */
  content: string;
  /** SCPs and RCPs: what the engine reads. */
  document?: StoredPolicy;
  readonly tags: Map<string, string>;
  readonly targets: Set<Container | Member>;
}

/** One CreateAccount request. */
export interface Creation {
  /** `car-…` */
  readonly id: string;
  readonly accountName: string;
  readonly email: string;
  readonly roleName: string;
  readonly tags: Map<string, string>;
  readonly requestedAt: number;
  state: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED';
  accountId?: string;
  completedAt?: number;
  failureReason?: string;
}

export interface Handshake {
  /** `h-…` */
  readonly id: string;
  readonly action: 'INVITE' | 'ENABLE_ALL_FEATURES' | 'APPROVE_ALL_FEATURES';
  state: 'REQUESTED' | 'OPEN' | 'CANCELED' | 'ACCEPTED' | 'DECLINED' | 'EXPIRED';
  readonly requestedAt: number;
  readonly expiresAt: number;
  /** When it ended; lists show ended ones for 30 days. */
  endedAt?: number;
  readonly organizationId: string;
  readonly managementAccountId: string;
  readonly managementEmail: string;
  readonly managementName: string;
  readonly featureSet: 'ALL' | 'CONSOLIDATED_BILLING';
  /** The account that is asked; absent for ENABLE_ALL_FEATURES, which the management account finishes itself. */
  readonly accountId?: string;
  /** As the invitation named it. */
  readonly party?: { readonly type: 'ACCOUNT' | 'EMAIL'; readonly id: string };
  readonly notes?: string;
  readonly tags: Map<string, string>;
  /** The ENABLE_ALL_FEATURES handshake that an APPROVE_ALL_FEATURES belongs to. */
  readonly parentId?: string;
}
