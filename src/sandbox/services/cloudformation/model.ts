import type { Caller } from '../../types.ts';

/** Statuses of a stack: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
export type StackStatus =
  | 'REVIEW_IN_PROGRESS'
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_FAILED'
  | 'CREATE_COMPLETE'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_FAILED'
  | 'ROLLBACK_COMPLETE'
  | 'DELETE_IN_PROGRESS'
  | 'DELETE_FAILED'
  | 'DELETE_COMPLETE'
  | 'UPDATE_IN_PROGRESS'
  | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_FAILED'
  | 'UPDATE_ROLLBACK_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_FAILED'
  | 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'IMPORT_IN_PROGRESS'
  | 'IMPORT_COMPLETE'
  | 'IMPORT_ROLLBACK_IN_PROGRESS'
  | 'IMPORT_ROLLBACK_COMPLETE';

export type ResourceStatus =
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_FAILED'
  | 'CREATE_COMPLETE'
  | 'DELETE_IN_PROGRESS'
  | 'DELETE_FAILED'
  | 'DELETE_COMPLETE'
  | 'DELETE_SKIPPED'
  | 'UPDATE_IN_PROGRESS'
  | 'UPDATE_FAILED'
  | 'UPDATE_COMPLETE'
  | 'IMPORT_IN_PROGRESS'
  | 'IMPORT_FAILED'
  | 'IMPORT_COMPLETE';

/** What a template computes to: JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface StackTag {
  readonly Key: string;
  readonly Value: string;
}

export type DriftStatus = 'IN_SYNC' | 'MODIFIED' | 'DELETED' | 'NOT_CHECKED';

export interface PropertyDifference {
  /** `/Policies/0/PolicyName` */
  readonly PropertyPath: string;
  readonly ExpectedValue: string;
  readonly ActualValue: string;
  readonly DifferenceType: 'ADD' | 'REMOVE' | 'NOT_EQUAL';
}

export interface ResourceDrift {
  readonly status: DriftStatus;
  readonly differences: readonly PropertyDifference[];
  /** JSON text, as the API answers it. */
  readonly expected: string;
  readonly actual?: string;
  readonly at: number;
}

export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  physicalId?: string;
  status: ResourceStatus;
  reason?: string;
  /** ms */
  updatedAt: number;
  /** As last applied, without functions. */
  properties: JsonObject;
  /** Earlier ones that a change which failed half-way may have left in place. */
  torn?: readonly JsonObject[];
  /** For Fn::GetAtt. */
  attributes: JsonObject;
  /** Text of its Metadata, for comparison. */
  metadata?: string;
  deletionPolicy: DeletionPolicy;
  /** Logical ids that it was made after. */
  dependsOn: readonly string[];
  drift?: ResourceDrift;
}

export type DeletionPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate' | 'Snapshot';

