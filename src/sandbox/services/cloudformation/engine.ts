import type { World } from '../world.ts';
import type { Actor, Stack, StackResource, StackTag, WhenDone } from './model.ts';

/** A stack to be made or changed. */
export interface DeployRequest {
  readonly accountId: string;
  readonly region: string;
  readonly stackName: string;
  /** The template's text. */
  readonly template: string;
  /** By name; what is absent takes the template's default. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly capabilities?: readonly string[];
  readonly tags?: readonly StackTag[];
  /** Whose credentials do the resource calls, unless `roleArn` is given. Its account must be `accountId`. */
  readonly actor: Actor;
  /** A service role that trusts cloudformation.amazonaws.com. iam:PassRole is the API's question, not asked here. */
  readonly roleArn?: string;
  /** What becomes of a creation that fails; AWS's default is ROLLBACK. */
  readonly onFailure?: 'DO_NOTHING' | 'ROLLBACK' | 'DELETE';
  readonly stackSetArn?: string;
  /** Virtual time, ms. */
  readonly now: number;
  readonly whenDone?: WhenDone;
}

/** What the resource of a stack looks like now, compared with its template. */
export interface DriftReport {
  readonly status: 'IN_SYNC' | 'DRIFTED';
  readonly resources: readonly StackResource[];
}

/** Stacks as services use them (StackSets, nested stacks). Throws AwsError for what the API refuses at once. */
export interface Stacks {
  /**
   * Makes or updates a stack. It is CREATE_IN_PROGRESS or UPDATE_IN_PROGRESS when this returns, and ends by a timer
   * shortly after, or at once with `finish`. Throws ValidationError (template, parameters, "No updates are to be
   * performed.", a stack that is busy) and InsufficientCapabilitiesException.
   */
  deploy(request: DeployRequest): Stack;
  /** Deletes: DELETE_IN_PROGRESS on return. With `keepResources` the stack is forgotten and its resources stay. */
  remove(
    stack: Stack,
    how: {
      readonly actor: Actor;
      readonly now: number;
      readonly roleArn?: string;
      readonly keepResources?: boolean;
      readonly whenDone?: WhenDone;
    },
  ): void;
  /** Runs the stack's pending operation to its end now. */
  finish(stack: Stack, now: number): void;
  /** By name (stacks that aren't deleted) or id. */
  find(accountId: string, region: string, nameOrId: string): Stack | undefined;
  /** Reads every resource with the actor's credentials; keeps the results with the stack. Throws AccessDenied. */
  detectDrift(stack: Stack, actor: Actor, now: number): DriftReport;
}

export const stacks = (_world: World): Stacks => {
  throw new Error('being written');
};
