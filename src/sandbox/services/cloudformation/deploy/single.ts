import { AwsError } from '../../../types.ts';
import type { JsonObject, StackResource } from '../model.ts';
import { resourceType } from '../resources/registry.ts';
import { Busy, type ResourceContext, type ResourceType, same } from '../resources/types.ts';
import { checkedValues } from '../resources/values.ts';
import { templateError } from '../template/fail.ts';
import type { TemplateResource } from '../template/model.ts';
import { type Environment, resolve } from '../template/resolve.ts';
import { contextOf } from './context.ts';
import { type Run, reasonOf } from './run.ts';

export interface TagSets {
  readonly now: ResourceContext['tags'];
  readonly previous: ResourceContext['tags'];
}

/** INVARIANT: a stack's resources are of known types; templates with others are refused before. */
export function typeOf(name: string): ResourceType {
  const type = resourceType(name);
  if (type === undefined) throw templateError(`Unrecognized resource types: [${name}]`);
  return type;
}

export function resolvedProperties(definition: TemplateResource, environment: Environment): JsonObject {
  const resolved = resolve(definition.properties, environment);
  return typeof resolved === 'object' && resolved !== null && !Array.isArray(resolved)
    ? (resolved as JsonObject)
    : {};
}

/** Text by which a change of metadata is seen. */
export const metadataOf = ({ metadata }: TemplateResource): { metadata?: string } =>
  metadata === undefined ? {} : { metadata: JSON.stringify(metadata) };

/**
 * Makes one resource, and leaves it in the stack either way. Answers why it failed; undefined: it is there.
 * `status`: what its events are called; a replacement is part of an update.
 */
export function createResource(
  run: Run,
  definition: TemplateResource,
  environment: Environment,
  dependsOn: readonly string[],
  tags: TagSets,
  verb: 'CREATE' | 'UPDATE' = 'CREATE',
): string | undefined {
  const { stack, now } = run;
  const resource: StackResource = {
    logicalId: definition.logicalId,
    type: definition.type,
    status: `${verb}_IN_PROGRESS`,
    updatedAt: now,
    properties: {},
    attributes: {},
    deletionPolicy: definition.deletionPolicy ?? 'Delete',
    dependsOn,
    ...metadataOf(definition),
  };
  stack.resources.set(definition.logicalId, resource);
  try {
    resource.properties = resolvedProperties(definition, environment);
    const replaces =
      verb === 'UPDATE'
        ? 'Requested update requires the creation of a new physical resource; hence creating one.'
        : undefined;
    run.resource(resource, `${verb}_IN_PROGRESS`, replaces);
    const type = typeOf(definition.type);
    const values = checkedValues(type, resource.properties);
    const context = contextOf(
      run,
      definition.logicalId,
      (id) => {
        resource.physicalId = id;
      },
      tags,
    );
    const made = type.create(values, context);
    resource.physicalId = made.physicalId;
    resource.attributes = made.attributes ?? {};
    run.resource(resource, `${verb}_IN_PROGRESS`, 'Resource creation Initiated');
    run.resource(resource, `${verb}_COMPLETE`);
    return undefined;
  } catch (error) {
    const reason = reasonOf(error);
    run.resource(resource, `${verb}_FAILED`, reason);
    return reason;
  }
}

/** Changes a resource in place. Answers why it failed. */
export function updateResource(
  run: Run,
  resource: StackResource,
  to: Pick<StackResource, 'properties' | 'deletionPolicy' | 'dependsOn' | 'metadata'>,
  tags: TagSets,
): string | undefined {
  const type = typeOf(resource.type);
  // After a change that failed half-way nobody knows which of its versions a property has: each is changed from.
  const bases = distinct([resource.properties, ...(resource.torn ?? [])]);
  try {
    run.resource(resource, 'UPDATE_IN_PROGRESS');
    const values = checkedValues(type, to.properties);
    // Already now: what undoes a change that fails half-way starts from what was attempted.
    resource.properties = to.properties;
    resource.torn = bases;
    const context = contextOf(run, resource.logicalId, () => undefined, tags);
    let attributes: JsonObject | undefined;
    for (const base of bases) {
      attributes = type.update?.(resource.physicalId ?? '', values, checkedValues(type, base), context);
    }
    delete resource.torn;
    resource.deletionPolicy = to.deletionPolicy;
    resource.dependsOn = to.dependsOn;
    if (to.metadata === undefined) delete resource.metadata;
    else resource.metadata = to.metadata;
    if (attributes !== undefined) resource.attributes = attributes;
    run.resource(resource, 'UPDATE_COMPLETE');
    return undefined;
  } catch (error) {
    const reason = reasonOf(error);
    run.resource(resource, 'UPDATE_FAILED', reason);
    return reason;
  }
}

const distinct = (all: readonly JsonObject[]): readonly JsonObject[] =>
  all.filter((one, i) => all.findIndex((other) => same(one, other)) === i);

/** Takes away what a change that failed half-way left, so that the deletion meets what it knows of. */
function mend(resource: StackResource, context: ResourceContext): void {
  const { physicalId, properties, torn = [] } = resource;
  if (physicalId === undefined) return;
  const type = typeOf(resource.type);
  try {
    const values = checkedValues(type, properties);
    for (const base of torn) type.update?.(physicalId, values, checkedValues(type, base), context);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
}

/** Deletes the thing behind a resource, or skips it when it is to be retained. Answers why it failed. */
export function deleteResource(run: Run, resource: StackResource, retained: boolean): string | undefined {
  if (retained) {
    run.resource(resource, 'DELETE_SKIPPED');
    return undefined;
  }
  const again = resource.status === 'DELETE_IN_PROGRESS';
  if (!again) run.resource(resource, 'DELETE_IN_PROGRESS');
  try {
    if (resource.physicalId !== undefined) {
      const tags = run.stack.recipe?.tags ?? [];
      const context = contextOf(
        run,
        resource.logicalId,
        () => undefined,
        { now: tags, previous: tags },
        again,
      );
      if (!again) mend(resource, context);
      // What was made before a property was refused has only what had been set.
      typeOf(resource.type).remove(resource.physicalId, resource.properties, context);
    }
    run.resource(resource, 'DELETE_COMPLETE');
    return undefined;
  } catch (error) {
    if (error instanceof Busy && run.operation.kind === 'delete') {
      run.busy = true;
      return error.message;
    }
    const reason = reasonOf(error);
    run.resource(resource, 'DELETE_FAILED', reason);
    return reason;
  }
}
