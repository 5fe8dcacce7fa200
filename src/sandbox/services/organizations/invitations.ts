import type * as organizations from '@aws-sdk/client-organizations';
import { isAccountId } from '../../../base/index.ts';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { enter } from './access.ts';
import { accountArn } from './arns.ts';
import { requestTags } from './ask.ts';
import { MOST_ACCOUNTS } from './create-account.ts';
import { duplicateHandshake, handshakeConstraint, invalidInput } from './errors.ts';
import { type Handshakes, INVITATION_MS, isOpen } from './handshake-state.ts';
import { newId } from './ids.ts';
import { accountByEmail, ownerOf, type Service } from './service.ts';
import { handshakeShape } from './shapes.ts';
import type { Organization } from './state.ts';
import { addTags, checkTags } from './tags.ts';

type Request = organizations.InviteAccountToOrganizationRequest;

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_InviteAccountToOrganization.html */
export const invitationOperations = (service: Service, handshakes: Handshakes): readonly Operation[] => [
  operation<Request, organizations.InviteAccountToOrganizationResponse>({
    name: 'InviteAccountToOrganization',
    readOnly: false,
    authorize: ({ Target, Tags }, call) => {
      const organization = service.state.members.get(call.caller.accountId)?.organization;
      const arn =
        organization !== undefined && Target.Type === 'ACCOUNT'
          ? accountArn(organization, Target.Id ?? '')
          : '*';
      const { ask } = service;
      const account = Target.Type === 'ACCOUNT' ? `account/${Target.Id}` : 'account/*';
      return [
        ...ask.arn('InviteAccountToOrganization', call, 'management', arn, requestTags(Tags)),
        ...ask.tagging(call, 'management', Tags, account),
      ];
    },
    handle: ({ Target, Notes, Tags }, call) => {
      const { state, world } = service;
      const organization = enter(state, call, 'management');
      const id = Target.Id ?? '';
      const type = Target.Type;
      if (type !== 'ACCOUNT' && type !== 'EMAIL') {
        throw invalidInput(
          'INVALID_PARTY_TYPE_TARGET',
          'You specified the wrong type of entity (account, organization, or email) as a party.',
        );
      }
      checkTags(new Map(), Tags);
      const accountId = invitedAccount(service, type, id);
      checkInvitation(service, handshakes, organization, accountId);
      const management = ownerOf(service, organization.managementAccountId);
      const handshake = handshakes.add({
        id: newId.handshake(world.store.random),
        action: 'INVITE',
        state: 'OPEN',
        requestedAt: call.now,
        expiresAt: call.now + INVITATION_MS,
        organizationId: organization.id,
        managementAccountId: organization.managementAccountId,
        managementEmail: management.email,
        managementName: management.name,
        // "If you invite an account during the process to enable all features, the invitation states that the
        // organization they are joining has all features enabled": orgs_manage_org_support-all-features.html. The API
        // still lists INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES, of the years when it was refused.
        featureSet: handshakes.enabling(organization.id) ? 'ALL' : organization.featureSet,
        accountId,
        party: { type, id },
        ...(Notes !== undefined && { notes: Notes }),
        tags: new Map(),
      });
      addTags(handshake.tags, Tags);
      return { Handshake: handshakeShape(handshake) };
    },
  }),
];

/** The account that an invitation goes to. AWS invites addresses that have no account yet, too; here nobody could accept. */
function invitedAccount(service: Service, type: 'ACCOUNT' | 'EMAIL', id: string): string {
  if (type === 'EMAIL') {
    const found = accountByEmail(service, id);
    if (found !== undefined) return found;
    throw invalidInput(
      'INVALID_EMAIL_ADDRESS_TARGET',
      'You specified an invalid email address for the invited account owner.',
    );
  }
  if (!isAccountId(id)) {
    throw invalidInput('INVALID_PATTERN', "You provided a value that doesn't match the required pattern.");
  }
  if (service.world.store.accounts.has(id)) return id;
  throw handshakeConstraint(
    'TARGET_ACCOUNT_VALIDATION_FAILURE',
    "The account that you invited doesn't exist or isn't active.",
  );
}

function checkInvitation(
  { state, world }: Service,
  handshakes: Handshakes,
  organization: Organization,
  accountId: string,
): void {
  if (state.members.has(accountId)) {
    throw handshakeConstraint(
      'ALREADY_IN_AN_ORGANIZATION',
      'The account is already a member of an organization.',
    );
  }
  if (world.store.account(accountId).closed) {
    throw handshakeConstraint(
      'TARGET_ACCOUNT_VALIDATION_FAILURE',
      "The account that you invited doesn't exist or isn't active.",
    );
  }
  const own = handshakes.of(organization.id).filter(isOpen);
  if (own.some((open) => open.action === 'INVITE' && open.accountId === accountId))
    throw duplicateHandshake();
  const invited = own.filter(({ action }) => action === 'INVITE').length;
  if (organization.members.size + invited >= MOST_ACCOUNTS) {
    throw handshakeConstraint(
      'ACCOUNT_NUMBER_LIMIT_EXCEEDED',
      'You have exceeded the allowed number of AWS accounts.',
    );
  }
}
