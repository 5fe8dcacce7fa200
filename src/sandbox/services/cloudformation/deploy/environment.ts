import type { Json, JsonObject, Recipe, Stack } from '../model.ts';
import { type CloudFormationState, stacksIn } from '../state.ts';
import { evaluateConditions } from '../template/conditions.ts';
import { formatError, invalid, templateError } from '../template/fail.ts';
import type { Template } from '../template/model.ts';
import { parameterValue } from '../template/parameters.ts';
import { type Environment, resolve } from '../template/resolve.ts';

/** What is known of a resource that others mention. */
export interface KnownResource {
  readonly type: string;
  readonly physicalId: string;
  readonly attributes: JsonObject;
}

export interface TemplateEnvironment extends Environment {
  /** Names of exports that have been imported. */
  readonly imported: Set<string>;
}

/** Parameters, pseudo parameters, conditions and exports for one stack's template. */
export function environmentOf(
  state: CloudFormationState,
  stack: Stack,
  template: Template,
  recipe: Recipe,
  known: (logicalId: string) => KnownResource | undefined,
  now: number,
): TemplateEnvironment {
  const pseudo: Readonly<Record<string, Json>> = {
    'AWS::AccountId': stack.accountId,
    'AWS::NotificationARNs': recipe.notificationArns,
    'AWS::Partition': 'aws',
    'AWS::Region': stack.region,
    'AWS::StackId': stack.id,
    'AWS::StackName': stack.name,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const imported = new Set<string>();
  const ref = (name: string): Json | undefined => {
    if (name === 'AWS::NoValue') return undefined;
    const global = Object.hasOwn(pseudo, name) ? pseudo[name] : undefined;
    if (global !== undefined) return global;
    const parameter = template.parameters.get(name);
    const text = Object.hasOwn(recipe.parameters, name) ? recipe.parameters[name] : undefined;
    if (parameter !== undefined && text !== undefined) return parameterValue(parameter, text);
    const resource = known(name);
    if (resource === undefined) {
      throw formatError(`Unresolved resource dependencies [${name}] in the Resources block of the template`);
    }
    return resource.physicalId;
  };
  const environment: TemplateEnvironment = {
    imported,
    mappings: template.mappings,
    region: stack.region,
    ref,
    attribute: (logicalId, attribute) => {
      const resource = known(logicalId);
      if (resource === undefined) {
        throw formatError(
          `Unresolved resource dependencies [${logicalId}] in the Resources block of the template`,
        );
      }
      const value = Object.hasOwn(resource.attributes, attribute)
        ? resource.attributes[attribute]
        : undefined;
      if (value === undefined) {
        throw templateError(
          `resource ${logicalId} does not support attribute type ${attribute} in Fn::GetAtt`,
        );
      }
      return value;
    },
    condition: evaluateConditions(template.conditions, (value) => resolve(value, environment)),
    importValue: (name) => {
      const found = exportsIn(state, stack.accountId, stack.region, now).find((one) => one.name === name);
      if (found === undefined) throw invalid(`No export named ${name} found`);
      imported.add(name);
      return found.value;
    },
  };
  return environment;
}

export interface Exported {
  readonly name: string;
  readonly value: string;
  readonly stack: Stack;
}

/** The exports of an account in a region. */
export function exportsIn(
  state: CloudFormationState,
  accountId: string,
  region: string,
  now: number,
): Exported[] {
  return stacksIn(state, accountId, region, now)
    .filter(({ status }) => status !== 'DELETE_COMPLETE')
    .flatMap((stack) =>
      stack.outputs.flatMap(({ exportName: name, value }) =>
        name === undefined ? [] : [{ name, value, stack }],
      ),
    );
}

/** Names of the stacks that import an export. */
export function importersOf(state: CloudFormationState, of: Stack, name: string, now: number): string[] {
  return stacksIn(state, of.accountId, of.region, now)
    .filter((stack) => stack.status !== 'DELETE_COMPLETE' && stack.imports.includes(name))
    .map((stack) => stack.name);
}
