import { parameterTexts } from '../template/parameters.ts';
import { readTemplate } from '../template/read.ts';
import { isInUse } from './in-use.ts';
import type { Job, Outcome } from './work.ts';

/**
 * Takes a stack that exists into the set. Values that differ from the set's become the instance's overrides.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-import.html
 * unverified: the words of the refusals.
 */
export function adopt({ world, stacks, set, operation, instance, caller, now: _ }: Job): Outcome {
  const { accountId, region } = instance;
  const id = importedStack(operation.task, accountId, region);
  const stack = id === undefined ? undefined : stacks.find(accountId, region, id);
  const failed = (reason: string): Outcome => ({ state: 'failed', reason });
  if (stack === undefined || stack.recipe === undefined || stack.status === 'DELETE_COMPLETE') {
    return failed(`Stack ${id} does not exist`);
  }
  if (caller.accountId !== stack.accountId) return failed(`Stack ${id} is not in account ${accountId}`);
  if (!/^(CREATE|UPDATE|IMPORT|UPDATE_ROLLBACK)_COMPLETE$/.test(stack.status)) {
    return failed(`Stack ${id} is in ${stack.status} state and can not be imported`);
  }
  if (isInUse(world, stack.id, set)) return failed(`Stack ${id} already belongs to another StackSet`);
  if (stack.recipe.template.trim() !== set.definition.template.trim()) {
    return failed(`The template of stack ${id} differs from the template of StackSet ${set.id}`);
  }
  const texts = parameterTexts(readTemplate(set.definition.template), set.definition.parameters);
  instance.overrides = Object.fromEntries(
    Object.entries(stack.recipe.parameters).filter(([name, value]) => texts[name] !== value),
  );
  return { state: 'done', stackId: stack.id };
}

function importedStack(
  task: Job['operation']['task'],
  accountId: string,
  region: string,
): string | undefined {
  if (task.kind !== 'import') return undefined;
  return task.stackIds.find((id) => id.includes(`:${region}:${accountId}:`));
}
