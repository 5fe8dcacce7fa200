import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Store } from '../../state/store.ts';
import type { World } from '../world.ts';
import { Membership } from './membership.ts';
import { container } from './organization.ts';
import { emptyOrganizations, type Organization } from './state.ts';
import { type AccountMoved, structureOf } from './structure.ts';

function fixture() {
  const store = new Store({ now: () => 0 }, { bytes: (n) => randomBytes(n) });
  const state = emptyOrganizations();
  const world = { store, own: () => state } as unknown as World;
  const root = container('root', 'r-ab12', 'Root');
  const organization: Organization = {
    id: 'o-abcdefghij',
    managementAccountId: '111111111111',
    featureSet: 'ALL',
    createdAt: 0,
    root,
    units: new Map(),
    members: new Map(),
    policies: new Map(),
    enabledTypes: new Set(),
    trusted: new Map(),
    delegated: new Map(),
    creations: new Map(),
  };
  state.organizations.set(organization.id, organization);
  const unit = (id: string, parent = root) => {
    const made = container('unit', id, id, parent);
    parent.units.add(made);
    organization.units.set(id, made);
    return made;
  };
  const membership = new Membership(world);
  const join = (accountId: string) => {
    store.openAccount(accountId, undefined);
    return membership.join(
      organization,
      { accountId, name: accountId, email: '', joinedMethod: 'CREATED' },
      0,
    );
  };
  return { structure: structureOf(world), organization, unit, membership, join, store };
}

describe('the structure that other services read', () => {
  it('names units and active accounts below a place, nested ones too', () => {
    const { structure, organization, unit, membership, join } = fixture();
    const a = unit('ou-ab12-aaaaaaaa');
    const b = unit('ou-ab12-bbbbbbbb', a);
    const c = unit('ou-ab12-cccccccc');
    for (const [id, to] of [
      ['222222222222', a],
      ['333333333333', b],
      ['444444444444', c],
    ] as const)
      membership.move(join(id), to, 0);
    const { id } = organization;
    expect(structure.unitsBelow(id, 'r-ab12')).toEqual([a.id, b.id, c.id]);
    expect(structure.unitsBelow(id, a.id)).toEqual([b.id]);
    expect(structure.accountsBelow(id, a.id)).toEqual(['222222222222', '333333333333']);
    const closed = organization.members.get('333333333333');
    if (closed !== undefined) closed.status = 'SUSPENDED';
    expect(structure.accountsBelow(id, a.id)).toEqual(['222222222222']);
    expect(structure.isActive('333333333333')).toBe(false);
    expect(structure.hasContainer(id, b.id)).toBe(true);
    expect(structure.hasContainer('o-other', b.id)).toBe(false);
    expect(structure.accountsBelow('o-other', 'r-ab12')).toEqual([]);
  });

  it('tells of joining, moving and leaving, with places before and after', () => {
    const { structure, organization, unit, membership, join } = fixture();
    const told: AccountMoved[] = [];
    structure.onAccountMoved((moved) => told.push(moved));
    const member = join('222222222222');
    membership.move(member, unit('ou-ab12-aaaaaaaa'), 1);
    membership.leave(member, 2);
    const at = (...parents: string[]) => ({ organizationId: organization.id, parents });
    const accountId = '222222222222';
    expect(told).toEqual([
      { accountId, to: at('r-ab12'), now: 0 },
      { accountId, from: at('r-ab12'), to: at('r-ab12', 'ou-ab12-aaaaaaaa'), now: 1 },
      { accountId, from: at('r-ab12', 'ou-ab12-aaaaaaaa'), now: 2 },
    ]);
    expect(structure.organizationOf(accountId)).toBeUndefined();
  });

  it('gives listeners the new standing already, not the one kept from before', () => {
    const { structure, unit, membership, join } = fixture();
    const member = join('222222222222');
    expect(structure.standing(member.id)?.path).toBe('o-abcdefghij/r-ab12/');
    const seen: (string | undefined)[] = [];
    structure.onAccountMoved(({ accountId }) => seen.push(structure.standing(accountId)?.path));
    membership.move(member, unit('ou-ab12-aaaaaaaa'), 1);
    membership.leave(member, 2);
    expect(seen).toEqual(['o-abcdefghij/r-ab12/ou-ab12-aaaaaaaa/', undefined]);
  });

  it('knows trusted services, delegated administrators and the management account', () => {
    const { structure, organization, join } = fixture();
    join('111111111111');
    join('222222222222');
    organization.trusted.set('stacksets.amazonaws.com', 0);
    organization.delegated.set('stacksets.amazonaws.com', new Map([['222222222222', 0]]));
    expect(structure.trusts(organization.id, 'stacksets.amazonaws.com')).toBe(true);
    expect(structure.trusts(organization.id, 'other.amazonaws.com')).toBe(false);
    expect(structure.delegatedAdministrators(organization.id, 'stacksets.amazonaws.com')).toEqual([
      '222222222222',
    ]);
    expect(structure.isManagement('111111111111')).toBe(true);
    expect(structure.managementAccountOf('222222222222')).toBe('111111111111');
    expect(structure.rootOf(organization.id)).toBe('r-ab12');
  });
});
