import type { Operation } from '../../types.ts';
import type { World } from '../world.ts';

export const organizationsOperations = (_world: World): readonly Operation[] => [];
