import type { Operation } from '../../types.ts';
import type { World } from '../world.ts';
import { instanceOperations } from './instances.ts';
import { vpcOperations } from './vpcs.ts';

export const ec2Operations = (world: World): readonly Operation[] => [
  ...instanceOperations(world),
  ...vpcOperations(world),
];
