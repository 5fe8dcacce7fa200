import { describe, expect, it } from 'vitest';
import { OrganizationRig } from './testing.ts';

interface Units {
  readonly OrganizationalUnits: readonly { readonly Id: string; readonly Name: string }[];
  readonly NextToken?: string;
}

const list = (rig: OrganizationRig, NextToken?: string) =>
  rig.org<Units>('ListOrganizationalUnitsForParent', {
    ParentId: rig.rootId,
    MaxResults: 20,
    ...(NextToken !== undefined && { NextToken }),
  });

describe('a list in pages', () => {
  it('leaves nothing out for a script that deletes what it is shown', () => {
    const rig = new OrganizationRig();
    for (let i = 0; i < 45; i++) rig.unit(`unit-${i}`);
    const seen: string[] = [];
    let token: string | undefined;
    do {
      const page = list(rig, token);
      for (const { Id, Name } of page.OrganizationalUnits) {
        seen.push(Name);
        rig.org('DeleteOrganizationalUnit', { OrganizationalUnitId: Id });
      }
      token = page.NextToken;
    } while (token !== undefined);
    expect(seen).toEqual(Array.from({ length: 45 }, (_, i) => `unit-${i}`));
  });

  it('takes no token that it did not make, and survives one whose place is gone', () => {
    const rig = new OrganizationRig();
    for (let i = 0; i < 21; i++) rig.unit(`unit-${i}`);
    const { NextToken, OrganizationalUnits } = list(rig);
    const text = (plain: string) => Buffer.from(plain).toString('base64');
    for (const hostile of ['', 'x', text('p:-1:'), text('p:1e9:'), text('p:9999999999:x'), text('p:0:\n')]) {
      expect(
        rig.orgRefusal('ListOrganizationalUnitsForParent', { ParentId: rig.rootId, NextToken: hostile }),
      ).toMatch(/^InvalidInputException/);
    }
    const { OrganizationalUnits: all } = list(rig, NextToken);
    for (const { Id } of [...OrganizationalUnits, ...all])
      rig.org('DeleteOrganizationalUnit', { OrganizationalUnitId: Id });
    expect(list(rig, NextToken)).toEqual({ OrganizationalUnits: [] });
  });
});
