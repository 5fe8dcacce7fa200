import type { Operation } from '../../types.ts';
import type { World } from '../world.ts';

export const monitoringOperations = (_world: World): readonly Operation[] => [];
