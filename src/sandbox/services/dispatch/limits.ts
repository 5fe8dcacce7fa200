import { invalidToken } from '../../state/credentials.ts';
import { AwsError, type Call } from '../../types.ts';

/**
 * What temporary credentials can't do whatever the policies say: GetSessionToken's without MFA no IAM, and no STS but
 * AssumeRole and GetCallerIdentity; a federated user's no IAM, and no STS but GetCallerIdentity.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
 */
export function checkCredentialLimits({ service, operation, caller }: Call): void {
  if (caller.session === undefined) return;
  const { type } = caller.principal;
  if (type === 'role-session') {
    if (service === 'sts' && /^Get(SessionToken|FederationToken)$/.test(operation))
      throw cannotCall(operation);
    return;
  }
  // AssumeRoot's are limited by their task's policy.
  if (caller.session.task !== undefined) return;
  const federated = type === 'federated-user';
  if (service === 'iam' && (federated || caller.session.mfaAuthenticated !== true)) throw invalidToken();
  if (service === 'sts') {
    const allowed = federated ? ['GetCallerIdentity'] : ['GetCallerIdentity', 'AssumeRole'];
    if (!allowed.includes(operation)) throw cannotCall(operation);
  }
}

const cannotCall = (operation: string): AwsError =>
  new AwsError('AccessDenied', `Cannot call ${operation} with session credentials`, 403);
