import type { CreateStackSetInput, UpdateStackSetInput } from '@aws-sdk/client-cloudformation';
import { AwsError, type Call } from '../../../types.ts';
import type { World } from '../../world.ts';
import type { Stacks } from '../engine.ts';
import { templateText } from '../operations/input.ts';
import { missingCapability } from '../template/capabilities.ts';
import { parameterTexts } from '../template/parameters.ts';
import { readTemplate } from '../template/read.ts';
import { invalid } from './errors.ts';
import type { Definition, StackSet } from './model.ts';
import { givenParameters, resolveValues } from './parameters.ts';

/** A new set's definition. Throws ValidationError and InsufficientCapabilitiesException. */
export function firstDefinition(
  world: World,
  stacks: Stacks,
  input: Partial<CreateStackSetInput>,
  call: Call,
): Definition {
  if (input.StackId !== undefined) return definitionOfStack(stacks, input, input.StackId, call);
  const sources = [input.TemplateBody, input.TemplateURL].filter((source) => source !== undefined);
  if (sources.length !== 1) throw invalid('Exactly one of TemplateBody or TemplateUrl must be specified');
  const given = givenParameters(input.Parameters) ?? [];
  return checked({
    ...optional(input),
    template: templateText(world, call, input),
    parameters: resolveValues(given, {}),
    capabilities: input.Capabilities ?? [],
    tags: tagsOf(input),
  });
}

/** CreateStackSet with StackId: the set takes the stack's template and parameters. */
function definitionOfStack(
  stacks: Stacks,
  input: Partial<CreateStackSetInput>,
  stackId: string,
  call: Call,
): Definition {
  if (input.TemplateBody !== undefined || input.TemplateURL !== undefined) {
    throw invalid('StackId cannot be specified with TemplateBody or TemplateURL');
  }
  const [, , , region = '', accountId = ''] = stackId.split(':');
  // The stack may be in any account: only what the caller's own account holds can be read without its execution role.
  const stack = accountId === call.caller.accountId ? stacks.find(accountId, region, stackId) : undefined;
  if (stack?.recipe === undefined) throw invalid(`Stack [${stackId}] does not exist`);
  return checked({
    ...optional(input),
    template: stack.recipe.template,
    parameters: { ...stack.recipe.parameters, ...resolveValues(givenParameters(input.Parameters) ?? [], {}) },
    capabilities: input.Capabilities ?? stack.recipe.capabilities,
    tags: tagsOf(input),
  });
}

/** What UpdateStackSet makes of the set. */
export function nextDefinition(
  world: World,
  set: StackSet,
  input: Partial<UpdateStackSetInput>,
  call: Call,
): Definition {
  const { definition } = set;
  const sources = [input.TemplateBody, input.TemplateURL].filter((source) => source !== undefined);
  const previous = input.UsePreviousTemplate === true;
  if (sources.length + (previous ? 1 : 0) !== 1) {
    throw invalid('Exactly one of TemplateBody, TemplateUrl or UsePreviousTemplate must be specified');
  }
  const before = parameterTexts(readTemplate(definition.template), definition.parameters);
  const given = givenParameters(input.Parameters) ?? [];
  const { description, executionRoleName } = definition;
  return checked({
    ...(description !== undefined && { description }),
    ...(executionRoleName !== undefined && { executionRoleName }),
    ...optional(input),
    template: previous ? definition.template : templateText(world, call, input),
    parameters: resolveValues(given, before),
    capabilities: input.Capabilities ?? [],
    tags: input.Tags === undefined ? definition.tags : tagsOf(input),
  });
}

const optional = (
  input: Pick<Partial<CreateStackSetInput>, 'Description' | 'AdministrationRoleARN' | 'ExecutionRoleName'>,
): Partial<Definition> => ({
  ...(input.Description !== undefined && { description: input.Description }),
  ...(input.AdministrationRoleARN !== undefined && { administrationRoleArn: input.AdministrationRoleARN }),
  ...(input.ExecutionRoleName !== undefined && { executionRoleName: input.ExecutionRoleName }),
});

const tagsOf = ({ Tags = [] }: Pick<Partial<CreateStackSetInput>, 'Tags'>) =>
  Tags.map(({ Key = '', Value = '' }) => ({ Key, Value }));

function checked(definition: Definition): Definition {
  const template = readTemplate(definition.template);
  const missing = missingCapability(template, definition.capabilities);
  if (missing !== undefined) {
    throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${missing}]`);
  }
  parameterTexts(template, definition.parameters);
  return definition;
}
