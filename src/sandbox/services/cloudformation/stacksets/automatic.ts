import { uuid } from '../../../state/ids.ts';
import type { AccountMoved } from '../../organizations/structure.ts';
import { keyOf, type SetOperation, type StackSet, type Task } from './model.ts';
import type { Room } from './room.ts';

/**
 * Creations come this much later than deletions (virtual ms): a stack of one set has left an account before that of
 * another with the same names comes.
 */
const AFTER_REMOVALS = 1_000;
/** How long a set waits before it looks again whether the sets that it depends on have ended. */
const LOOK_AGAIN = 500;

interface Arrival {
  readonly set: string;
  readonly accountId: string;
}

/**
 * Instances for accounts that join a target, none for those that leave it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html
 */
export function deployAutomatically(room: Room): void {
  room.structure.onAccountMoved((moved) => {
    for (const set of room.state.names.values()) consider(room, set, moved);
  });
  room.world.timers.handle<Arrival>('stacksets.arrive', (arrival, due) => {
    const set = room.state.sets.get(arrival.set);
    if (set?.status === 'ACTIVE') arrive(room, set, arrival, due);
  });
}

function consider(room: Room, set: StackSet, { accountId, from, to, now }: AccountMoved): void {
  if (set.autoDeployment?.Enabled !== true || set.accountId === accountId) return;
  const organization = room.structure.organizationOf(set.accountId);
  if (organization === undefined) return;
  const inside = (place: typeof from) => (place?.organizationId === organization ? place.parents : []);
  const before = regionsAt(set, inside(from));
  const after = regionsAt(set, inside(to));
  const left = [...before.keys()].filter(
    (region) => !after.has(region) && set.instances.has(keyOf(accountId, region)),
  );
  if (left.length > 0) {
    const retain = set.autoDeployment.RetainStacksOnAccountRemoval === true;
    submit(room, set, { kind: 'delete', retain }, accountId, left, now);
  }
  if ([...after.keys()].some((region) => !before.has(region))) {
    room.world.timers.at(now + AFTER_REMOVALS, 'stacksets.arrive', { set: set.arn, accountId });
  }
}

/** Region → the target that brings it. */
function regionsAt(set: StackSet, parents: readonly string[]): ReadonlyMap<string, string> {
  const regions = new Map<string, string>();
  for (const unit of [...parents].reverse()) {
    for (const region of set.targets.get(unit) ?? []) if (!regions.has(region)) regions.set(region, unit);
  }
  return regions;
}

/** Looks again where the account is: it may have moved on. */
function arrive(room: Room, set: StackSet, { accountId }: Arrival, now: number): void {
  const place = room.structure.place(accountId);
  if (set.autoDeployment?.Enabled !== true || place === undefined || !room.isActivated(set.accountId)) return;
  if (place.organizationId !== room.structure.organizationOf(set.accountId)) return;
  if (dependenciesRun(room, set, accountId)) {
    room.world.timers.at(now + LOOK_AGAIN, 'stacksets.arrive', { set: set.arn, accountId });
    return;
  }
  const regions = regionsAt(set, place.parents);
  const missing = [...regions].filter(([region]) => !set.instances.has(keyOf(accountId, region)));
  for (const unit of new Set(missing.map(([, target]) => target))) {
    const wanted = missing.filter(([, target]) => target === unit).map(([region]) => region);
    // "Accounts added … in the future will use the StackSet default values and not the overridden values."
    submit(room, set, { kind: 'create' }, accountId, wanted, now, unit);
  }
}

function dependenciesRun(room: Room, set: StackSet, accountId: string): boolean {
  return (set.autoDeployment?.DependsOn ?? []).some((arn) => {
    const other = room.state.sets.get(arn);
    if (other?.status !== 'ACTIVE') return false;
    return [...other.operations.values()].some(
      ({ endedAt, scope }) =>
        endedAt === undefined &&
        (scope.targets?.Accounts === undefined || scope.targets.Accounts.includes(accountId)),
    );
  });
}

/** Automatic operations wait for their turn whatever the set's ManagedExecution, and take no preferences. */
function submit(
  room: Room,
  set: StackSet,
  task: Task,
  accountId: string,
  regions: readonly string[],
  now: number,
  unit?: string,
): void {
  const operation: SetOperation = {
    id: uuid(room.world.store.random),
    action: task.kind === 'create' ? 'CREATE' : 'DELETE',
    task,
    scope: {
      targets: {
        Accounts: [accountId],
        ...(unit !== undefined && { OrganizationalUnitIds: [unit], AccountFilterType: 'INTERSECTION' }),
      },
      regions,
    },
    status: 'QUEUED',
    preferences: {},
    createdAt: now,
    request: '',
    lanes: [],
    results: new Map(),
  };
  room.runner.submit(set, operation, now);
}