export interface StackOutput {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

export interface StackEvent {
  readonly id: string;
  /** ms */
  readonly at: number;
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly properties?: string;
  readonly token?: string;
}

/** What a stack is made of: kept of the version in force, for rollback. */
export interface Recipe {
  readonly template: string;
  /** Text values by parameter name, as given or by default (before SSM; NoEcho included). */
  readonly parameters: Readonly<Record<string, string>>;
  readonly capabilities: readonly string[];
  readonly tags: readonly StackTag[];
  readonly notificationArns: readonly string[];
}

export type OperationKind = 'create' | 'update' | 'delete' | 'import' | 'rollback';

/** Who asked: where its calls on resources come from. Plain data: it outlives the call. */
export interface Actor {
  readonly caller: Caller;
  readonly sourceIp: string;
  readonly userAgent: string;
}

/** A timer that is set when the operation has ended; the payload gets `stackId` and `status` beside what is given. */
export interface WhenDone {
  readonly kind: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** An operation that has been accepted and not ended. */
export interface PendingOperation {
  readonly kind: OperationKind;
  readonly actor: Actor;
  readonly token?: string;
  readonly recipe?: Recipe;
  readonly onFailure?: 'DO_NOTHING' | 'ROLLBACK' | 'DELETE';
  readonly retain?: readonly string[];
  /** ContinueUpdateRollback. */
  readonly skip?: readonly string[];
  /** Stack policy during this update only. */
  readonly policy?: string;
  /** Logical id → identifier values, for imports. */
  readonly imports?: Readonly<Record<string, string>>;
  cancelled?: boolean;
  readonly whenDone?: WhenDone;
}

export interface ChangeSetChange {
  readonly action: 'Add' | 'Modify' | 'Remove' | 'Import' | 'Dynamic';
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly type: string;
  readonly replacement?: 'True' | 'False' | 'Conditional';
  readonly policyAction?: 'Delete' | 'Retain' | 'Snapshot' | 'ReplaceAndDelete' | 'ReplaceAndRetain';
  readonly scope: readonly ('Properties' | 'Metadata' | 'Tags' | 'DeletionPolicy')[];
  readonly details: readonly {
    readonly attribute: 'Properties' | 'Metadata' | 'Tags';
    readonly name?: string;
    readonly requiresRecreation: 'Never' | 'Conditionally' | 'Always';
    readonly evaluation: 'Static' | 'Dynamic';
    readonly source: 'DirectModification' | 'ResourceReference' | 'ParameterReference' | 'ResourceAttribute';
    readonly causing?: string;
  }[];
}

export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly type: 'CREATE' | 'UPDATE' | 'IMPORT';
  readonly description?: string;
  readonly createdAt: number;
  readonly recipe: Recipe;
  readonly roleArn?: string;
  readonly onFailure?: 'DO_NOTHING' | 'ROLLBACK' | 'DELETE';
  readonly imports?: Readonly<Record<string, string>>;
  readonly changes: readonly ChangeSetChange[];
  status: 'CREATE_COMPLETE' | 'FAILED';
  reason?: string;
  executionStatus: 'AVAILABLE' | 'UNAVAILABLE' | 'EXECUTE_COMPLETE' | 'EXECUTE_IN_PROGRESS' | 'OBSOLETE';
}

/** What brings a stack back to the version before an update; what has been done is taken off the list. */
export type Undo =
  | { readonly kind: 'restore'; readonly before: StackResource }
  | { readonly kind: 'remove'; readonly made: StackResource };

export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdAt: number;
  status: StackStatus;
  reason?: string;
  updatedAt?: number;
  deletedAt?: number;
  description?: string;
  /** Absent while the stack is only reviewed (REVIEW_IN_PROGRESS). */
  recipe?: Recipe;
  roleArn?: string;
  disableRollback: boolean;
  timeoutMinutes?: number;
  terminationProtection: boolean;
  /** The stack policy's text. */
  policy?: string;
  readonly resources: Map<string, StackResource>;
  outputs: readonly StackOutput[];
  /** Names of the exports that the template in force imports. */
  imports: readonly string[];
  /** Oldest first. */
  readonly events: StackEvent[];
  readonly changeSets: ChangeSet[];
  /** Of a nested stack; set when its parent has made it. */
  parentId?: string;
  rootId?: string;
  pending?: PendingOperation;
  /**
   * What brings it back to its last stable version, in its order: of a rollback that failed, or of an update that failed
   * and was to be left as it is. `old`: physical resources that the next version has no use for.
   */
  unwinding?: {
    readonly undo: Undo[];
    readonly recipe: Recipe;
    readonly old: readonly { readonly resource: StackResource; readonly retained: boolean }[];
  };
  /** By ClientRequestToken: what it asked for. */
  readonly tokens: Map<string, string>;
  drift?: { readonly status: 'IN_SYNC' | 'DRIFTED'; readonly at: number };
  /** The stack set that it is an instance of. */
  readonly stackSetArn?: string;
}
