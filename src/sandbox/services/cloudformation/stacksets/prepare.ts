import type { Structure } from '../../organizations/structure.ts';
import { readTemplate } from '../template/read.ts';
import { lanesOf } from './lanes.ts';
import { keyOf, type SetOperation, type StackInstance, type StackSet } from './model.ts';
import { overridesAfter } from './parameters.ts';
import { type TargetAccount, targetAccounts } from './targets.ts';

interface Place {
  readonly accountId: string;
  readonly region: string;
  readonly unit?: string;
}

/** What an operation does to the set before its first account, and the plan of its accounts. */
export function prepare(structure: Structure, set: StackSet, operation: SetOperation): void {
  const { task } = operation;
  if (task.kind === 'redefine') {
    set.definition = task.change.definition;
    forgetOverrides(set);
    if (task.change.autoDeployment !== undefined) set.autoDeployment = task.change.autoDeployment;
    if (task.change.managedExecution !== undefined) set.managedExecution = task.change.managedExecution;
    if (task.change.permissionModel !== undefined) set.permissionModel = task.change.permissionModel;
    if (task.change.outdates) for (const instance of set.instances.values()) outdate(instance);
  }
  const { administrationRoleArn, executionRoleName } = set.definition;
  operation.roles = {
    ...(administrationRoleArn !== undefined && { administrationRoleArn }),
    ...(executionRoleName !== undefined && { executionRoleName }),
  };
  noteTargets(set, operation);
  const places = placesOf(structure, set, operation);
  for (const { accountId, region, unit } of places) {
    const key = keyOf(accountId, region);
    const instance = set.instances.get(key) ?? fresh(accountId, region);
    set.instances.set(key, instance);
    if (unit !== undefined) instance.organizationalUnitId ??= unit;
    instance.lastOperationId = operation.id;
    instance.detailedStatus = 'PENDING';
    delete instance.reason;
    if (task.kind === 'create' || task.kind === 'update') {
      instance.overrides = overridesAfter(instance.overrides, task.overrides);
    }
    if (task.kind !== 'drift' && task.kind !== 'delete') outdate(instance);
    const organizationalUnitId = unit ?? instance.organizationalUnitId;
    operation.results.set(key, {
      accountId,
      region,
      status: 'PENDING',
      ...(organizationalUnitId !== undefined && { organizationalUnitId }),
    });
  }
  operation.lanes = lanesOf(places, operation.preferences);
}

/** A parameter that is gone from the template takes what instances had for it along. */
function forgetOverrides(set: StackSet): void {
  const { parameters } = readTemplate(set.definition.template);
  for (const instance of set.instances.values()) {
    for (const name of Object.keys(instance.overrides)) {
      if (!parameters.has(name)) delete instance.overrides[name];
    }
  }
}

function outdate(instance: StackInstance): void {
  if (instance.status !== 'INOPERABLE') instance.status = 'OUTDATED';
}

const fresh = (accountId: string, region: string): StackInstance => ({
  accountId,
  region,
  overrides: {},
  status: 'OUTDATED',
  detailedStatus: 'PENDING',
});

function placesOf(structure: Structure, set: StackSet, operation: SetOperation): readonly Place[] {
  const { task, scope } = operation;
  if (task.kind === 'import') return importPlaces(structure, task.stackIds, task.units);
  const accounts = accountsOf(structure, set, operation);
  const places: Place[] = [];
  if (accounts === undefined) {
    for (const instance of set.instances.values()) places.push(placeOf(instance));
  } else {
    const regions = scope.regions ?? [...new Set([...set.instances.values()].map(({ region }) => region))];
    for (const region of new Set(regions)) {
      for (const { accountId, unit } of accounts) {
        places.push({ accountId, region, ...(unit !== undefined && { unit }) });
      }
    }
  }
  return places.filter(({ accountId, region }) => {
    const instance = set.instances.get(keyOf(accountId, region));
    if (task.kind === 'create') return true;
    // "Stacks in this state are excluded from further UpdateStackSet operations."
    if (instance?.status === 'INOPERABLE') return task.kind === 'delete';
    return instance !== undefined;
  });
}

/** undefined: those of all instances. */
function accountsOf(
  structure: Structure,
  set: StackSet,
  { scope, task }: SetOperation,
): readonly TargetAccount[] | undefined {
  if (scope.targets !== undefined) {
    return targetAccounts(structure, set, scope.targets, task.kind === 'create');
  }
  return scope.accounts && [...new Set(scope.accounts)].map((accountId) => ({ accountId }));
}

const placeOf = ({ accountId, region, organizationalUnitId: unit }: StackInstance): Place => ({
  accountId,
  region,
  ...(unit !== undefined && { unit }),
});

function importPlaces(
  structure: Structure,
  stackIds: readonly string[],
  units: readonly string[],
): readonly Place[] {
  return stackIds.map((id) => {
    const [, , , region = '', accountId = ''] = id.split(':');
    const parents = structure.place(accountId)?.parents ?? [];
    const unit = units.find((target) => parents.includes(target));
    return { accountId, region, ...(unit !== undefined && { unit }) };
  });
}

/** Which OUs and Regions accounts that join later get instances in. Account filters don't count there. */
function noteTargets(set: StackSet, { task, scope }: SetOperation): void {
  if (set.permissionModel !== 'SERVICE_MANAGED') return;
  const units = task.kind === 'import' ? task.units : (scope.targets?.OrganizationalUnitIds ?? []);
  if (task.kind === 'create') {
    for (const unit of units) {
      const regions = set.targets.get(unit) ?? new Set<string>();
      for (const region of scope.regions ?? []) regions.add(region);
      set.targets.set(unit, regions);
    }
  }
  const filter = scope.targets?.AccountFilterType ?? 'NONE';
  if (task.kind !== 'delete' || !(filter === 'NONE' || filter === 'UNION')) return;
  for (const unit of units) {
    const regions = set.targets.get(unit);
    for (const region of scope.regions ?? []) regions?.delete(region);
    if (regions?.size === 0) set.targets.delete(unit);
  }
}
