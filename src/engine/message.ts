import { callerArn } from './implicit.ts';
import type { AuthRequest, Decision, Layer } from './types.ts';

/** "Troubleshoot access denied error messages" names the policy types so, with their articles. */
const explicit: Readonly<Record<Layer, string>> = {
  identity: 'an identity-based policy',
  resource: 'a resource-based policy',
  trust: 'the role trust policy',
  boundary: 'a permissions boundary',
  session: 'a session policy',
  scp: 'a service control policy',
  rcp: 'a resource control policy',
  'vpc-endpoint': 'a VPC endpoint policy',
};

const implicit: Readonly<Record<Layer, string>> = {
  identity: 'no identity-based policy allows',
  resource: 'no resource-based policy allows',
  trust: 'no role trust policy allows',
  boundary: 'no permissions boundary allows',
  session: 'no session policy allows',
  scp: 'no service control policy allows',
  rcp: 'no resource control policy allows',
  'vpc-endpoint': 'no VPC endpoint policy allows',
};

/** Calls whose message ends after the resource, for implicit denies: so in every real AssumeRole record we have. */
const withoutContext = /^sts:(assumerole.*|getfederationtoken|tagsession|setsourceidentity)$/i;

/**
 * AWS's own AccessDenied text for a refused request. Only for refusals: throws a RangeError when the decision allows.
 *
 * unverified: whether STS adds "with an explicit deny in …" for AssumeRole; other services do, so we do.
 */
export function accessDeniedMessage(
  request: AuthRequest,
  decision: Pick<Decision, 'because' | 'layer'>,
): string {
  if (decision.because === 'allowed') throw new RangeError('an allowed request has no AccessDenied message');
  const { action, resource } = request;
  const on = resource === '*' || resource === '' ? '' : ` on resource: ${resource}`;
  const start = `User: ${callerArn(request.principal)} is not authorized to perform: ${action}${on}`;
  if (decision.because === 'explicit-deny')
    return `${start} with an explicit deny in ${explicit[decision.layer]}`;
  // "When an SCP denies access, the error message always includes the phrase …, even if the denial is implicit."
  if (decision.layer === 'scp' || decision.layer === 'rcp')
    return `${start} with an explicit deny in ${explicit[decision.layer]}`;
  return withoutContext.test(action)
    ? start
    : `${start} because ${implicit[decision.layer]} the ${action} action`;
}
