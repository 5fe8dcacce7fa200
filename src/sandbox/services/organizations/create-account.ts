import type * as organizations from '@aws-sdk/client-organizations';
import { roleArn, rootArn } from '../../../base/index.ts';
import { uniqueId } from '../../state/ids.ts';
import type { Role } from '../../state/model.ts';
import { NameMap } from '../../state/names.ts';
import type { Store } from '../../state/store.ts';
import { Trust } from '../../state/trust.ts';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { trailDate } from '../record/naming.ts';
import { enter } from './access.ts';
import { requestTags } from './ask.ts';
import { constraintViolation, invalidInput, noCreation } from './errors.ts';
import { newId } from './ids.ts';
import { page } from './page.ts';
import { accountByEmail, type Service, setOwner } from './service.ts';
import { recordEvent } from './service-event.ts';
import { creationShape } from './shapes.ts';
import type { Creation, Organization } from './state.ts';
import { addTags, checkTags } from './tags.ts';

/** AWS takes up to minutes; callers have to ask DescribeCreateAccountStatus there, and here. */
const CREATION_MS = 1_000;
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';
/** The default is 10 and raisable; a rehearsal has what large organizations have. */
export const MOST_ACCOUNTS = 10_000;
const TIMER = 'organizations.finish-account';

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html */
export function createAccountOperations(service: Service): readonly Operation[] {
  const { world, state, ask } = service;
  world.timers.handle<{ organizationId: string; id: string }>(TIMER, ({ organizationId, id }, due) => {
    const organization = state.organizations.get(organizationId);
    const creation = organization?.creations.get(id);
    if (organization !== undefined && creation !== undefined) finish(service, organization, creation, due);
  });
  return [
    operation<organizations.CreateAccountRequest, organizations.CreateAccountResponse>({
      name: 'CreateAccount',
      readOnly: false,
      authorize: ({ Tags }, call) => [
        ...ask.any('CreateAccount', call, 'management', requestTags(Tags)),
        ...ask.tagging(call, 'management', Tags, 'account/*'),
      ],
      handle: (input, call) => {
        const organization = enter(state, call, 'management');
        const { RoleName = 'OrganizationAccountAccessRole' } = input;
        if (RoleName.startsWith('AWSServiceRoleFor')) {
          throw invalidInput(
            'INVALID_ROLE_NAME',
            "You provided a role name that isn't valid. A role name can't begin with the reserved prefix AWSServiceRoleFor.",
          );
        }
        checkTags(new Map(), input.Tags);
        const open = [...organization.creations.values()].filter(({ state }) => state === 'IN_PROGRESS');
        if (organization.members.size + open.length >= MOST_ACCOUNTS) {
          throw constraintViolation(
            'ACCOUNT_NUMBER_LIMIT_EXCEEDED',
            'You have exceeded the allowed number of AWS accounts.',
          );
        }
        const creation: Creation = {
          id: newId.creation(world.store.random),
          accountName: input.AccountName,
          email: input.Email,
          roleName: RoleName,
          tags: new Map(),
          requestedAt: call.now,
          state: 'IN_PROGRESS',
        };
        addTags(creation.tags, input.Tags);
        organization.creations.set(creation.id, creation);
        const payload = { organizationId: organization.id, id: creation.id };
        world.timers.at(call.now + CREATION_MS, TIMER, payload);
        return { CreateAccountStatus: creationShape(creation) };
      },
      trail: ({ Email: _email, AccountName: _name, ...input }, output) => ({
        requestParameters: {
          email: HIDDEN,
          accountName: HIDDEN,
          ...(input.RoleName !== undefined && { roleName: input.RoleName }),
          ...(input.IamUserAccessToBilling !== undefined && {
            iamUserAccessToBilling: input.IamUserAccessToBilling,
          }),
          tags: (input.Tags ?? []).map(({ Key, Value }) => ({ key: Key, value: Value })),
        },
        ...(output?.CreateAccountStatus && {
          responseElements: { createAccountStatus: hidden(output.CreateAccountStatus) },
        }),
      }),
    }),
    operation<
      organizations.DescribeCreateAccountStatusRequest,
      organizations.DescribeCreateAccountStatusResponse
    >({
      name: 'DescribeCreateAccountStatus',
      readOnly: true,
      authorize: (_input, call) => ask.any('DescribeCreateAccountStatus', call, 'delegate'),
      handle: ({ CreateAccountRequestId: id }, call) => {
        const creation = enter(state, call, 'delegate').creations.get(id);
        if (creation === undefined) throw noCreation();
        return { CreateAccountStatus: creationShape(creation) };
      },
    }),
    operation<organizations.ListCreateAccountStatusRequest, organizations.ListCreateAccountStatusResponse>({
      name: 'ListCreateAccountStatus',
      readOnly: true,
      authorize: (_input, call) => ask.any('ListCreateAccountStatus', call, 'delegate'),
      handle: (input, call) => {
        const all = [...enter(state, call, 'delegate').creations.values()].filter(
          (creation) => !input.States?.length || input.States.includes(creation.state),
        );
        const { items, rest } = page(all, input);
        return { CreateAccountStatuses: items.map(creationShape), ...rest };
      },
    }),
  ];
}

