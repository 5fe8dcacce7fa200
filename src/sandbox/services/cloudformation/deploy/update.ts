import type { JsonObject, Recipe, StackResource, Undo } from '../model.ts';
import { same } from '../resources/types.ts';
import { stateOf } from '../state.ts';
import { creationOrder, dependenciesOf } from '../template/graph.ts';
import type { Template, TemplateResource } from '../template/model.ts';
import { readTemplate } from '../template/read.ts';
import { knownOf } from './create.ts';
import { difference } from './diff.ts';
import { environmentOf, type TemplateEnvironment } from './environment.ts';
import { deletionOrder } from './order.ts';
import { computeOutputs } from './outputs.ts';
import { rollBackUpdate } from './rollback.ts';
import { type Run, reasonOf } from './run.ts';
import {
  createResource,
  deleteResource,
  metadataOf,
  resolvedProperties,
  type TagSets,
  typeOf,
  updateResource,
} from './single.ts';
import { deniedByPolicy, type UpdateAction } from './stack-policy.ts';

/** One update while it runs. */
interface Update {
  readonly run: Run;
  readonly template: Template;
  readonly environment: TemplateEnvironment;
  readonly tags: TagSets;
  readonly undo: Undo[];
  /** Physical resources that the new version has no use for. */
  readonly old: { readonly resource: StackResource; readonly retained: boolean }[];
}

