import type * as cfn from '@aws-sdk/client-cloudformation';
import type { Operation } from '../../../types.ts';
import { operation } from '../../operation.ts';
import { textAt } from '../operations/input.ts';
import type { Ask } from './ask.ts';
import { begin, repeated } from './begin.ts';
import { invalid } from './errors.ts';
import type { StackSet } from './model.ts';
import type { Room } from './room.ts';

const MOST_STACKS = 10;
const MOST_LISTED = 200;
const LARGEST_LIST = 1_048_576;
const STACK = /^arn:aws[a-z-]*:cloudformation:[a-z0-9-]+:\d{12}:stack\/[A-Za-z][A-Za-z0-9-]*\/[^/]+$/;

export const importOperation = (room: Room, ask: Ask): Operation =>
  operation<cfn.ImportStacksToStackSetInput, cfn.ImportStacksToStackSetOutput>({
    name: 'ImportStacksToStackSet',
    readOnly: false,
    authorize: (input, call) => ask.operation('ImportStacksToStackSet', call, input, {}),
    handle: (input, call) => {
      const set = room.find(call, input.StackSetName, input.CallAs);
      const again = repeated(set, input, call);
      if (again !== undefined) return { OperationId: again.id };
      if ((input.StackIds === undefined) === (input.StackIdsUrl === undefined)) {
        throw invalid('Exactly one of StackIds or StackIdsUrl must be specified');
      }
      const stackIds =
        input.StackIds ??
        textAt(room.world, call, input.StackIdsUrl ?? '', 'StackIdsUrl', LARGEST_LIST)
          .split(/[\s,]+/)
          .filter((id) => id !== '');
      const most = input.StackIds === undefined ? MOST_LISTED : MOST_STACKS;
      if (stackIds.length === 0 || stackIds.length > most) {
        throw invalid(`The number of stacks to import must be between 1 and ${most}`);
      }
      const units = input.OrganizationalUnitIds ?? [];
      check(room, set, stackIds, units);
      const task = { kind: 'import' as const, stackIds: [...new Set(stackIds)], units };
      return { OperationId: begin(room, set, call, input, { action: 'CREATE', task, scope: {} }) };
    },
  });

/** unverified: AWS's words. */
function check(room: Room, set: StackSet, stackIds: readonly string[], units: readonly string[]): void {
  const wrong = stackIds.find((id) => !STACK.test(id));
  if (wrong !== undefined) throw invalid(`${wrong.slice(0, 128)} is not a valid stack ID`);
  const places = stackIds.map((id) => id.split(':').slice(3, 5).join('/'));
  if (new Set(places).size !== places.length) {
    throw invalid('A StackSet can have only one stack in an account and Region');
  }
  for (const id of stackIds) {
    const [, , , region = '', accountId = ''] = id.split(':');
    const known = set.instances.get(`${accountId}/${region}`);
    if (known !== undefined && known.detailedStatus !== 'FAILED_IMPORT') {
      throw invalid(
        `StackSet ${set.id} already has a stack instance in account ${accountId} and region ${region}`,
      );
    }
  }
  if (set.permissionModel === 'SELF_MANAGED') {
    if (units.length > 0)
      throw invalid('OrganizationalUnitIds are not supported for SELF_MANAGED stack sets');
    return;
  }
  if (units.length === 0) throw invalid('OrganizationalUnitIds must be specified');
  for (const id of stackIds) {
    const [, , , , accountId = ''] = id.split(':');
    const parents = room.structure.place(accountId)?.parents ?? [];
    if (accountId === set.accountId || !units.some((unit) => parents.includes(unit))) {
      throw invalid(`Account ${accountId} is in none of the organizational units [${units.join(', ')}]`);
    }
  }
}
