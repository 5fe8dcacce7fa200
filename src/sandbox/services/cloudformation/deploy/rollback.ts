import type { StackResource, StackTag } from '../model.ts';
import type { Run } from './run.ts';
import { deleteResource, updateResource } from './single.ts';

/**
 * Does what is left of undoing an update: changed resources get their old properties back, what was made is deleted.
 * Ends in UPDATE_ROLLBACK_COMPLETE, or in UPDATE_ROLLBACK_FAILED with the rest still to do.
 */
export function rollBackUpdate(run: Run, newTags: readonly StackTag[]): void {
  const { stack, operation } = run;
  const { unwinding } = stack;
  if (unwinding === undefined) throw new Error(`${stack.id} has nothing to roll back`);
  const { undo, recipe } = unwinding;
  const tags = { now: recipe.tags, previous: newTags };
  const failed: string[] = [];
  const made: StackResource[] = [];
  const left = undo.filter((step) => {
    if (step.kind === 'remove') {
      made.push(step.made);
      return true;
    }
    const { before } = step;
    const current = stack.resources.get(before.logicalId);
    if (operation.skip?.includes(before.logicalId) === true) {
      if (current !== undefined) current.status = 'UPDATE_COMPLETE';
      return false;
    }
    if (current === undefined || current.physicalId !== before.physicalId) {
      stack.resources.set(before.logicalId, { ...before, status: 'UPDATE_COMPLETE' });
      return false;
    }
    const reason = updateResource(run, current, before, tags);
    if (reason !== undefined) failed.push(before.logicalId);
    return reason !== undefined;
  });
  undo.splice(0, undo.length, ...left);
  if (failed.length > 0) {
    run.status(
      'UPDATE_ROLLBACK_FAILED',
      `The following resource(s) failed to update: [${failed.join(', ')}]. `,
    );
    return;
  }
  run.status('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  for (const resource of made) {
    // A later update has tried it again, and has taken this one away.
    if (resource.status === 'DELETE_COMPLETE') continue;
    const retained = resource.deletionPolicy === 'Retain' && resource.physicalId !== undefined;
    deleteResource(run, resource, retained);
    if (stack.resources.get(resource.logicalId) === resource) stack.resources.delete(resource.logicalId);
  }
  delete stack.unwinding;
  stack.recipe = recipe;
  run.status('UPDATE_ROLLBACK_COMPLETE');
}
