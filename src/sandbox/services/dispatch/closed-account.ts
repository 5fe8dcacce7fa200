import { type AuthRequest, callerArn } from '../../../engine/index.ts';
import type { Store } from '../../state/store.ts';
import { AwsError, type Call } from '../../types.ts';
import { deniedError } from './denied.ts';

/**
 * "Immediately, the account can no longer be used for any AWS activity", and "the resources won't be available": neither
 * by others whom their policies let in, nor by services that still act for the account.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_CloseAccount.html
 * unverified: what each service answers then; S3's documents have AllAccessDisabled for buckets that are out of use.
 */
export function refuseClosed(store: Store, request: AuthRequest, call: Call): void {
  const isClosed = (accountId: string | undefined): boolean =>
    accountId !== undefined && store.accounts.get(accountId)?.closed === true;
  if (!isClosed(request.resourceAccount) && !isClosed(call.caller.accountId)) return;
  const { action, resource, principal } = request;
  if (action.startsWith('s3:')) {
    throw new AwsError(
      'AllAccessDisabled',
      'All access to this Amazon S3 resource has been disabled. Please contact AWS Support for further assistance.',
      403,
    );
  }
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  const text = `User: ${callerArn(principal)} is not authorized to perform: ${action}${on}`;
  throw deniedError(call, text, undefined);
}
