import type { Stack } from '../model.ts';
import { invalid } from '../template/fail.ts';

/**
 * Throws ValidationError for a stack that is protected or busy. An update of a protected stack may take a nested one
 * away: `byParent`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html
 */
export function checkDeletable(stack: Stack, byParent = false): void {
  if (stack.terminationProtection && !byParent) {
    throw invalid(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
  }
  // A creation under way is given up; everything else has to end first.
  const { pending } = stack;
  if (pending !== undefined && pending.kind !== 'create' && pending.kind !== 'delete') {
    throw invalid(`Stack [${stack.id}] cannot be deleted while in status ${stack.status}`);
  }
}

/**
 * Throws ValidationError for resources that a deletion can't retain. The words are AWS's
 * (https://github.com/rebuy-de/aws-nuke/issues/270).
 */
export function checkRetained(stack: Stack, retain: readonly string[]): void {
  const there = (id: string): boolean => {
    const resource = stack.resources.get(id);
    return resource !== undefined && resource.status !== 'DELETE_COMPLETE';
  };
  if (retain.every(there)) return;
  throw invalid(
    'The specified resources to retain must be in a valid state. Do not specify resources that are in the DELETE_COMPLETE state.',
  );
}
