import type { Recipe, StackResource } from '../model.ts';
import { stateOf } from '../state.ts';
import { creationOrder, dependenciesOf } from '../template/graph.ts';
import { readTemplate } from '../template/read.ts';
import { environmentOf, type KnownResource } from './environment.ts';
import { deletionOrder } from './order.ts';
import { computeOutputs } from './outputs.ts';
import { type Run, reasonOf } from './run.ts';
import { createResource, deleteResource } from './single.ts';

/** Makes a stack's resources and outputs; rolls back what was made when something fails. */
export function runCreate(run: Run, recipe: Recipe): void {
  const { stack } = run;
  const failure = makeAll(run, recipe);
  if (failure === undefined) {
    run.status('CREATE_COMPLETE');
    return;
  }
  const onFailure = run.operation.onFailure ?? 'ROLLBACK';
  if (onFailure === 'DO_NOTHING') {
    run.status('CREATE_FAILED', failure);
    return;
  }
  const removing = onFailure === 'DELETE';
  run.status(
    removing ? 'DELETE_IN_PROGRESS' : 'ROLLBACK_IN_PROGRESS',
    `${failure}${removing ? 'Delete' : 'Rollback'} requested by user.`,
  );
  const failed = removeMade(run);
  if (failed.length > 0) {
    run.status(
      removing ? 'DELETE_FAILED' : 'ROLLBACK_FAILED',
      `The following resource(s) failed to delete: [${failed.join(', ')}]. `,
    );
    return;
  }
  stack.outputs = [];
  stack.imports = [];
  run.status(removing ? 'DELETE_COMPLETE' : 'ROLLBACK_COMPLETE');
}

/** Why it failed, with a blank at the end for what follows; undefined: all is there. */
function makeAll(run: Run, recipe: Recipe): string | undefined {
  const { stack } = run;
  try {
    const template = readTemplate(recipe.template);
    const known = (logicalId: string): KnownResource | undefined => knownOf(stack.resources.get(logicalId));
    const environment = environmentOf(stateOf(run.world), stack, template, recipe, known, run.now);
    const tags = { now: recipe.tags, previous: recipe.tags };
    // Throws before anything is made when the service role is gone.
    void run.credentials;
    for (const definition of creationOrder(template, environment.condition)) {
      const needs = dependenciesOf(definition, template, environment.condition);
      const reason = createResource(run, definition, environment, needs, tags);
      if (reason !== undefined) {
        return `The following resource(s) failed to create: [${definition.logicalId}]. `;
      }
    }
    stack.outputs = computeOutputs(stateOf(run.world), stack, template, environment, run.now);
    stack.imports = [...environment.imported];
    return undefined;
  } catch (error) {
    return `${reasonOf(error)}. `.replace(/\.\. $/, '. ');
  }
}

/** As others may mention it: once it is there. */
export const knownOf = (resource: StackResource | undefined): KnownResource | undefined =>
  resource?.physicalId === undefined
    ? undefined
    : { type: resource.type, physicalId: resource.physicalId, attributes: resource.attributes };

/** Deletes what a failed creation made; logical ids of what couldn't be. */
export function removeMade(run: Run): readonly string[] {
  const failed: string[] = [];
  for (const resource of deletionOrder([...run.stack.resources.values()])) {
    if (resource.status === 'DELETE_COMPLETE' || resource.status === 'DELETE_SKIPPED') continue;
    // RetainExceptOnCreate: "unless the resource is created by a stack operation that is rolled back".
    const retained = resource.deletionPolicy === 'Retain' && resource.physicalId !== undefined;
    if (deleteResource(run, resource, retained) !== undefined) failed.push(resource.logicalId);
  }
  return failed;
}
