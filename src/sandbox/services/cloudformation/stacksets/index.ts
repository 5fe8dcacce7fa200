import type { Operation } from '../../../types.ts';
import type { Stacks } from '../engine.ts';
import type { Ask } from './ask.ts';
import { deployAutomatically } from './automatic.ts';
import { driftOperations } from './drift-operations.ts';
import { historyOperations } from './history-operations.ts';
import { importOperation } from './import-operation.ts';
import { instanceOperations } from './instance-operations.ts';
import { organizationOperations } from './organization-operations.ts';
import type { Room } from './room.ts';
import { setOperations } from './set-operations.ts';
import { updateSetOperation } from './update-set.ts';

export function stackSetOperations(room: Room, ask: Ask, stacks: Stacks): readonly Operation[] {
  deployAutomatically(room);
  return [
    ...setOperations(room, ask, stacks),
    updateSetOperation(room, ask),
    ...instanceOperations(room, ask),
    ...historyOperations(room, ask),
    ...driftOperations(room, ask, stacks),
    importOperation(room, ask),
    ...organizationOperations(room, ask),
  ];
}
