import type { Operation } from '../../../types.ts';
import type { World } from '../../world.ts';
import type { Stacks } from '../engine.ts';
import { Ask } from './ask.ts';
import { deployAutomatically } from './automatic.ts';
import { driftOperations } from './drift-operations.ts';
import { historyOperations } from './history-operations.ts';
import { importOperation } from './import-operation.ts';
import { instanceOperations } from './instance-operations.ts';
import { organizationOperations } from './organization-operations.ts';
import { Room } from './room.ts';
import { setOperations } from './set-operations.ts';
import { updateSetOperation } from './update-set.ts';

export function stackSetOperations(world: World, stacks: Stacks): readonly Operation[] {
  const room = new Room(world, stacks);
  const ask = new Ask(room);
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
