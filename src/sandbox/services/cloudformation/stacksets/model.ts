import type {
  AutoDeployment,
  DeploymentTargets,
  StackInstanceDetailedStatus,
  StackInstanceStatus,
  StackSetOperationAction,
  StackSetOperationPreferences,
  StackSetOperationResultStatus,
  StackSetOperationStatus,
} from '@aws-sdk/client-cloudformation';
import type { StackTag } from '../model.ts';

/** All stack sets of a cloud. Plain data: it is saved as it is. */
export interface StackSetsState {
  /** By ARN; deleted ones stay, as ListStackSets shows them. */
  readonly sets: Map<string, StackSet>;
  /** Active ones: `ACCOUNT:REGION:NAME`. */
  readonly names: Map<string, StackSet>;
  /** By management account: what ActivateOrganizationsAccess has set up. */
  readonly organizations: Map<string, OrganizationsAccess>;
}

export const emptyStackSets = (): StackSetsState => ({
  sets: new Map(),
  names: new Map(),
  organizations: new Map(),
});

export interface OrganizationsAccess {
  active: boolean;
  /** `stacksets-exec-` and 32 hexadecimal digits: the role that members get. */
  readonly executionRoleName: string;
}

/** What UpdateStackSet changes. */
export interface Definition {
  readonly description?: string;
  /** The template's text. */
  readonly template: string;
  /** As given; others take the template's defaults. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly capabilities: readonly string[];
  readonly tags: readonly StackTag[];
  /** Self-managed only. */
  readonly administrationRoleArn?: string;
  readonly executionRoleName?: string;
}

export interface StackSet {
  /** `NAME:UUID` */
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  /** The administrator account; for service-managed sets the management account, whoever made them. */
  readonly accountId: string;
  readonly region: string;
  permissionModel: 'SELF_MANAGED' | 'SERVICE_MANAGED';
  status: 'ACTIVE' | 'DELETED';
  definition: Definition;
  autoDeployment?: AutoDeployment;
  managedExecution: boolean;
  /** What CreateStackSet was asked with, and its ClientRequestToken. */
  readonly request: string;
  readonly token?: string;
  /** By `ACCOUNT/REGION`. */
  readonly instances: Map<string, StackInstance>;
  /** By id, oldest first. */
  readonly operations: Map<string, SetOperation>;
  /** Ids of operations that wait for their turn. */
  queue: string[];
  /** Root or OU → Regions: where accounts that join get instances. */
  readonly targets: Map<string, Set<string>>;
  /** Of the last drift detection that ended. */
  drift?: DriftTotals;
}

export interface StackInstance {
  readonly accountId: string;
  readonly region: string;
  stackId?: string;
  overrides: Record<string, string>;
  status: StackInstanceStatus;
  detailedStatus: StackInstanceDetailedStatus;
  reason?: string;
  /** The root or OU that was targeted. */
  organizationalUnitId?: string;
  lastOperationId?: string;
  drift?: { readonly status: 'IN_SYNC' | 'DRIFTED'; readonly at: number; readonly operationId: string };
}

export interface DriftTotals {
  driftStatus: 'DRIFTED' | 'IN_SYNC' | 'NOT_CHECKED';
  detectionStatus: 'COMPLETED' | 'FAILED' | 'PARTIAL_SUCCESS' | 'IN_PROGRESS' | 'STOPPED';
  at: number;
  total: number;
  drifted: number;
  inSync: number;
  inProgress: number;
  failed: number;
}

/** Parameters as calls give them: a value, or `UsePreviousValue`. */
export type GivenParameters = readonly { readonly key: string; readonly value?: string }[];

/** What an operation is to do; where it does it is decided when its turn comes. */
export type Task =
  | { readonly kind: 'create'; readonly overrides?: GivenParameters }
  | { readonly kind: 'update'; readonly overrides?: GivenParameters }
  | { readonly kind: 'redefine'; readonly change: Redefinition }
  | { readonly kind: 'delete'; readonly retain: boolean }
  | { readonly kind: 'drift' }
  | { readonly kind: 'import'; readonly stackIds: readonly string[]; readonly units: readonly string[] };

/** UpdateStackSet: members that are absent stay as they are. */
export interface Redefinition {
  readonly definition: Definition;
  /** Template or parameters were given: all instances become OUTDATED. */
  readonly outdates: boolean;
  readonly autoDeployment?: AutoDeployment;
  readonly managedExecution?: boolean;
  readonly permissionModel?: StackSet['permissionModel'];
}

/** Where: accounts (self-managed), or targets in the organization; neither: all instances. */
export interface Scope {
  readonly accounts?: readonly string[];
  readonly targets?: DeploymentTargets;
  readonly regions?: readonly string[];
}

export interface SetOperation {
  readonly id: string;
  readonly action: StackSetOperationAction;
  readonly task: Task;
  readonly scope: Scope;
  status: StackSetOperationStatus;
  reason?: string;
  readonly preferences: StackSetOperationPreferences;
  readonly createdAt: number;
  endedAt?: number;
  /** The call that started it, to tell a repetition from another use of its id. */
  readonly request: string;
  /** Roles in force when it began. */
  roles?: { readonly administrationRoleArn?: string; readonly executionRoleName?: string };
  lanes: Lane[];
  /** By `ACCOUNT/REGION`, in the order of the lanes. */
  readonly results: Map<string, Result>;
  drift?: DriftTotals;
}

/** One Region of an operation. */
export interface Lane {
  readonly region: string;
  readonly accounts: readonly string[];
  /** How many of them have been started. */
  next: number;
  running: string[];
  failed: number;
  readonly tolerance: number;
  readonly concurrency: number;
  /** Concurrency falls with each failure. */
  readonly strict: boolean;
}

export interface Result {
  readonly accountId: string;
  readonly region: string;
  status: StackSetOperationResultStatus;
  reason?: string;
  readonly organizationalUnitId?: string;
  /** Of imports. */
  readonly stackId?: string;
}

export const keyOf = (accountId: string, region: string): string => `${accountId}/${region}`;
