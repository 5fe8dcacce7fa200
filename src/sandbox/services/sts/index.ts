import type { Operation } from '../../types.ts';
import type { World } from '../world.ts';
import { assumeRole } from './assume-role.ts';
import { assumeRoleWithSaml } from './assume-role-with-saml.ts';
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts';
import { assumeRoot } from './assume-root.ts';
import { identityOperations } from './caller-identity.ts';
import { decodeAuthorizationMessage } from './decode-message.ts';
import { getFederationToken } from './federation-token.ts';
import { identityProviderRoute } from './identity-providers.ts';
import { getSessionToken } from './session-token.ts';
import { signinRoute } from './signin.ts';

export function stsOperations(world: World): readonly Operation[] {
  identityProviderRoute(world);
  signinRoute(world);
  return [
    assumeRole(world),
    assumeRoleWithSaml(world),
    assumeRoleWithWebIdentity(world),
    assumeRoot(world),
    getSessionToken(world),
    getFederationToken(world),
    decodeAuthorizationMessage(world),
    ...identityOperations(),
  ];
}
