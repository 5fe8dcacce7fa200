import { isoSeconds } from '../../../base/index.ts';
import type { UserIdentity } from '../../../trail/index.ts';
import type { Store } from '../../state/store.ts';
import type { Caller } from '../../types.ts';

const texts = new WeakMap<Caller, string>();

/** A caller's identity as JSON. Callers are made anew whenever something about them may have changed. */
export function userIdentityText(caller: Caller, store: Store): string {
  let text = texts.get(caller);
  if (text === undefined) {
    text = JSON.stringify(userIdentity(caller, store));
    texts.set(caller, text);
  }
  return text;
}

const foreignTexts = new WeakMap<Caller, string>();

/** The same for the owner of a role in another account. */
export function foreignIdentityText(caller: Caller): string {
  let text = foreignTexts.get(caller);
  if (text === undefined) {
    text = JSON.stringify(foreignIdentity(caller));
    foreignTexts.set(caller, text);
  }
  return text;
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
function userIdentity(caller: Caller, store: Store): UserIdentity {
  const { principal, accountId, accessKeyId, session } = caller;
  const key = accessKeyId !== undefined && { accessKeyId };
  // With long-term keys there is no sessionContext, hence no mfaAuthenticated; a role session's is always "false".
  const attributes = session && {
    creationDate: isoSeconds(session.issuedAt),
    mfaAuthenticated: String(session.mfaAuthenticated === true),
  };
  const source = session?.sourceIdentity !== undefined && { sourceIdentity: session.sourceIdentity };
  switch (principal.type) {
    case 'root':
      return {
        type: 'Root',
        principalId: accountId,
        arn: `arn:${principal.partition}:iam::${accountId}:root`,
        accountId,
        ...key,
        ...(attributes && {
          sessionContext: {
            attributes,
            ...(session?.task !== undefined && { assumedRoot: 'true' }),
          },
        }),
      };
    case 'user':
      return {
        type: 'IAMUser',
        principalId: principal.id,
        arn: principal.arn,
        accountId,
        ...key,
        userName: nameIn(principal.arn),
        ...(attributes && { sessionContext: { attributes } }),
      };
    case 'role-session':
      return {
        type: 'AssumedRole',
        principalId: `${principal.roleId}:${principal.sessionName}`,
        arn: principal.arn,
        accountId,
        ...key,
        sessionContext: {
          sessionIssuer: {
            type: 'Role',
            principalId: principal.roleId,
            arn: principal.roleArn,
            accountId,
            userName: nameIn(principal.roleArn),
          },
          ...(attributes && { attributes }),
          ...(session?.federation?.kind === 'web' && {
            webIdFederationData: { federatedProvider: session.federation.provider, attributes: {} },
          }),
          ...source,
        },
      };
    case 'federated-user':
      return {
        type: 'FederatedUser',
        principalId: `${accountId}:${principal.name}`,
        arn: principal.arn,
        accountId,
        ...key,
        sessionContext: {
          sessionIssuer: {
            type: store.users.has(principal.issuerId) ? 'IAMUser' : 'Root',
            principalId: principal.issuerId,
            arn: principal.issuerArn,
            accountId,
            ...(store.users.has(principal.issuerId) && { userName: nameIn(principal.issuerArn) }),
          },
          ...(attributes && { attributes }),
        },
      };
    case 'anonymous':
      return nobody;
    default:
      return { type: 'Unknown' };
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html */
const nobody: UserIdentity = { type: 'AWSAccount', principalId: '', accountId: 'ANONYMOUS_PRINCIPAL' };

/** What the owner of a role learns of a caller from another account: no ARN, no key, no name (AWS.md §4). */
function foreignIdentity({ principal, accountId }: Caller): UserIdentity {
  if (principal.type === 'anonymous') return nobody;
  const principalId =
    principal.type === 'user'
      ? principal.id
      : principal.type === 'role-session'
        ? `${principal.roleId}:${principal.sessionName}`
        : principal.type === 'federated-user'
          ? `${accountId}:${principal.name}`
          : accountId;
  return { type: 'AWSAccount', principalId, accountId };
}

const nameIn = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);
