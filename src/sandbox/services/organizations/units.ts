import type * as organizations from '@aws-sdk/client-organizations';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { enter } from './access.ts';
import { requestTags } from './ask.ts';
import { attachDefaults, detach } from './default-policies.ts';
import { constraintViolation, duplicateUnit, noParent, noUnit, unitNotEmpty } from './errors.ts';
import { findContainer } from './find.ts';
import { newId } from './ids.ts';
import { container } from './organization.ts';
import type { Service } from './service.ts';
import { unitShape } from './shapes.ts';
import type { Container, Organization } from './state.ts';
import { addTags, checkTags } from './tags.ts';

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
const LEVELS = 5;
const UNITS = 2_000;

export const unitOperations = ({ world, state, ask }: Service): readonly Operation[] => [
  operation<organizations.CreateOrganizationalUnitRequest, organizations.CreateOrganizationalUnitResponse>({
    name: 'CreateOrganizationalUnit',
    readOnly: false,
    authorize: ({ ParentId, Tags }, call) => [
      ...ask.about('CreateOrganizationalUnit', call, 'management', [ParentId], requestTags(Tags)),
      ...ask.tagging(call, 'management', Tags, 'ou/*'),
    ],
    handle: ({ ParentId, Name, Tags }, call) => {
      const organization = enter(state, call, 'management');
      const parent = findContainer(organization, ParentId);
      if (parent === undefined) throw noParent();
      checkName(parent, Name);
      if (depth(parent) >= LEVELS) {
        throw constraintViolation(
          'OU_DEPTH_LIMIT_EXCEEDED',
          'You have exceeded the maximum depth of the organizational unit hierarchy.',
        );
      }
      if (organization.units.size >= UNITS) {
        throw constraintViolation(
          'OU_NUMBER_LIMIT_EXCEEDED',
          'You have exceeded the allowed number of organizational units.',
        );
      }
      checkTags(new Map(), Tags);
      const unit = container('unit', newId.unit(organization.root.id, world.store.random), Name, parent);
      addTags(unit.tags, Tags);
      parent.units.add(unit);
      organization.units.set(unit.id, unit);
      attachDefaults(organization, unit);
      return { OrganizationalUnit: unitShape(organization, unit) };
    },
  }),
  operation<
    organizations.DescribeOrganizationalUnitRequest,
    organizations.DescribeOrganizationalUnitResponse
  >({
    name: 'DescribeOrganizationalUnit',
    readOnly: true,
    authorize: ({ OrganizationalUnitId: id }, call) =>
      ask.about('DescribeOrganizationalUnit', call, 'delegate', [id]),
    handle: ({ OrganizationalUnitId: id }, call) => {
      const organization = enter(state, call, 'delegate');
      return { OrganizationalUnit: unitShape(organization, find(organization, id)) };
    },
  }),
  operation<organizations.UpdateOrganizationalUnitRequest, organizations.UpdateOrganizationalUnitResponse>({
    name: 'UpdateOrganizationalUnit',
    readOnly: false,
    authorize: ({ OrganizationalUnitId: id }, call) =>
      ask.about('UpdateOrganizationalUnit', call, 'management', [id]),
    handle: ({ OrganizationalUnitId: id, Name }, call) => {
      const organization = enter(state, call, 'management');
      const unit = find(organization, id);
      if (Name !== undefined && Name !== unit.name) {
        if (unit.parent !== undefined) checkName(unit.parent, Name);
        unit.name = Name;
      }
      return { OrganizationalUnit: unitShape(organization, unit) };
    },
  }),
  operation<organizations.DeleteOrganizationalUnitRequest, object>({
    name: 'DeleteOrganizationalUnit',
    readOnly: false,
    authorize: ({ OrganizationalUnitId: id }, call) =>
      ask.about('DeleteOrganizationalUnit', call, 'management', [id]),
    handle: ({ OrganizationalUnitId: id }, call) => {
      const organization = enter(state, call, 'management');
      const unit = find(organization, id);
      if (unit.units.size > 0 || unit.accounts.size > 0) throw unitNotEmpty();
      for (const policy of [...unit.attached]) detach(policy, unit);
      unit.parent?.units.delete(unit);
      organization.units.delete(id);
      return {};
    },
  }),
];

function find(organization: Organization, id: string): Container {
  const unit = organization.units.get(id);
  if (unit === undefined) throw noUnit();
  return unit;
}

function checkName(parent: Container, name: string): void {
  for (const sibling of parent.units) if (sibling.name === name) throw duplicateUnit();
}

/** The root's is 0. */
function depth(container: Container): number {
  return container.parent === undefined ? 0 : 1 + depth(container.parent);
}
