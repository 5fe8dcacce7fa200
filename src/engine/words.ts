import type { Span } from '../base/index.ts';
import { Bit } from './layers.ts';
import type { Story, Told } from './story.ts';
import type { AuthRequest, Layer, PolicySet, StatementOutcome } from './types.ts';

const titles: Readonly<Record<Layer, string>> = {
  identity: 'identity-based policy',
  resource: 'resource-based policy',
  trust: 'trust policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  scp: 'service control policy',
  rcp: 'resource control policy',
  'vpc-endpoint': 'VPC endpoint policy',
};

export const layerTitle = (layer: Layer): string => titles[layer];

/** `trust-policy.json:7 statement 1 "AllowOperators"`; without a file the policy's name stands for it. */
export function locate(outcome: StatementOutcome, span: Span = outcome.span): string {
  const sid = outcome.sid === undefined ? '' : ` "${outcome.sid}"`;
  return `${outcome.file ?? outcome.policy}:${span.start.line} statement ${outcome.index + 1}${sid}`;
}

/** Why a layer refuses, in one line. */
export function refusalText(
  set: PolicySet,
  story: Story,
  bit: number,
  request: AuthRequest,
  near: readonly Told[],
): string {
  const { action, principal, resource } = request;
  if (principal.type === 'root' && story.candidates.assumeRole && bit === Bit.identity)
    return 'the root user of an account cannot assume roles';
  if (principal.type === 'anonymous' && story.candidates.assumeRole && bit === Bit.resource)
    return `${action} needs a signed request`;
  const title = titleOf(story, bit);
  if (near.length > 0)
    return near.map((t) => `${locate(t.outcome)} does not apply: ${t.outcome.why}`).join('; ');
  if (bit === Bit.resource && set.resource === undefined) return `${resource} has no ${title}`;
  if (
    (bit === Bit.identity && (set.identity ?? []).length === 0) ||
    (bit === Bit.session && set.session === undefined)
  )
    return `there is no ${title}`;
  if (bit === Bit.scp || bit === Bit.rcp) {
    const level = firstClosedLevel(set, story, bit);
    if (level === 0) return `the path through the organization has no level: no ${title} allows ${action}`;
    return `at level ${level} of the organization (1 is the root) no ${title} allows ${action}`;
  }
  return `no ${title} allows ${action}`;
}

/** Counted from 1, the root. */
function firstClosedLevel(set: PolicySet, story: Story, bit: number): number {
  const open = new Set(
    story.told
      .filter((t) => t.compiled.bit === bit && t.outcome.effect === 'Allow' && t.outcome.matched)
      .map((t) => t.compiled.level),
  );
  const levels = (bit === Bit.scp ? set.scps : set.rcps) ?? [];
  return levels.findIndex((_, level) => !open.has(level)) + 1;
}

const titleOf = (story: Story, bit: number): string => {
  switch (bit) {
    case Bit.rcp:
      return titles.rcp;
    case Bit.scp:
      return titles.scp;
    case Bit.vpcEndpoint:
      return titles['vpc-endpoint'];
    case Bit.boundary:
      return titles.boundary;
    case Bit.session:
      return titles.session;
    case Bit.identity:
      return titles.identity;
    default:
      return story.findings.trust ? titles.trust : titles.resource;
  }
};

/** What would have to change for a layer not to refuse. */
export const changeFor = {
  deny: (denying: readonly Told[]): string =>
    `remove or narrow ${denying.map((t) => locate(t.outcome)).join(' and ')}; no Allow overrides a Deny`,
  missing: (layer: Layer, request: AuthRequest, near: readonly Told[]): string => {
    const [first] = near;
    if (request.principal.type === 'root' && layer === 'identity')
      return 'call as an IAM user or from a role: no policy changes this';
    if (first === undefined)
      return `add an Allow for ${request.action} on ${request.resource} to the ${titles[layer]}`;
    const [reason, ...more] = first.reasons;
    if (reason === undefined) return `allow ${request.action} in the ${titles[layer]}`;
    const what = more.length === 0 ? 'this' : `all ${more.length + 1} of these`;
    return `make ${what} match, in the request or in ${locate(first.outcome)}`;
  },
};
