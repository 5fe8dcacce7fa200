import type { DeploymentTargets } from '@aws-sdk/client-cloudformation';
import type { Call } from '../../../types.ts';
import { textAt } from '../operations/input.ts';
import { invalid } from './errors.ts';
import type { Scope, StackSet } from './model.ts';
import { checkRegions } from './regions.ts';
import type { Room } from './room.ts';
import { checkTargets } from './targets.ts';

/** "There is currently a 10MB limit for the data" */
const LARGEST_LIST = 10_485_760;

const ONLY_UNITS =
  'StackSets with SERVICE_MANAGED permission model can only have OrganizationalUnit as target';

export interface Where {
  readonly Accounts?: readonly string[] | undefined;
  readonly DeploymentTargets?: DeploymentTargets | undefined;
  readonly Regions?: readonly string[] | undefined;
}

/** As a call gives it, before anything is known of the set. */
export const givenScope = ({ Accounts, DeploymentTargets: targets, Regions }: Where): Scope => ({
  ...(Accounts !== undefined && { accounts: Accounts }),
  ...(targets !== undefined && { targets }),
  ...(Regions !== undefined && { regions: Regions }),
});

/** Accounts for self-managed sets, targets for service-managed ones; throws ValidationError for anything else. */
export function scopeOf(
  room: Room,
  set: StackSet,
  where: Where,
  call: Call,
  kind: 'create' | 'update' | 'delete',
): Scope {
  const accounts = where.Accounts ?? where.DeploymentTargets?.Accounts ?? [];
  const regions = [...new Set(where.Regions ?? [])];
  if (regions.length === 0) throw invalid('Regions list cannot be empty');
  if (kind === 'create') checkRegions(regions);
  if (where.Accounts?.length && where.DeploymentTargets !== undefined) {
    throw invalid('You can specify Accounts or DeploymentTargets, but not both');
  }
  if (set.permissionModel === 'SELF_MANAGED') {
    const targets = where.DeploymentTargets;
    if (targets?.OrganizationalUnitIds?.length) {
      throw invalid('StackSets with SELF_MANAGED permission model can only have accounts as target');
    }
    const listed =
      targets?.AccountsUrl === undefined ? accounts : accountsAt(room, targets.AccountsUrl, call);
    if (listed.length === 0) throw invalid('Accounts list cannot be empty');
    return { accounts: [...new Set(listed)], regions };
  }
  const targets = targetsOf(room, where, call);
  checkTargets(room.structure, set, targets, kind === 'create');
  return { targets, regions };
}

function targetsOf(room: Room, where: Where, call: Call): DeploymentTargets {
  const { DeploymentTargets: targets } = where;
  if (targets === undefined) throw invalid(ONLY_UNITS);
  if (targets.AccountsUrl === undefined) return targets;
  if (targets.Accounts?.length)
    throw invalid('Accounts and AccountsUrl cannot be specified at the same time');
  const { AccountsUrl, ...rest } = targets;
  return { ...rest, Accounts: [...accountsAt(room, AccountsUrl, call)] };
}

/** "the data can be comma-separated or new-line-separated" */
function accountsAt(room: Room, url: string, call: Call): readonly string[] {
  const ids = textAt(room.world, call, url, 'AccountsUrl', LARGEST_LIST)
    .split(/[\s,]+/)
    .filter((id) => id !== '');
  const wrong = ids.find((id) => !/^\d{12}$/.test(id));
  if (wrong !== undefined) throw invalid(`${wrong.slice(0, 64)} in ${url} is no account ID`);
  return ids;
}
