import type { DeploymentTargets } from '@aws-sdk/client-cloudformation';
import type { Structure } from '../../organizations/structure.ts';
import { invalid } from './errors.ts';
import type { StackSet } from './model.ts';

const MOST_UNITS = 50;

export interface TargetAccount {
  readonly accountId: string;
  /** The root or OU that was named; for an account named itself the OU that it is in. */
  readonly unit?: string;
}

/** Throws ValidationError for what a call's targets may not be. */
export function checkTargets(
  structure: Structure,
  set: StackSet,
  targets: DeploymentTargets,
  creating: boolean,
): void {
  const units = targets.OrganizationalUnitIds ?? [];
  const named = (targets.Accounts?.length ?? 0) > 0;
  const filter = targets.AccountFilterType;
  if (units.length === 0 && (creating || !named)) {
    throw invalid('DeploymentTargets must specify OrganizationalUnitIds');
  }
  if (creating && filter === 'UNION') {
    throw invalid('AccountFilterType UNION is not supported for CreateStackInstances');
  }
  if (creating && named && filter === undefined) {
    throw invalid(
      'AccountFilterType must be specified when both OrganizationalUnitIds and Accounts are specified',
    );
  }
  if (filter === 'NONE' && named) throw invalid('Accounts cannot be specified with AccountFilterType NONE');
  if ((filter === 'INTERSECTION' || filter === 'DIFFERENCE') && !named) {
    throw invalid(`Accounts must be specified with AccountFilterType ${filter}`);
  }
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html (AWS.md §2)
  if (units.length > MOST_UNITS) throw invalid(`At most ${MOST_UNITS} organizational units can be targeted`);
  const organization = structure.organizationOf(set.accountId);
  const unknown = units.filter(
    (id) => organization === undefined || !structure.hasContainer(organization, id),
  );
  // unverified: AWS's words.
  if (unknown.length > 0) throw invalid(`Organizational unit(s) [${unknown.join(', ')}] not found`);
}

/**
 * The accounts that a service-managed operation is about, the management account never among them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeploymentTargets.html
 */
export function targetAccounts(
  structure: Structure,
  set: StackSet,
  targets: DeploymentTargets,
  creating: boolean,
): readonly TargetAccount[] {
  const found = new Map<string, TargetAccount>();
  const organization = structure.organizationOf(set.accountId) ?? '';
  const add = (accountId: string, unit: string | undefined) => {
    if (accountId === set.accountId || found.has(accountId)) return;
    found.set(accountId, { accountId, ...(unit !== undefined && { unit }) });
  };
  for (const unit of targets.OrganizationalUnitIds ?? []) {
    for (const accountId of structure.accountsBelow(organization, unit)) add(accountId, unit);
    if (creating) continue;
    // Instances of accounts that have left the OU since (without automatic deployment) or were closed.
    for (const instance of set.instances.values()) {
      if (instance.organizationalUnitId === unit) add(instance.accountId, unit);
    }
  }
  const named = new Set(targets.Accounts ?? []);
  if (named.size === 0) return [...found.values()];
  const all = [...found.values()];
  const deployed = new Set([...set.instances.values()].map(({ accountId }) => accountId));
  switch (targets.AccountFilterType) {
    case 'INTERSECTION':
      return all.filter(({ accountId }) => named.has(accountId));
    case 'DIFFERENCE':
      return all.filter(({ accountId }) => !named.has(accountId));
    default:
      for (const accountId of named) {
        const place = structure.place(accountId);
        if (place?.organizationId === organization) add(accountId, place.parents.at(-1));
        // One that has left the organization: its instances are still the set's.
        else if (!creating && deployed.has(accountId)) add(accountId, undefined);
      }
      return [...found.values()];
  }
}
