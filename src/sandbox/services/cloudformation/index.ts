import type { Operation } from '../../types.ts';
import type { World } from '../world.ts';
import { controlRoute } from './control.ts';
import { stacks } from './engine.ts';
import { Ask } from './operations/ask.ts';
import { changeSetOperations } from './operations/change-sets.ts';
import { describeOperations } from './operations/describe.ts';
import { driftOperations } from './operations/drift.ts';
import { stackOperations } from './operations/stacks.ts';
import { templateOperations } from './operations/templates.ts';
import { Ask as SetAsk } from './stacksets/ask.ts';
import { stackSetOperations } from './stacksets/index.ts';
import { Room } from './stacksets/room.ts';
import { tellLinkedRoleUses } from './stacksets/service-roles.ts';
import { stateOf } from './state.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html */
export function cloudformationOperations(world: World): readonly Operation[] {
  const state = stateOf(world);
  const ask = new Ask(state);
  const engine = stacks(world);
  const room = new Room(world, engine);
  const sets = new SetAsk(room);
  world.routes.set('cloudformation', controlRoute(state));
  tellLinkedRoleUses(world);
  return [
    ...stackOperations(world, ask, engine),
    ...describeOperations(world, ask),
    ...templateOperations(world, ask, sets),
    ...changeSetOperations(world, ask, engine),
    ...driftOperations(world, ask, engine),
    ...stackSetOperations(room, sets, engine),
  ];
}
