import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MANAGEMENT, MEMBER, OrganizationRig } from './testing.ts';

const describeUnit = (rig: OrganizationRig, OrganizationalUnitId: string) =>
  rig.org('DescribeOrganizationalUnit', { OrganizationalUnitId })['OrganizationalUnit'] as {
    Name: string;
    Arn: string;
    Path: string;
  };

describe('organizational units', () => {
  it('nest five deep and no deeper', () => {
    const rig = new OrganizationRig();
    let parent = rig.rootId;
    for (let level = 1; level <= 5; level++) parent = rig.unit(`level-${level}`, parent);
    expect(rig.orgRefusal('CreateOrganizationalUnit', { Name: 'six', ParentId: parent })).toMatch(
      /^ConstraintViolationException/,
    );
  });

  it('have ids, ARNs and paths in AWS’s form', () => {
    const rig = new OrganizationRig();
    const outer = rig.unit('outer');
    const inner = rig.unit('inner', outer);
    expect(rig.organizationId).toMatch(/^o-[a-z0-9]{10}$/);
    expect(rig.rootId).toMatch(/^r-[a-z0-9]{4}$/);
    expect(inner).toMatch(new RegExp(`^ou-${rig.rootId.slice(2)}-[a-z0-9]{8}$`));
    const { Arn, Path } = describeUnit(rig, inner);
    expect(Arn).toBe(`arn:aws:organizations::${MANAGEMENT}:ou/${rig.organizationId}/${inner}`);
    expect(Path).toBe(`${rig.organizationId}/${rig.rootId}/${outer}/${inner}/`);
  });

  it('have names of their own below one parent, and keep them when a rename fails', () => {
    const rig = new OrganizationRig();
    const id = rig.unit('prod');
    rig.unit('test');
    rig.unit('prod', id);
    expect(rig.orgRefusal('CreateOrganizationalUnit', { Name: 'prod', ParentId: rig.rootId })).toMatch(
      /^DuplicateOrganizationalUnitException/,
    );
    const rename = (Name: string) => ({ OrganizationalUnitId: id, Name });
    expect(rig.orgRefusal('UpdateOrganizationalUnit', rename('test'))).toMatch(/^DuplicateOrganizational/);
    expect(describeUnit(rig, id).Name).toBe('prod');
    rig.org('UpdateOrganizationalUnit', rename('production'));
    expect(describeUnit(rig, id).Name).toBe('production');
  });

  it('go when they are empty, with their policies, and not before', () => {
    const rig = new OrganizationRig();
    rig.enable('SERVICE_CONTROL_POLICY');
    const outer = rig.unit('outer');
    const inner = rig.unit('inner', outer);
    const remove = { OrganizationalUnitId: outer };
    expect(rig.orgRefusal('DeleteOrganizationalUnit', remove)).toMatch(/^OrganizationalUnitNotEmpty/);
    rig.org('DeleteOrganizationalUnit', { OrganizationalUnitId: inner });
    rig.org('DeleteOrganizationalUnit', remove);
    expect(rig.orgRefusal('DeleteOrganizationalUnit', remove)).toMatch(/^OrganizationalUnitNotFound/);
    const { Targets } = rig.org<{ Targets: { TargetId: string }[] }>('ListTargetsForPolicy', {
      PolicyId: 'p-FullAWSAccess',
    });
    expect(Targets.map(({ TargetId }) => TargetId).sort()).toEqual([MANAGEMENT, MEMBER, rig.rootId].sort());
  });
});

describe('lists', () => {
  it('come in pages of twenty', () => {
    const rig = new OrganizationRig();
    for (let i = 0; i < 25; i++) rig.unit(`unit-${i}`);
    const list = (NextToken?: string) =>
      rig.org<{ OrganizationalUnits: { Name: string }[]; NextToken?: string }>(
        'ListOrganizationalUnitsForParent',
        { ParentId: rig.rootId, NextToken },
      );
    const first = list();
    const second = list(first.NextToken);
    expect([first.OrganizationalUnits.length, second.OrganizationalUnits.length]).toEqual([20, 5]);
    expect(second.NextToken).toBeUndefined();
    expect(rig.orgRefusal('ListAccounts', { NextToken: 'nonsense' })).toMatch(/^InvalidInputException/);
  });

  it('tell one story from every side, however units and accounts are moved about', () => {
    const step = fc.tuple(fc.constantFrom('unit', 'move', 'drop'), fc.nat(30), fc.nat(30));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const rig = new OrganizationRig();
        const places = [rig.rootId];
        for (const [what, from, to] of steps) {
          const place = places[from % places.length] ?? '';
          const target = places[to % places.length] ?? '';
          try {
            if (what === 'unit') places.push(rig.unit(`u${places.length}-${from}`, place));
            else if (what === 'move') rig.move(MEMBER, parentOf(rig, MEMBER), target);
            else rig.org('DeleteOrganizationalUnit', { OrganizationalUnitId: target });
          } catch {
            // Refused: nothing may have changed, which is what is looked at next.
          }
          if (what === 'drop' && !exists(rig, target)) places.splice(places.indexOf(target), 1);
        }
        const seen = walk(rig, rig.rootId);
        expect(seen.accounts.sort()).toEqual([MANAGEMENT, MEMBER]);
        expect(seen.units.sort()).toEqual(places.slice(1).sort());
      }),
      { numRuns: 30 },
    );
  });
});

type Ids = { Id: string }[];

const parentOf = (rig: OrganizationRig, ChildId: string): string =>
  rig.org<{ Parents: Ids }>('ListParents', { ChildId }).Parents[0]?.Id ?? '';

function exists(rig: OrganizationRig, id: string): boolean {
  if (id === rig.rootId) return true;
  try {
    describeUnit(rig, id);
    return true;
  } catch {
    return false;
  }
}

function walk(rig: OrganizationRig, ParentId: string): { units: string[]; accounts: string[] } {
  const children = (ChildType: string) =>
    rig.org<{ Children: Ids }>('ListChildren', { ParentId, ChildType }).Children.map(({ Id }) => Id);
  const accounts = children('ACCOUNT');
  const units = children('ORGANIZATIONAL_UNIT');
  for (const unit of [...units]) {
    expect(parentOf(rig, unit)).toBe(ParentId);
    const below = walk(rig, unit);
    units.push(...below.units);
    accounts.push(...below.accounts);
  }
  return { units, accounts };
}
