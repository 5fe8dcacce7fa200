import type { ChangeSetChange, JsonObject, Recipe, Stack, StackOutput, StackResource } from '../model.ts';
import { canonical, same } from '../resources/types.ts';
import type { CloudFormationState } from '../state.ts';
import { collect, noMentions } from '../template/functions.ts';
import { creationOrder } from '../template/graph.ts';
import type { Template, TemplateResource } from '../template/model.ts';
import { readTemplate } from '../template/read.ts';
import { resolve, UNKNOWN } from '../template/resolve.ts';
import { knownOf } from './create.ts';
import { difference } from './diff.ts';
import { environmentOf, type KnownResource, type TemplateEnvironment } from './environment.ts';
import { outputText } from './outputs.ts';
import { metadataOf, resolvedProperties, typeOf } from './single.ts';

export interface Plan {
  readonly changes: readonly ChangeSetChange[];
  /** Outputs, tags or topics differ, though no resource does. */
  readonly others: boolean;
}

/** What an operation with this recipe would do. Throws ValidationError for values that can't be computed. */
export function planChanges(
  state: CloudFormationState,
  stack: Stack,
  recipe: Recipe,
  now: number,
  imports?: Readonly<Record<string, string>>,
): Plan {
  return planOf(state, stack, recipe, now, imports, false);
}

/**
 * Computes all that a creation will compute, as far as it is known before: what can't be is refused at once. An import
 * that isn't there fails the creation later, as on AWS.
 */
export function checkComputable(state: CloudFormationState, stack: Stack, recipe: Recipe, now: number): void {
  planOf(state, stack, recipe, now, undefined, true);
}

function planOf(
  state: CloudFormationState,
  stack: Stack,
  recipe: Recipe,
  now: number,
  imports: Readonly<Record<string, string>> | undefined,
  anyImport: boolean,
): Plan {
  const template = readTemplate(recipe.template);
  const fresh = new Map<string, KnownResource>();
  const alive = (id: string): StackResource | undefined => {
    const resource = stack.resources.get(id);
    return resource?.status.startsWith('DELETE') === true ? undefined : resource;
  };
  const known = (id: string) => fresh.get(id) ?? knownOf(alive(id));
  const found = environmentOf(state, stack, template, recipe, known, now);
  const environment = anyImport ? { ...found, importValue: () => UNKNOWN } : found;
  for (const name of template.conditions.keys()) environment.condition(name);
  const changes: ChangeSetChange[] = [];
  const order = creationOrder(template, environment.condition);
  for (const definition of order) {
    const { logicalId, type } = definition;
    const existing = alive(logicalId);
    if (existing === undefined) {
      const physicalId =
        imports !== undefined && Object.hasOwn(imports, logicalId) ? imports[logicalId] : undefined;
      changes.push({
        action: physicalId === undefined ? 'Add' : 'Import',
        logicalId,
        type,
        scope: [],
        details: [],
        ...(physicalId !== undefined && { physicalId }),
      });
      resolvedProperties(definition, environment);
      fresh.set(logicalId, unknownResource(type));
      continue;
    }
    const change = modification(definition, existing, template, environment, fresh, stack, recipe);
    if (change === undefined) continue;
    changes.push(change);
    if (change.replacement === 'True') fresh.set(logicalId, unknownResource(type));
  }
  const wanted = new Set(order.map(({ logicalId }) => logicalId));
  for (const resource of stack.resources.values()) {
    if (wanted.has(resource.logicalId) || alive(resource.logicalId) === undefined) continue;
    changes.push({
      action: 'Remove',
      logicalId: resource.logicalId,
      type: resource.type,
      ...(resource.physicalId !== undefined && { physicalId: resource.physicalId }),
      policyAction: resource.deletionPolicy.startsWith('Retain') ? 'Retain' : 'Delete',
      scope: [],
      details: [],
    });
  }
  const outputs = plannedOutputs(template, environment);
  return { changes, others: othersDiffer(stack, recipe, outputs) };
}

/** Any attribute of a resource that isn't there yet. */
const unknownResource = (type: string): KnownResource => ({
  type,
  physicalId: UNKNOWN,
  attributes: new Proxy({} as JsonObject, {
    get: () => UNKNOWN,
    getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: UNKNOWN }),
  }),
});

