import type { Operation } from '../../types.ts';
import type { World } from '../world.ts';

export const eventsOperations = (_world: World): readonly Operation[] => [];
