import type { Rule } from '../lint/rule.ts';
import { unknownConditionKey } from './condition-keys.ts';
import { assumeAnyRole, fullAccess, notActionAllow, privilegeEscalation } from './escalation.ts';
import { externalIdFormat, externalIdWildcard } from './external-id.ts';
import { mfaDenyMissesAbsent, mfaIfExistsAllow, mfaInverted, mfaUnsatisfiable } from './mfa.ts';
import { allowNeverMatches, denyNeverMatches } from './never-matches.ts';
import { forAllValuesAllow, wildcardInEquals } from './operators.ts';
import { passRoleCombination } from './pass-role.ts';
import {
  notPrincipalAllow,
  notPrincipalDeny,
  publicPrincipal,
  serviceWithoutSource,
  thirdParty,
} from './principals.ts';
import { unknownAction, unknownService } from './services.ts';
import { allowShadowed } from './shadowed.ts';
import { policySizeRule } from './size.ts';
import { brokenVariable, missingVersion, oldVersionVariable } from './version.ts';
import { webIdentityUnbounded } from './web-identity.ts';

/** Every rule of `lintPolicy`, in the order of docs/rules. */
export const rules: readonly Rule[] = [
  publicPrincipal,
  notPrincipalAllow,
  notPrincipalDeny,
  thirdParty,
  serviceWithoutSource,
  webIdentityUnbounded,
  externalIdFormat,
  externalIdWildcard,
  mfaDenyMissesAbsent,
  mfaIfExistsAllow,
  mfaInverted,
  mfaUnsatisfiable,
  unknownService,
  unknownAction,
  unknownConditionKey,
  denyNeverMatches,
  allowNeverMatches,
  allowShadowed,
  wildcardInEquals,
  forAllValuesAllow,
  fullAccess,
  privilegeEscalation,
  passRoleCombination,
  assumeAnyRole,
  notActionAllow,
  missingVersion,
  oldVersionVariable,
  brokenVariable,
  policySizeRule,
];