/** How CloudTrail writes names and addresses ("Logging AWS Organizations API calls", the example of CreateAccount). */
const HIDDEN = '****';

const hidden = ({ Id, State, RequestedTimestamp }: organizations.CreateAccountStatus) => ({
  id: Id,
  state: State,
  accountName: HIDDEN,
  requestedTimestamp: RequestedTimestamp && trailDate(RequestedTimestamp),
});

function finish(service: Service, organization: Organization, creation: Creation, now: number): void {
  const { world, membership } = service;
  const { store } = world;
  creation.completedAt = now;
  if (accountByEmail(service, creation.email) !== undefined) {
    creation.state = 'FAILED';
    creation.failureReason = 'EMAIL_ALREADY_EXISTS';
  } else {
    let accountId = newId.account(store.random);
    while (store.accounts.has(accountId)) accountId = newId.account(store.random);
    store.openAccount(accountId, creation.accountName);
    setOwner(service, accountId, creation.accountName, creation.email);
    addAccessRole(store, accountId, creation.roleName, organization.managementAccountId, now);
    creation.state = 'SUCCEEDED';
    creation.accountId = accountId;
    membership.join(
      organization,
      {
        accountId,
        name: creation.accountName,
        email: creation.email,
        joinedMethod: 'CREATED',
        tags: creation.tags,
      },
      now,
    );
  }
  record(service, organization, creation);
}

/** The role that lets the management account into the new one, with all rights. */
function addAccessRole(store: Store, accountId: string, name: string, trusted: string, now: number): void {
  const account = store.account(accountId);
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn('aws', trusted) }, Action: 'sts:AssumeRole' }],
  });
  const role: Role = {
    kind: 'role',
    accountId,
    name,
    path: '/',
    arn: roleArn('aws', accountId, name, '/'),
    id: uniqueId('AROA', store.random),
    createdAt: now,
    inline: new NameMap(),
    attached: new Set(),
    tags: new Map(),
    trust: Trust.save(text, store),
    maxSessionDuration: 3_600,
    profiles: new Set(),
  };
  account.roles.set(name, role);
  store.roles.set(role.id, role);
  const administrator = store.policy(account, ADMINISTRATOR);
  // INVARIANT: AdministratorAccess is in the catalogue of AWS managed policies.
  if (administrator === undefined) throw new Error('no AdministratorAccess');
  role.attached.add(administrator);
  administrator.attachedTo.add(role);
}

/** CreateAccountResult, the event by which CloudTrail tells how the creation ended. */
function record({ world }: Service, organization: Organization, creation: Creation): void {
  const { id, state, failureReason, accountId, requestedAt, completedAt = requestedAt } = creation;
  recordEvent(world, organization, 'CreateAccountResult', completedAt, {
    createAccountStatus: {
      id,
      state,
      accountName: HIDDEN,
      ...(accountId !== undefined && { accountId }),
      ...(failureReason !== undefined && { failureReason }),
      requestedTimestamp: trailDate(new Date(requestedAt)),
      completedTimestamp: trailDate(new Date(completedAt)),
    },
  });
}
