import type { Recipe, StackResource } from '../model.ts';
import { checkedValues } from '../resources/values.ts';
import { stateOf } from '../state.ts';
import { creationOrder, dependenciesOf } from '../template/graph.ts';
import { readTemplate } from '../template/read.ts';
import { contextOf } from './context.ts';
import { knownOf } from './create.ts';
import { environmentOf } from './environment.ts';
import { computeOutputs } from './outputs.ts';
import { type Run, reasonOf } from './run.ts';
import { metadataOf, resolvedProperties, typeOf } from './single.ts';

/**
 * Takes existing resources into a stack; nothing is changed in them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html
 */
export function runImport(run: Run, recipe: Recipe): void {
  const { stack, operation } = run;
  const added: string[] = [];
  try {
    const template = readTemplate(recipe.template);
    const state = stateOf(run.world);
    const known = (id: string) => knownOf(stack.resources.get(id));
    const environment = environmentOf(state, stack, template, recipe, known, run.now);
    const tags = { now: recipe.tags, previous: recipe.tags };
    for (const definition of creationOrder(template, environment.condition)) {
      const { logicalId } = definition;
      const { imports = {} } = operation;
      const physicalId = Object.hasOwn(imports, logicalId) ? imports[logicalId] : undefined;
      if (physicalId === undefined || stack.resources.has(logicalId)) continue;
      const resource: StackResource = {
        logicalId,
        type: definition.type,
        physicalId,
        status: 'IMPORT_IN_PROGRESS',
        updatedAt: run.now,
        properties: resolvedProperties(definition, environment),
        attributes: {},
        deletionPolicy: definition.deletionPolicy ?? 'Delete',
        dependsOn: dependenciesOf(definition, template, environment.condition),
        ...metadataOf(definition),
      };
      stack.resources.set(logicalId, resource);
      added.push(logicalId);
      run.resource(resource, 'IMPORT_IN_PROGRESS', 'Resource import started.');
      const reason = take(run, resource, tags);
      if (reason === undefined) run.resource(resource, 'IMPORT_COMPLETE', 'Resource import completed.');
      else {
        run.resource(resource, 'IMPORT_FAILED', reason);
        throw new ImportFailed(logicalId);
      }
    }
    stack.outputs = computeOutputs(state, stack, template, environment, run.now);
    stack.imports = [...environment.imported];
    stack.recipe = recipe;
    run.status('IMPORT_COMPLETE');
  } catch (error) {
    const reason =
      error instanceof ImportFailed
        ? `The following resource(s) failed to import: [${error.message}]. `
        : reasonOf(error);
    run.status('IMPORT_ROLLBACK_IN_PROGRESS', reason);
    for (const id of added) stack.resources.delete(id);
    run.status('IMPORT_ROLLBACK_COMPLETE');
  }
}

class ImportFailed extends Error {}

/** Reads the resource behind a physical id; why it can't be taken. */
function take(run: Run, resource: StackResource, tags: Parameters<typeof contextOf>[3]): string | undefined {
  try {
    const type = typeOf(resource.type);
    const { physicalId = '', logicalId } = resource;
    const values = checkedValues(type, resource.properties);
    const context = contextOf(run, logicalId, () => undefined, tags);
    if (type.read === undefined) return `Resource type ${resource.type} does not support import operation`;
    if (type.read(physicalId, values, context) === undefined) {
      return `Resource of type '${resource.type}' with identifier '${physicalId}' was not found.`;
    }
    resource.attributes = type.attributesOf?.(physicalId, values, context) ?? {};
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
