import { isoSeconds } from '../../../base/index.ts';
import type { RequestContext } from '../../../engine/index.ts';
import type { Store } from '../../state/store.ts';
import type { Authorization, Call, Caller } from '../../types.ts';
import type { Levels, Structure } from '../organizations/structure.ts';
import { regionOf } from '../region.ts';

/**
 * Condition keys that follow from who calls. The engine itself knows those that follow from the principal alone
 * (aws:PrincipalArn, aws:PrincipalAccount, aws:PrincipalType, aws:userid, aws:username).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function callerContext({ principal, session }: Caller, store: Store): RequestContext {
  const context: Record<string, string | readonly string[]> = {};
  const own =
    principal.type === 'user'
      ? store.users.get(principal.id)?.tags
      : principal.type === 'role-session'
        ? store.roles.get(principal.roleId)?.tags
        : principal.type === 'federated-user'
          ? store.users.get(principal.issuerId)?.tags
          : undefined;
  for (const [key, value] of own ?? []) context[`aws:PrincipalTag/${key}`] = value;
  if (session === undefined) return context;
  for (const [key, value] of Object.entries(session.tags)) {
    // A session tag overrides the role's or user's tag of the same key, whatever the case.
    const name = `aws:PrincipalTag/${key}`;
    for (const known of Object.keys(context)) {
      if (known.toLowerCase() === name.toLowerCase()) delete context[known];
    }
    context[name] = value;
  }
  context['aws:TokenIssueTime'] = isoSeconds(session.issuedAt);
  if (session.mfaAuthenticated !== undefined) {
    context['aws:MultiFactorAuthPresent'] = String(session.mfaAuthenticated);
  }
  if (session.task !== undefined) context['aws:AssumedRoot'] = 'true';
  if (session.federation !== undefined) {
    context['aws:FederatedProvider'] = session.federation.provider;
    Object.assign(context, session.federation.keys);
  }
  if (session.sourceIdentity !== undefined) context['aws:SourceIdentity'] = session.sourceIdentity;
  return context;
}

/**
 * Condition keys of one call. The keys of forwarded access aren't for service roles:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-viaawsservice
 */
export function callContext(call: Call): Record<string, string | readonly string[]> {
  const via = call.asServiceRole === true ? undefined : call.invokedBy;
  const mfaAt = call.caller.session?.mfaAt;
  const context: Record<string, string | readonly string[]> = {
    'aws:SourceIp': call.sourceIp,
    'aws:CurrentTime': isoSeconds(call.now),
    'aws:EpochTime': String(Math.floor(call.now / 1000)),
    // AWS is reached over TLS only, so the key is always "true" there. Clients talk to us over loopback; policies
    // that deny without TLS have to decide here as they will decide there.
    'aws:SecureTransport': 'true',
    'aws:UserAgent': call.userAgent,
    'aws:RequestedRegion': regionOf(call.service, call.region),
    'aws:ViaAWSService': String(via !== undefined),
  };
  if (via !== undefined) {
    // Services here never call through one another: the first is the last.
    Object.assign(context, { 'aws:CalledVia': [via], 'aws:CalledViaFirst': via, 'aws:CalledViaLast': via });
  }
  if (mfaAt !== undefined) {
    context['aws:MultiFactorAuthAge'] = String(Math.floor((call.now - mfaAt) / 1000));
  }
  return context;
}

/**
 * Services whose resources RCPs protect, by prefix of the action:
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services
 */
const protectedByRcps = new Set(['s3', 'sts', 'kms', 'sqs', 'secretsmanager', 'ecr', 'aoss']);

/** What the organization of a resource's account adds to a question. */
export function resourceStanding(
  question: Authorization,
  accountId: string,
  call: Call,
  structure: Structure,
): { readonly context: RequestContext; readonly rcps: Levels | undefined } {
  const standing = structure.standing(accountId);
  // `assign`: V8 copies the second and later spreads of a literal twenty times slower.
  const context: RequestContext = Object.assign(
    { 'aws:ResourceAccount': accountId === '' ? undefined : accountId },
    standing?.asResource,
    call.caller.principal.type === 'service' ? sourceContext(question, structure) : undefined,
    question.context,
  );
  const service = question.action.slice(0, question.action.indexOf(':'));
  return { context, rcps: protectedByRcps.has(service) ? standing?.rcps : undefined };
}

/** A service that says for which account it acts is also known by that account's organization. */
function sourceContext({ context }: Authorization, structure: Structure): RequestContext {
  const source = context?.['aws:SourceAccount'];
  return (typeof source === 'string' ? structure.standing(source)?.asSource : undefined) ?? {};
}