/** Brings a stack to a new version, or back to the one before when something fails. */
export function runUpdate(run: Run, recipe: Recipe): void {
  const { stack } = run;
  const before = stack.recipe;
  if (before === undefined) throw new Error(`an update of ${stack.id}, which has no template`);
  if (run.operation.cancelled === true) {
    run.status('UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated');
    run.status('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    run.status('UPDATE_ROLLBACK_COMPLETE');
    return;
  }
  const undo: Undo[] = [];
  const old: Update['old'] = [];
  const failure = changeAll(run, recipe, before, undo, old);
  // An update that failed before and was left as it is isn't where a rollback ends.
  const earlier = stack.unwinding;
  const useless = [...(earlier?.old ?? []), ...old];
  if (failure !== undefined) {
    stack.unwinding = {
      undo: [...undo.reverse(), ...(earlier?.undo ?? [])],
      recipe: earlier?.recipe ?? before,
      old: useless,
    };
    if (run.operation.onFailure === 'DO_NOTHING') {
      stack.recipe = recipe;
      run.status('UPDATE_FAILED', failure);
      return;
    }
    run.status('UPDATE_ROLLBACK_IN_PROGRESS', failure);
    rollBackUpdate(run, recipe.tags);
    return;
  }
  delete stack.unwinding;
  stack.recipe = recipe;
  const { description } = readTemplate(recipe.template);
  if (description === undefined) delete stack.description;
  else stack.description = description;
  run.status('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  cleanUp(run, useless);
  run.status('UPDATE_COMPLETE');
}

/** Deletes what is not used any more. A resource that can't be deleted is left behind: the update stands. */
export function cleanUp(run: Run, old: Update['old']): void {
  const retained = new Map(old.map((one) => [one.resource, one.retained]));
  for (const resource of deletionOrder(old.map((one) => one.resource))) {
    deleteResource(run, resource, retained.get(resource) === true);
  }
}

/** Why it failed; undefined: the stack is as the recipe says, but for the old resources that are left to delete. */
function changeAll(
  run: Run,
  recipe: Recipe,
  before: Recipe,
  undo: Undo[],
  old: Update['old'],
): string | undefined {
  const { stack } = run;
  try {
    const template = readTemplate(recipe.template);
    const state = stateOf(run.world);
    const known = (logicalId: string) => knownOf(stack.resources.get(logicalId));
    const environment = environmentOf(state, stack, template, recipe, known, run.now);
    const tags = { now: recipe.tags, previous: before.tags };
    const update: Update = { run, template, environment, tags, undo, old };
    void run.credentials;
    const order = creationOrder(template, environment.condition);
    for (const definition of order) {
      if (changeOne(update, definition) === undefined) continue;
      const verb = undo.some((step) => step.kind === 'remove' && step.made.logicalId === definition.logicalId)
        ? 'create'
        : 'update';
      return `The following resource(s) failed to ${verb}: [${definition.logicalId}]. `;
    }
    const wanted = new Set(order.map(({ logicalId }) => logicalId));
    const gone = [...stack.resources.values()].filter(({ logicalId }) => !wanted.has(logicalId));
    for (const resource of gone) {
      const reason = denied(update, 'Update:Delete', resource);
      if (reason !== undefined) return reason;
    }
    const outputs = computeOutputs(state, stack, template, environment, run.now);
    stack.outputs = outputs;
    stack.imports = [...environment.imported];
    for (const resource of gone) {
      stack.resources.delete(resource.logicalId);
      old.push({ resource, retained: resource.deletionPolicy.startsWith('Retain') });
    }
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

function changeOne(update: Update, definition: TemplateResource): string | undefined {
  const { run, template, environment, tags, undo } = update;
  const { stack } = run;
  const { logicalId } = definition;
  const dependsOn = dependenciesOf(definition, template, environment.condition);
  const existing = stack.resources.get(logicalId);
  // A creation that failed and was not rolled back is tried again.
  if (existing?.status === 'CREATE_FAILED') deleteResource(run, existing, false);
  if (existing === undefined || existing.status.startsWith('DELETE')) {
    const reason = createResource(run, definition, environment, dependsOn, tags);
    const made = stack.resources.get(logicalId);
    if (made !== undefined) undo.push({ kind: 'remove', made });
    return reason;
  }
  const properties = resolvedProperties(definition, environment);
  const { changed, replacement } = difference(typeOf(existing.type), existing.properties, properties);
  const to = {
    properties,
    dependsOn,
    deletionPolicy: definition.deletionPolicy ?? ('Delete' as const),
    ...metadataOf(definition),
  };
  const taggable = typeOf(existing.type).properties.Tags !== undefined;
  const tagged = taggable && !same(tags.now as never, tags.previous as never);
  const whole = existing.status !== 'UPDATE_FAILED' && existing.torn === undefined;
  if (whole && changed.length === 0 && !tagged && to.metadata === existing.metadata) {
    existing.deletionPolicy = to.deletionPolicy;
    existing.dependsOn = dependsOn;
    return undefined;
  }
  const reason = denied(update, replacement === 'True' ? 'Update:Replace' : 'Update:Modify', existing);
  if (reason !== undefined) {
    run.resource(existing, 'UPDATE_FAILED', reason);
    return reason;
  }
  if (replacement === 'True') return replace(update, definition, existing, dependsOn, properties);
  undo.push({ kind: 'restore', before: { ...existing } });
  return updateResource(run, existing, to, tags);
}

function replace(
  update: Update,
  definition: TemplateResource,
  existing: StackResource,
  dependsOn: readonly string[],
  properties: JsonObject,
): string | undefined {
  const { run, environment, tags, undo, old } = update;
  const { nameProperty } = typeOf(existing.type);
  const name = nameProperty === undefined ? undefined : properties[nameProperty];
  if (nameProperty !== undefined && name !== undefined && same(name, existing.properties[nameProperty])) {
    const reason = `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${String(name)} and update the stack again.`;
    run.resource(existing, 'UPDATE_FAILED', reason);
    return reason;
  }
  const reason = createResource(run, definition, environment, dependsOn, tags, 'UPDATE');
  const made = run.stack.resources.get(definition.logicalId);
  undo.push({ kind: 'restore', before: existing });
  if (made !== undefined) undo.push({ kind: 'remove', made });
  const policy = definition.updateReplacePolicy ?? 'Delete';
  old.push({ resource: { ...existing }, retained: policy.startsWith('Retain') });
  return reason;
}

function denied(update: Update, action: UpdateAction, resource: StackResource): string | undefined {
  const { stack, operation } = update.run;
  return deniedByPolicy(operation.policy ?? stack.policy, action, resource);
}
