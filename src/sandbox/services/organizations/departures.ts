import type * as organizations from '@aws-sdk/client-organizations';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { trailDate } from '../record/naming.ts';
import { enter, isDelegate } from './access.ts';
import {
  accountAlreadyClosed,
  conflict,
  constraintViolation,
  managementCannotLeave,
  noAccount,
} from './errors.ts';
import { member } from './find.ts';
import type { Service } from './service.ts';
import { recordEvent } from './service-event.ts';
import type { Member, Organization } from './state.ts';
import { needAllFeatures } from './trusted-services.ts';

const DAY = 86_400_000;
/** PENDING_CLOSURE lasts minutes on AWS. */
const CLOSING_MS = 5_000;
const POST_CLOSURE_DAYS = 90;
/** "The minimum number of days that a created account must exist before you can remove it": orgs_reference_limits.html */
const YOUNGEST_DAYS = 4;

interface Closing {
  readonly accountId: string;
  /** An account that is closed, removed and forgotten must not be mistaken for another one. */
  readonly closedAt: number;
}

/** Closing accounts, and taking them out of the organization. */
export function departureOperations({ world, state, ask, membership }: Service): readonly Operation[] {
  const closing = ({ accountId, closedAt }: Closing): Member | undefined => {
    const found = state.members.get(accountId);
    return found?.closedAt === closedAt ? found : undefined;
  };
  world.timers.handle<Closing>('organizations.suspend', (payload, due) => {
    const found = closing(payload);
    if (found === undefined) return;
    found.status = 'SUSPENDED';
    recordEvent(world, found.organization, 'CloseAccountResult', due, {
      closeAccountStatus: {
        accountId: payload.accountId,
        state: 'SUCCEEDED',
        requestedTimestamp: trailDate(new Date(payload.closedAt)),
        completedTimestamp: trailDate(new Date(due)),
      },
    });
    world.timers.at(due + POST_CLOSURE_DAYS * DAY, 'organizations.forget', payload);
  });
  world.timers.handle<Closing>('organizations.forget', (payload, due) => {
    const found = closing(payload);
    if (found !== undefined) membership.leave(found, due);
  });
  return [
    operation<organizations.CloseAccountRequest, object>({
      name: 'CloseAccount',
      readOnly: false,
      authorize: ({ AccountId }, call) => ask.about('CloseAccount', call, 'management', [AccountId]),
      handle: ({ AccountId }, call) => {
        const organization = enter(state, call, 'management');
        // "You can close an account when all features are enabled": API_CloseAccount.html
        needAllFeatures(organization);
        const account = member(organization, AccountId);
        if (AccountId === organization.managementAccountId) {
          throw constraintViolation(
            'CANNOT_CLOSE_MANAGEMENT_ACCOUNT',
            'You attempted to close the management account. To close the management account for the organization, you must first either remove or close all member accounts in the organization.',
          );
        }
        if (account.status === 'PENDING_CLOSURE') {
          throw conflict(
            'The request failed because it conflicts with the current state of the specified resource.',
          );
        }
        if (account.status === 'SUSPENDED') throw accountAlreadyClosed();
        refuseDelegate(account);
        checkQuota(organization, call.now);
        account.status = 'PENDING_CLOSURE';
        account.closedAt = call.now;
        world.store.account(AccountId).closed = true;
        const payload: Closing = { accountId: AccountId, closedAt: call.now };
        world.timers.at(call.now + CLOSING_MS, 'organizations.suspend', payload);
        return {};
      },
    }),
    operation<organizations.RemoveAccountFromOrganizationRequest, object>({
      name: 'RemoveAccountFromOrganization',
      readOnly: false,
      authorize: ({ AccountId }, call) =>
        ask.about('RemoveAccountFromOrganization', call, 'management', [AccountId]),
      handle: ({ AccountId }, call) => {
        const leaving = member(enter(state, call, 'management'), AccountId);
        checkDeparture(leaving, call.now);
        membership.leave(leaving, call.now);
        return {};
      },
    }),
    operation<object, object>({
      name: 'LeaveOrganization',
      readOnly: false,
      authorize: (_input, call) => ask.any('LeaveOrganization', call, 'member'),
      handle: (_input, call) => {
        const leaving = enter(state, call, 'member').members.get(call.caller.accountId);
        if (leaving === undefined) throw noAccount();
        checkDeparture(leaving, call.now);
        membership.leave(leaving, call.now);
        return {};
      },
    }),
  ];
}

function refuseDelegate({ organization, id }: Member): void {
  if (!isDelegate(organization, id)) return;
  throw constraintViolation(
    'CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG',
    'You attempted to remove an account from the organization that is registered as a delegated administrator for a service integrated with your organization. To complete this operation, you must first deregister this account as a delegated administrator.',
  );
}

/** Throws when the account may not leave; a suspended one leaves by itself after 90 days. */
function checkDeparture(leaving: Member, now: number): void {
  const { organization, id, status, joinedMethod, joinedAt } = leaving;
  if (id === organization.managementAccountId) throw managementCannotLeave();
  refuseDelegate(leaving);
  if (status !== 'ACTIVE') {
    throw constraintViolation(
      'ACCOUNT_CANNOT_LEAVE_ORGANIZATION',
      'You attempted to remove an account that is closed. It is removed from the organization 90 days after it was closed.',
    );
  }
  if (joinedMethod === 'CREATED' && now < joinedAt + YOUNGEST_DAYS * DAY) {
    throw constraintViolation(
      'WAIT_PERIOD_ACTIVE',
      'After you create an account, you must wait at least four days before you can remove it from the organization.',
    );
  }
}

/** Closures at a time, and in 30 days: orgs_reference_limits.html */
const CLOSING_AT_ONCE = 3;
const mostClosed = (accounts: number): number => Math.min(1_000, Math.max(250, Math.floor(accounts / 5)));

function checkQuota({ members }: Organization, now: number): void {
  const closed = [...members.values()].filter(({ closedAt }) => closedAt !== undefined);
  if (closed.filter(({ status }) => status === 'PENDING_CLOSURE').length >= CLOSING_AT_ONCE) {
    throw constraintViolation(
      'CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED',
      'You have exceeded close account concurrent requests limit.',
    );
  }
  const recently = closed.filter(({ closedAt = 0 }) => closedAt > now - 30 * DAY).length;
  if (recently < mostClosed(members.size)) return;
  throw constraintViolation(
    'CLOSE_ACCOUNT_QUOTA_EXCEEDED',
    'You have exceeded close account quota for the past 30 days.',
  );
}
