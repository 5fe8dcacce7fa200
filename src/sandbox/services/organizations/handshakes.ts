import type * as organizations from '@aws-sdk/client-organizations';
import { type Authorization, AwsError, type Call, type Operation } from '../../types.ts';
import { type Input, operation } from '../operation.ts';
import { enter } from './access.ts';
import { handshakeArn } from './arns.ts';
import {
  handshakeConstraint,
  handshakeInState,
  handshakeTransition,
  noAccess,
  noHandshake,
} from './errors.ts';
import { type Handshakes, isOpen } from './handshake-state.ts';
import { page } from './page.ts';
import { ownerOf, type Service } from './service.ts';
import { checkMayLink } from './service-linked-role.ts';
import { handshakeShape } from './shapes.ts';
import type { Handshake } from './state.ts';

type Request = organizations.AcceptHandshakeRequest;
type Response = organizations.AcceptHandshakeResponse;
type Ending = 'ACCEPTED' | 'DECLINED' | 'CANCELED';

/** Answering and listing handshakes; both sides of one see it. */
export function handshakeOperations(service: Service, handshakes: Handshakes): readonly Operation[] {
  const { state } = service;
  /** What both sides may see; undefined also when it is none of the caller's business. */
  const find = (id: string, { caller }: Call): Handshake | undefined => {
    const handshake = state.handshakes.get(id);
    const sides = [handshake?.accountId, handshake?.managementAccountId];
    return sides.includes(caller.accountId) ? handshake : undefined;
  };
  const asks =
    (action: string) =>
    ({ HandshakeId }: Input<Request>, call: Call): readonly Authorization[] => {
      const handshake = find(HandshakeId, call);
      const resource = handshake === undefined ? '*' : handshakeArn(handshake);
      // A standalone account answers with its own permissions, as every member does.
      return [
        { action: `organizations:${action}`, resource, resourceAccount: call.caller.accountId, context: {} },
      ];
    };
  const answer = (name: string, ending: Ending, mayAnswer: (h: Handshake, accountId: string) => boolean) =>
    operation<Request, Response>({
      name,
      readOnly: false,
      authorize: asks(name),
      handle: ({ HandshakeId }, call) => {
        const handshake = find(HandshakeId, call);
        if (handshake === undefined) throw noHandshake();
        if (!mayAnswer(handshake, call.caller.accountId)) throw noAccess();
        if (handshake.state === ending) throw handshakeInState(ending);
        if (!isOpen(handshake)) throw handshakeTransition();
        if (ending === 'ACCEPTED') accept(service, handshake, call);
        handshakes.end(handshake, ending, call.now);
        if (ending === 'ACCEPTED') handshakes.approved(handshake);
        return { Handshake: handshakeShape(handshake) };
      },
    });
  const isAsked = (handshake: Handshake, accountId: string) =>
    (handshake.accountId ?? handshake.managementAccountId) === accountId;
  return [
    answer('AcceptHandshake', 'ACCEPTED', isAsked),
    answer('DeclineHandshake', 'DECLINED', isAsked),
    answer('CancelHandshake', 'CANCELED', (h, accountId) => h.managementAccountId === accountId),
    operation<organizations.DescribeHandshakeRequest, organizations.DescribeHandshakeResponse>({
      name: 'DescribeHandshake',
      readOnly: true,
      authorize: asks('DescribeHandshake'),
      handle: ({ HandshakeId }, call) => {
        const handshake = find(HandshakeId, call);
        if (handshake === undefined) throw noHandshake();
        return { Handshake: handshakeShape(handshake) };
      },
    }),
    operation<organizations.ListHandshakesForAccountRequest, organizations.ListHandshakesForAccountResponse>({
      name: 'ListHandshakesForAccount',
      readOnly: true,
      authorize: (_input, call) => service.ask.any('ListHandshakesForAccount', call, 'member'),
      handle: (input, { caller }) => {
        const own = [...state.handshakes.values()].filter(({ accountId }) => accountId === caller.accountId);
        const { items, rest } = page(filtered(own, input.Filter), input);
        return { Handshakes: items.map(handshakeShape), ...rest };
      },
    }),
    operation<
      organizations.ListHandshakesForOrganizationRequest,
      organizations.ListHandshakesForOrganizationResponse
    >({
      name: 'ListHandshakesForOrganization',
      readOnly: true,
      authorize: (_input, call) => service.ask.any('ListHandshakesForOrganization', call, 'delegate'),
      handle: (input, call) => {
        const own = handshakes.of(enter(state, call, 'delegate').id);
        const { items, rest } = page(filtered(own, input.Filter), input);
        return { Handshakes: items.map(handshakeShape), ...rest };
      },
    }),
  ];
}

const filtered = (
  all: readonly Handshake[],
  filter: organizations.HandshakeFilter | undefined,
): readonly Handshake[] =>
  all.filter(
    ({ action, parentId }) =>
      (filter?.ActionType === undefined || filter.ActionType === action) &&
      (filter?.ParentHandshakeId === undefined || filter.ParentHandshakeId === parentId),
  );

/** What accepting does. Throws what stands against it, and has changed nothing then. */
function accept(service: Service, handshake: Handshake, call: Call): void {
  const { world, state, membership } = service;
  const { now } = call;
  const organization = state.organizations.get(handshake.organizationId);
  // INVARIANT: an organization that is deleted cancels its handshakes.
  if (organization === undefined) throw new AwsError('HandshakeNotFoundException', 'No such organization.');
  const { accountId } = handshake;
  if (handshake.action === 'INVITE' && accountId !== undefined) {
    if (state.members.has(accountId)) {
      throw handshakeConstraint(
        'ALREADY_IN_AN_ORGANIZATION',
        'The account is already a member of an organization.',
      );
    }
    if (organization.featureSet === 'ALL' || handshake.featureSet === 'ALL') checkMayLink(world, call);
    const joining = {
      accountId,
      ...ownerOf(service, accountId),
      joinedMethod: 'INVITED' as const,
      tags: handshake.tags,
    };
    membership.join(organization, joining, now);
  } else if (handshake.action === 'APPROVE_ALL_FEATURES') {
    checkMayLink(world, call);
  } else if (handshake.action === 'ENABLE_ALL_FEATURES') {
    if (handshake.state !== 'OPEN') throw handshakeTransition();
    membership.enableAllFeatures(organization, now);
  }
}
