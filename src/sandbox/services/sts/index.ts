import type { Operation } from '../../types.ts';
import type { World } from '../world.ts';
import { assumeRole } from './assume-role.ts';
import { identityOperations } from './caller-identity.ts';
import { decodeAuthorizationMessage } from './decode-message.ts';
import { getFederationToken } from './federation-token.ts';
import { getSessionToken } from './session-token.ts';

export const stsOperations = (world: World): readonly Operation[] => [
  assumeRole(world),
  getSessionToken(world),
  getFederationToken(world),
  decodeAuthorizationMessage(world),
  ...identityOperations(),
];
