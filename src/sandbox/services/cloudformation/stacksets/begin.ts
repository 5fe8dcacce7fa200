import { createHash } from 'node:crypto';
import type { StackSetOperationAction, StackSetOperationPreferences } from '@aws-sdk/client-cloudformation';
import { uuid } from '../../../state/ids.ts';
import { AwsError, type Call } from '../../../types.ts';
import { inProgress } from './errors.ts';
import type { Scope, SetOperation, StackSet, Task } from './model.ts';
import { checkPreferences } from './preferences.ts';
import type { Room } from './room.ts';
import { runningOperation } from './runner.ts';

/** What a call asked, without the id that makes it repeatable. */
export function fingerprint(operation: string, input: object): string {
  const { OperationId: _, ClientRequestToken: __, ...rest } = input as Record<string, unknown>;
  return createHash('sha256')
    .update(JSON.stringify([operation, rest]))
    .digest('hex');
}

interface Started {
  readonly OperationId?: string | undefined;
  readonly OperationPreferences?: StackSetOperationPreferences | undefined;
}

/** The operation that an earlier call of the same id and content started; throws when the content differs. */
export function repeated(set: StackSet, input: Started, call: Call): SetOperation | undefined {
  const known = input.OperationId === undefined ? undefined : set.operations.get(input.OperationId);
  if (known === undefined) return undefined;
  if (known.request === fingerprint(call.operation, input)) return known;
  throw new AwsError(
    'OperationIdAlreadyExistsException',
    `Operation with id ${input.OperationId} already exists`,
    409,
  );
}

/** Throws OperationInProgressException, unless the set's operations wait for each other. */
export function assertFree(set: StackSet): void {
  const running = runningOperation(set);
  if (running !== undefined && !set.managedExecution) throw inProgress(set.arn, running.id);
}

/** Starts an operation on a set, or queues it. */
export function begin(
  room: Room,
  set: StackSet,
  call: Call,
  input: Started,
  what: { readonly action: StackSetOperationAction; readonly task: Task; readonly scope: Scope },
): string {
  checkPreferences(input.OperationPreferences);
  room.assertOperable(set);
  assertFree(set);
  const operation: SetOperation = {
    ...what,
    id: input.OperationId ?? uuid(room.world.store.random),
    status: 'QUEUED',
    preferences: input.OperationPreferences ?? {},
    createdAt: call.now,
    request: fingerprint(call.operation, input),
    lanes: [],
    results: new Map(),
  };
  room.runner.submit(set, operation, call.now);
  return operation.id;
}
