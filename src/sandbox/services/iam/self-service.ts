import { StoredPolicy } from '../../state/stored-policy.ts';
import type { Authorization, Call } from '../../types.ts';
import type { World } from '../world.ts';
import { iamAccount } from './state.ts';

/**
 * AllowUsersToChangePassword "allows all users in the account access to the iam:ChangePassword action for only their user
 * and to the iam:GetAccountPasswordPolicy action". It is put to the engine as a policy of the resource, so that an
 * explicit deny or an SCP still refuses. It names nobody, because it is only put to questions of the account's own users
 * about themselves, and is one document, because the engine keeps what it has compiled for each.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_enable-user-change.html
 */
const grant = new StoredPolicy(
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: ['iam:ChangePassword', 'iam:GetAccountPasswordPolicy'],
        Resource: '*',
      },
    ],
  }),
  'resource',
);

export function selfService(
  world: World,
  { caller: { principal, accountId } }: Call,
  questions: readonly Authorization[],
): readonly Authorization[] {
  if (principal.type !== 'user' || iamAccount(world, accountId).passwordPolicy?.allowUsersToChange !== true)
    return questions;
  const resourcePolicy = { name: 'account password policy', document: grant.document };
  return questions.map((question) => ({ ...question, resourcePolicy }));
}
