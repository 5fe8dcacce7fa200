import { freeName, stateOf } from '../state.ts';
import { importersOf } from './environment.ts';
import { deletionOrder } from './order.ts';
import { type Run, reasonOf } from './run.ts';
import { deleteResource } from './single.ts';

/** Deletes a stack's resources, users first. What depends on something that can't be deleted has gone before. */
export function runDelete(run: Run): void {
  const { stack, operation } = run;
  const state = stateOf(run.world);
  try {
    void run.credentials;
  } catch (error) {
    run.status('DELETE_FAILED', reasonOf(error));
    return;
  }
  for (const { exportName } of stack.outputs) {
    const [user] = exportName === undefined ? [] : importersOf(state, stack, exportName, run.now);
    if (user === undefined || user === stack.name) continue;
    // unverified: that the stack is DELETE_FAILED then.
    run.status(
      'DELETE_FAILED',
      `Delete canceled. Cannot delete export ${exportName} as it is in use by ${user}.`,
    );
    return;
  }
  const failed: string[] = [];
  const blocked = new Set<string>();
  for (const resource of deletionOrder([...stack.resources.values()])) {
    if (resource.status === 'DELETE_COMPLETE' || resource.status === 'DELETE_SKIPPED') continue;
    if (blocked.has(resource.logicalId)) {
      for (const id of resource.dependsOn) blocked.add(id);
      continue;
    }
    const retained =
      operation.retain?.includes(resource.logicalId) === true ||
      resource.deletionPolicy === 'Retain' ||
      resource.deletionPolicy === 'RetainExceptOnCreate';
    if (deleteResource(run, resource, retained) === undefined) continue;
    if (!resource.status.endsWith('IN_PROGRESS')) failed.push(resource.logicalId);
    for (const id of resource.dependsOn) blocked.add(id);
  }
  // What a failed update replaced is the stack's too, though no logical id leads to it any more.
  for (const { resource, retained } of stack.unwinding?.old ?? []) {
    if (resource.status === 'DELETE_COMPLETE' || resource.status === 'DELETE_SKIPPED') continue;
    if (deleteResource(run, resource, retained) !== undefined) failed.push(resource.logicalId);
  }
  if (run.busy) return;
  if (failed.length > 0) {
    run.status('DELETE_FAILED', `The following resource(s) failed to delete: [${failed.join(', ')}]. `);
    return;
  }
  stack.outputs = [];
  stack.imports = [];
  stack.deletedAt = run.now;
  run.status('DELETE_COMPLETE');
  freeName(state, stack);
}
