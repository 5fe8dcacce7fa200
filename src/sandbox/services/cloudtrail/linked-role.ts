import { AwsError, type Call } from '../../types.ts';
import { ensureServiceLinkedRole, servicePath } from '../iam/service-linked.ts';
import { structureOf } from '../organizations/structure.ts';
import type { World } from '../world.ts';
import { SERVICE } from './checks.ts';

const NAME = 'AWSServiceRoleForCloudTrail';

/**
 * "The service-linked role is only created when you make a call from the management account directly to the CloudTrail
 * service, such as when you add a delegated administrator or create an organization trail":
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html
 */
const missing = (world: World, { caller }: Call): boolean =>
  structureOf(world).isManagement(caller.accountId) &&
  world.store.account(caller.accountId).roles.get(NAME) === undefined;

/** Throws InsufficientIAMAccessPermissionException where the role has to be made and the caller may not make it. */
export function mayLinkOrganization(world: World, call: Call): void {
  if (!missing(world, call)) return;
  const { accountId } = call.caller;
  const resource = `arn:aws:iam::${accountId}:role${servicePath(SERVICE)}${NAME}`;
  const context = { 'iam:AWSServiceName': SERVICE };
  try {
    world.authorize(
      [{ action: 'iam:CreateServiceLinkedRole', resource, resourceAccount: accountId, context }],
      call,
    );
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    // unverified: the words of the answer are the documented description of the error.
    throw new AwsError(
      'InsufficientIAMAccessPermissionException',
      "The task can't be completed because you are signed in with an account that lacks permissions to view or create a service-linked role. Sign in with an account that has the required permissions and then try again.",
    );
  }
}

/** Makes the role where it is missing; after everything that can be refused. */
export function linkOrganization(world: World, call: Call): void {
  if (missing(world, call)) ensureServiceLinkedRole(world.store, call.caller.accountId, SERVICE, call.now);
}
