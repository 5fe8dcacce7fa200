import type { ContextValue, Principal } from './types.ts';

/** The account a caller belongs to; none for anonymous callers, services and callers of AssumeRoleWith…. */
export function accountOfCaller(principal: Principal): string | undefined {
  switch (principal.type) {
    case 'root':
    case 'user':
    case 'role-session':
    case 'federated-user':
      return principal.accountId;
    default:
      return undefined;
  }
}

/** What AWS calls the caller: the ARN of GetCallerIdentity, for messages and CloudTrail. */
export function callerArn(principal: Principal): string {
  switch (principal.type) {
    case 'root':
      return `arn:${principal.partition}:iam::${principal.accountId}:root`;
    case 'user':
    case 'role-session':
    case 'federated-user':
      return principal.arn;
    case 'federated':
      return principal.provider;
    case 'service':
      return principal.service;
    case 'anonymous':
      return 'anonymous';
  }
}

type FromPrincipal = (principal: Principal) => ContextValue | undefined;

const isService: FromPrincipal = (p) =>
  p.type === 'anonymous' ? undefined : p.type === 'service' ? 'true' : 'false';

/**
 * Keys whose values follow from who calls, in lower case ("AWS global condition context keys: Properties of the
 * principal", and the table of "Principal key values" under policy variables). A key in the request's own context wins.
 */
export const principalKeys: ReadonlyMap<string, FromPrincipal> = new Map<string, FromPrincipal>([
  // For role sessions the role's ARN, never the session's.
  [
    'aws:principalarn',
    (p) => {
      if (p.type === 'role-session') return p.roleArn;
      return accountOfCaller(p) === undefined ? undefined : callerArn(p);
    },
  ],
  ['aws:principalaccount', accountOfCaller],
  [
    'aws:principaltype',
    (p) =>
      ({
        root: 'Account',
        user: 'User',
        'role-session': 'AssumedRole',
        'federated-user': 'FederatedUser',
        federated: undefined,
        service: undefined,
        anonymous: 'Anonymous',
      })[p.type],
  ],
  [
    'aws:userid',
    (p) => {
      switch (p.type) {
        case 'root':
          return p.accountId;
        case 'user':
          return p.id;
        case 'role-session':
          return `${p.roleId}:${p.sessionName}`;
        case 'federated-user':
          return `${p.accountId}:${p.name}`;
        case 'anonymous':
          return 'anonymous';
        default:
          return undefined;
      }
    },
  ],
  // Only IAM users have it: absent for roles, federated users and the root user.
  ['aws:username', (p) => (p.type === 'user' ? p.arn.slice(p.arn.lastIndexOf('/') + 1) : undefined)],
  ['aws:principalisawsservice', isService],
  ['aws:principalservicename', (p) => (p.type === 'service' ? p.service : undefined)],
  ['aws:principalservicenameslist', (p) => (p.type === 'service' ? [p.service] : undefined)],
]);
