import type { Json } from '../model.ts';
import { evaluateConditions } from './conditions.ts';
import { formatError, templateError } from './fail.ts';
import { collect, conditionFunctions, noMentions, valueFunctions } from './functions.ts';
import { creationOrder } from './graph.ts';
import type { Template } from './model.ts';
import { pseudoParameters } from './pseudo.ts';

/** Whether every name that the template uses exists, and every function stands where it may. */
export function checkNames(template: Template): void {
  checkConditions(template);
  const resources = new Set<string>();
  for (const resource of template.resources.values()) {
    const mentions = collect(resource.properties, noMentions());
    functionsOf(mentions.functions, resource.logicalId);
    for (const name of [...mentions.refs, ...resource.dependsOn]) {
      if (
        !template.resources.has(name) &&
        !(isGlobal(template, name) && !resource.dependsOn.includes(name))
      ) {
        resources.add(name);
      }
    }
    checkAttributes(template, mentions.attributes, resources);
    checkUsed(template, mentions.conditions, mentions.maps);
    if (resource.condition !== undefined) checkUsed(template, [resource.condition], []);
  }
  if (resources.size > 0) throw unresolved(resources, 'Resources');
  checkOutputs(template);
  // For its error about cycles over all branches; branches that conditions take out are looked at again later.
  creationOrder(template);
}

function checkOutputs(template: Template): void {
  const missing = new Set<string>();
  for (const output of template.outputs.values()) {
    const values: Json[] = [output.value, ...(output.exportName === undefined ? [] : [output.exportName])];
    const mentions = collect(values, noMentions());
    functionsOf(mentions.functions, output.key);
    for (const name of mentions.refs) {
      if (!template.resources.has(name) && !isGlobal(template, name)) missing.add(name);
    }
    checkAttributes(template, mentions.attributes, missing);
    checkUsed(template, mentions.conditions, mentions.maps);
    if (output.condition !== undefined) checkUsed(template, [output.condition], []);
  }
  if (missing.size > 0) throw unresolved(missing, 'Outputs');
}

function checkConditions(template: Template): void {
  for (const [name, value] of template.conditions) {
    const mentions = collect(value, noMentions(), undefined, true);
    const wrong = [...mentions.refs].filter((ref) => !isGlobal(template, ref));
    if (wrong.length > 0) {
      throw formatError(
        `Unresolved dependencies [${wrong.join(', ')}]. Cannot reference resources in the Conditions block of the template`,
      );
    }
    for (const used of ['Fn::GetAtt', 'Fn::ImportValue', 'Fn::GetAZs', 'Fn::Cidr', 'Fn::Base64']) {
      if (mentions.functions.has(used)) throw templateError(`${used} cannot be used in condition ${name}`);
    }
    for (const { logicalId } of mentions.attributes) {
      throw formatError(
        `Unresolved dependencies [${logicalId}]. Cannot reference resources in the Conditions block of the template`,
      );
    }
    checkUsed(template, mentions.conditions, mentions.maps);
  }
  // All branches are looked at, so that shapes and cycles show whatever the values are.
  const condition = evaluateConditions(template.conditions, (value) => value);
  for (const name of template.conditions.keys()) condition(name);
}

function checkAttributes(
  template: Template,
  attributes: readonly { logicalId: string; by: string }[],
  missing: Set<string>,
): void {
  for (const { logicalId, by } of attributes) {
    if (template.resources.has(logicalId)) continue;
    if (by === 'Fn::Sub') missing.add(logicalId);
    else throw templateError(`instance of Fn::GetAtt references undefined resource ${logicalId}`);
  }
}

function checkUsed(template: Template, conditions: Iterable<string>, maps: Iterable<string>): void {
  for (const name of conditions) {
    if (!template.conditions.has(name)) {
      // unverified: the exact words.
      throw formatError(`Unresolved condition dependency ${name} in the Resources block of the template`);
    }
  }
  for (const name of maps) {
    if (!template.mappings.has(name))
      throw templateError(`Mapping named '${name}' is not present in the 'Mappings' section of template.`);
  }
}

function functionsOf(used: ReadonlySet<string>, where: string): void {
  for (const name of used) {
    if (valueFunctions.has(name)) continue;
    if (conditionFunctions.has(name)) {
      throw templateError(
        `${name} in ${where} is a condition function: it stands in Conditions and Rules only`,
      );
    }
    throw formatError(`unknown function ${name} in ${where}`);
  }
}

const isGlobal = (template: Template, name: string): boolean =>
  template.parameters.has(name) || pseudoParameters.has(name);

const unresolved = (names: ReadonlySet<string>, block: 'Resources' | 'Outputs') =>
  formatError(
    `Unresolved resource dependencies [${[...names].join(', ')}] in the ${block} block of the template`,
  );
