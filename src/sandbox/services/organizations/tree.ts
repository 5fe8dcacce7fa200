import type * as organizations from '@aws-sdk/client-organizations';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { enter } from './access.ts';
import { noChild, noParent } from './errors.ts';
import { findContainer, findMember } from './find.ts';
import { page } from './page.ts';
import type { Service } from './service.ts';
import { accountShape, unitShape } from './shapes.ts';
import type { Container, Organization } from './state.ts';

/** Lists along the tree of roots, OUs and accounts. */
export const treeOperations = ({ state, ask }: Service): readonly Operation[] => [
  operation<organizations.ListParentsRequest, organizations.ListParentsResponse>({
    name: 'ListParents',
    readOnly: true,
    authorize: ({ ChildId }, call) => ask.about('ListParents', call, 'delegate', [ChildId]),
    handle: (input, call) => {
      const organization = enter(state, call, 'delegate');
      const child = organization.units.get(input.ChildId) ?? findMember(organization, input.ChildId);
      const parent = child?.parent;
      if (parent === undefined) throw noChild();
      const { items, rest } = page<organizations.Parent>(
        [{ Id: parent.id, Type: parent.kind === 'root' ? 'ROOT' : 'ORGANIZATIONAL_UNIT' }],
        input,
      );
      return { Parents: items, ...rest };
    },
  }),
  operation<organizations.ListChildrenRequest, organizations.ListChildrenResponse>({
    name: 'ListChildren',
    readOnly: true,
    authorize: ({ ParentId }, call) => ask.about('ListChildren', call, 'delegate', [ParentId]),
    handle: (input, call) => {
      const parent = find(enter(state, call, 'delegate'), input.ParentId);
      const children = input.ChildType === 'ACCOUNT' ? parent.accounts : parent.units;
      const { items, rest } = page([...children], input);
      return { Children: items.map(({ id }) => ({ Id: id, Type: input.ChildType })), ...rest };
    },
  }),
  operation<organizations.ListAccountsForParentRequest, organizations.ListAccountsForParentResponse>({
    name: 'ListAccountsForParent',
    readOnly: true,
    authorize: ({ ParentId }, call) => ask.about('ListAccountsForParent', call, 'delegate', [ParentId]),
    handle: (input, call) => {
      const { items, rest } = page([...find(enter(state, call, 'delegate'), input.ParentId).accounts], input);
      return { Accounts: items.map(accountShape), ...rest };
    },
  }),
  operation<
    organizations.ListOrganizationalUnitsForParentRequest,
    organizations.ListOrganizationalUnitsForParentResponse
  >({
    name: 'ListOrganizationalUnitsForParent',
    readOnly: true,
    authorize: ({ ParentId }, call) =>
      ask.about('ListOrganizationalUnitsForParent', call, 'delegate', [ParentId]),
    handle: (input, call) => {
      const organization = enter(state, call, 'delegate');
      const { items, rest } = page([...find(organization, input.ParentId).units], input);
      return { OrganizationalUnits: items.map((unit) => unitShape(organization, unit)), ...rest };
    },
  }),
];

function find(organization: Organization, id: string): Container {
  const container = findContainer(organization, id);
  if (container === undefined) throw noParent();
  return container;
}