function modification(
  definition: TemplateResource,
  existing: StackResource,
  template: Template,
  environment: TemplateEnvironment,
  fresh: ReadonlyMap<string, KnownResource>,
  stack: Stack,
  recipe: Recipe,
): ChangeSetChange | undefined {
  const type = typeOf(existing.type);
  const after = resolvedProperties(definition, environment);
  const { changed, replacement } = difference(type, existing.properties, after);
  const metadata = metadataOf(definition).metadata !== existing.metadata;
  const tagged =
    type.properties.Tags !== undefined && !same((stack.recipe?.tags ?? []) as never, recipe.tags as never);
  const whole =
    existing.status !== 'UPDATE_FAILED' && existing.status !== 'CREATE_FAILED' && existing.torn === undefined;
  if (whole && changed.length === 0 && !metadata && !tagged) return undefined;
  const dynamic = (name: string) => canonical(after[name]).includes(UNKNOWN);
  // Whether a replacement is certain isn't known while the value that forces it isn't.
  const forced = changed.filter(
    (name) => type.update === undefined || type.properties[name]?.update === 'replace',
  );
  const certain = forced.some((name) => !dynamic(name));
  const shown = replacement === 'True' && !certain ? 'Conditional' : replacement;
  return {
    action: 'Modify',
    logicalId: existing.logicalId,
    type: existing.type,
    ...(existing.physicalId !== undefined && { physicalId: existing.physicalId }),
    replacement: shown,
    ...(shown === 'True' && {
      policyAction: definition.updateReplacePolicy?.startsWith('Retain')
        ? ('ReplaceAndRetain' as const)
        : ('ReplaceAndDelete' as const),
    }),
    scope: [
      ...(changed.length > 0 ? (['Properties'] as const) : []),
      ...(metadata ? (['Metadata'] as const) : []),
      ...(tagged ? (['Tags'] as const) : []),
    ],
    details: [
      ...changed.map((name) => ({
        attribute: 'Properties' as const,
        name,
        requiresRecreation: recreation(type.update === undefined ? 'replace' : type.properties[name]?.update),
        evaluation: dynamic(name) ? ('Dynamic' as const) : ('Static' as const),
        ...sourceOf(definition, name, template, fresh, dynamic(name)),
      })),
      ...(metadata
        ? [{ attribute: 'Metadata' as const, ...still, source: 'DirectModification' as const }]
        : []),
      ...(tagged ? [{ attribute: 'Tags' as const, ...still, source: 'DirectModification' as const }] : []),
    ],
  };
}

const still = { requiresRecreation: 'Never', evaluation: 'Static' } as const;

const recreation = (update: 'replace' | 'conditional' | undefined): 'Always' | 'Conditionally' | 'Never' =>
  update === 'replace' ? 'Always' : update === 'conditional' ? 'Conditionally' : 'Never';

/** What made a property change: another resource, a parameter, or the template itself. */
function sourceOf(
  definition: TemplateResource,
  name: string,
  template: Template,
  fresh: ReadonlyMap<string, KnownResource>,
  dynamic: boolean,
): Pick<ChangeSetChange['details'][number], 'source' | 'causing'> {
  const mentions = collect(definition.properties[name] ?? '', noMentions());
  const attribute = mentions.attributes.find(({ logicalId }) => fresh.has(logicalId));
  if (dynamic && attribute !== undefined) {
    return { source: 'ResourceAttribute', causing: `${attribute.logicalId}.${attribute.attribute}` };
  }
  const resource = [...mentions.refs].find((ref) => fresh.has(ref));
  if (dynamic && resource !== undefined) return { source: 'ResourceReference', causing: resource };
  const parameter = [...mentions.refs].find((ref) => template.parameters.has(ref));
  if (parameter !== undefined) return { source: 'ParameterReference', causing: parameter };
  return { source: 'DirectModification' };
}

type PlannedOutput = Pick<StackOutput, 'key' | 'value' | 'description' | 'exportName'>;

function plannedOutputs(template: Template, environment: TemplateEnvironment): PlannedOutput[] {
  return [...template.outputs.values()]
    .filter(({ condition }) => condition === undefined || environment.condition(condition))
    .flatMap((output) => {
      const value = outputText(output, environment);
      if (value === undefined) return [];
      const { key, description, exportName } = output;
      return [
        {
          key,
          value,
          ...(description !== undefined && { description }),
          ...(exportName !== undefined && { exportName: String(resolve(exportName, environment)) }),
        },
      ];
    });
}

function othersDiffer(stack: Stack, recipe: Recipe, outputs: readonly PlannedOutput[]): boolean {
  const { recipe: before } = stack;
  if (before === undefined) return true;
  if (!same(before.tags as never, recipe.tags as never)) return true;
  if (!same(before.notificationArns, recipe.notificationArns)) return true;
  return !same(outputs as never, stack.outputs as never);
}
