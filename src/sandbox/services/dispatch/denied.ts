import { type AuthRequest, accessDeniedMessage, type Decision } from '../../../engine/index.ts';
import { type Authorization, AwsError, type Call } from '../../types.ts';

/** The engine's message, with the resource as the service at hand names it. */
export function deniedText(request: AuthRequest, decision: Decision, question: Authorization): string {
  if (request.action.startsWith('s3:')) return deniedByS3(request, decision);
  const resource = shownResource(question);
  const text = accessDeniedMessage({ ...request, resource }, decision);
  // IAM and Organizations also name the resource of actions that have none (seen in recorded denials).
  const { action } = question;
  if (resource !== '*' || !/^(iam|organizations):/.test(action)) return text;
  return text.replace(`perform: ${action}`, `perform: ${action} on resource: *`);
}

/**
 * S3 gives its reasons only within an account, with the resource in quotes.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 */
function deniedByS3(request: AuthRequest, decision: Decision): string {
  const { principal, resource, resourceAccount } = request;
  const own = 'accountId' in principal && principal.accountId === resourceAccount;
  if (!own) return 'Access Denied';
  return accessDeniedMessage({ ...request, resource: resource === '*' ? '*' : `"${resource}"` }, decision);
}

/**
 * The resource as the service's message names it. IAM says `role NAME`, except for actions that create the resource or
 * list a whole kind (seen in recorded denials); services without a resource leave it out.
 */
function shownResource({ action, resource }: Authorization): string {
  if (!action.startsWith('iam:') || /^iam:(Create(User|Role|Group)|PassRole|Simulate)/.test(action))
    return resource;
  const policy = /^arn:[^:]*:iam::[^:]*:policy(\/.*\/|\/)([^/]+)$/.exec(resource);
  if (policy !== null) return `policy ${action === 'iam:CreatePolicy' ? policy[2] : resource}`;
  const named = /^arn:[^:]*:iam::\d{12}:(user|role|group|instance-profile)\/(?:.*\/)?([^/]+)$/.exec(resource);
  return named === null
    ? resource
    : `${named[1] === 'instance-profile' ? 'instance profile' : named[1]} ${named[2]}`;
}

/** The error that a service answers a refused request with. */
export function deniedError(call: Call, text: string, encoded: string | undefined): AwsError {
  switch (call.service) {
    case 'ec2':
      return new AwsError(
        'UnauthorizedOperation',
        `You are not authorized to perform this operation. ${text}${
          encoded === undefined ? '' : `. Encoded authorization failure message: ${encoded}`
        }`,
        403,
      );
    case 'cloudtrail':
      return new AwsError('AccessDeniedException', text, 400);
    case 'sns':
      return new AwsError('AuthorizationError', text, 403);
    default:
      return new AwsError('AccessDenied', text, 403);
  }
}
