import { AwsError, type Call } from '../../types.ts';
import type { World } from '../world.ts';
import { noServiceLinkedRole } from './errors.ts';

const SERVICE = 'organizations.amazonaws.com';
const NAME = 'AWSServiceRoleForOrganizations';

/**
 * "If you enabled all features in the organization, the user must also have the iam:CreateServiceLinkedRole permission so
 * that Organizations can create the required service-linked role": API_AcceptHandshake.html; CreateOrganization's minimum
 * permissions have it, too. "Required only if the … role must be recreated": where it is there, nothing is asked.
 * Throws AccessDeniedForDependencyException.
 */
export function checkMayLink({ store, authorize }: World, call: Call): void {
  const { accountId } = call.caller;
  if (store.account(accountId).roles.get(NAME) !== undefined) return;
  const resource = `arn:aws:iam::${accountId}:role/aws-service-role/${SERVICE}/${NAME}`;
  const context = { 'iam:AWSServiceName': SERVICE };
  try {
    authorize(
      [{ action: 'iam:CreateServiceLinkedRole', resource, resourceAccount: accountId, context }],
      call,
    );
  } catch (error) {
    throw error instanceof AwsError ? noServiceLinkedRole() : error;
  }
}
