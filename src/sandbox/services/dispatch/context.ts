import { isoSeconds } from '../../../base/index.ts';
import type { RequestContext } from '../../../engine/index.ts';
import type { Store } from '../../state/store.ts';
import type { Call, Caller } from '../../types.ts';
import { regionOf } from '../region.ts';

/**
 * Condition keys that follow from who calls. The engine itself knows those that follow from the principal alone
 * (aws:PrincipalArn, aws:PrincipalAccount, aws:PrincipalType, aws:userid, aws:username).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function callerContext({ principal, session }: Caller, store: Store): RequestContext {
  const context: Record<string, string> = {};
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
  if (session.sourceIdentity !== undefined) context['aws:SourceIdentity'] = session.sourceIdentity;
  return context;
}

/** Condition keys of one call. */
export function callContext(call: Call): Record<string, string | readonly string[]> {
  const mfaAt = call.caller.session?.mfaAt;
  return {
    'aws:SourceIp': call.sourceIp,
    'aws:CurrentTime': isoSeconds(call.now),
    'aws:EpochTime': String(Math.floor(call.now / 1000)),
    // AWS is reached over TLS only, so the key is always "true" there. Clients talk to us over loopback; policies
    // that deny without TLS have to decide here as they will decide there.
    'aws:SecureTransport': 'true',
    'aws:UserAgent': call.userAgent,
    'aws:RequestedRegion': regionOf(call.service, call.region),
    'aws:ViaAWSService': String(call.invokedBy !== undefined),
    ...(call.invokedBy !== undefined && { 'aws:CalledVia': [call.invokedBy] }),
    ...(mfaAt !== undefined && {
      'aws:MultiFactorAuthAge': String(Math.floor((call.now - mfaAt) / 1000)),
    }),
  };
}
