import { invalidToken } from '../../state/credentials.ts';
import { AwsError, type Call } from '../../types.ts';

/**
 * What temporary credentials can't do whatever the policies say: GetSessionToken's without MFA no IAM, and no STS but
 * AssumeRole and GetCallerIdentity; a federated user's no IAM, and no STS but GetCallerIdentity; AssumeRoot's no STS but
 * GetCallerIdentity.
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
  if (caller.session.task !== undefined) {
    // Its task's policy limits the rest, but no policy is asked for GetSessionToken, whose answer knew no task: it made
    // 15 minutes of one task an hour of the whole root user. unverified: AWS's words for it.
    if (service === 'sts' && operation !== 'GetCallerIdentity') throw cannotCall(operation);
    return;
  }
  const federated = type === 'federated-user';
  if (service === 'iam' && (federated || caller.session.mfaAuthenticated !== true)) throw invalidToken();
  if (service === 'sts') {
    const allowed = federated ? ['GetCallerIdentity'] : ['GetCallerIdentity', 'AssumeRole'];
    if (!allowed.includes(operation)) throw cannotCall(operation);
  }
}

const cannotCall = (operation: string): AwsError =>
  new AwsError('AccessDenied', `Cannot call ${operation} with session credentials`, 403);
