import type * as organizations from '@aws-sdk/client-organizations';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { enter } from './access.ts';
import { duplicateAccount, noDestinationParent, noSourceParent } from './errors.ts';
import { findContainer, member } from './find.ts';
import { page } from './page.ts';
import type { Service } from './service.ts';
import { accountShape } from './shapes.ts';

export const accountOperations = ({ state, ask, membership }: Service): readonly Operation[] => [
  operation<organizations.DescribeAccountRequest, organizations.DescribeAccountResponse>({
    name: 'DescribeAccount',
    readOnly: true,
    authorize: ({ AccountId }, call) => ask.about('DescribeAccount', call, 'delegate', [AccountId]),
    handle: ({ AccountId }, call) => ({
      Account: accountShape(member(enter(state, call, 'delegate'), AccountId)),
    }),
  }),
  operation<organizations.ListAccountsRequest, organizations.ListAccountsResponse>({
    name: 'ListAccounts',
    readOnly: true,
    authorize: (_input, call) => ask.any('ListAccounts', call, 'delegate'),
    handle: (input, call) => {
      const { items, rest } = page([...enter(state, call, 'delegate').members.values()], input);
      return { Accounts: items.map(accountShape), ...rest };
    },
  }),
  operation<organizations.MoveAccountRequest, object>({
    name: 'MoveAccount',
    readOnly: false,
    authorize: ({ AccountId, SourceParentId, DestinationParentId }, call) =>
      ask.about('MoveAccount', call, 'management', [AccountId, SourceParentId, DestinationParentId]),
    handle: ({ AccountId, SourceParentId, DestinationParentId }, call) => {
      const organization = enter(state, call, 'management');
      const moving = member(organization, AccountId);
      const source = findContainer(organization, SourceParentId);
      if (source === undefined || moving.parent !== source) throw noSourceParent();
      const destination = findContainer(organization, DestinationParentId);
      if (destination === undefined) throw noDestinationParent();
      if (destination === source) throw duplicateAccount();
      membership.move(moving, destination, call.now);
      return {};
    },
  }),
];
