import type { Operation } from '../../types.ts';
import type { World } from '../world.ts';

export const logsOperations = (_world: World): readonly Operation[] => [];
