import { parseArn } from '../../../base/index.ts';
import { type Authorization, AwsError, type Call } from '../../types.ts';
import { structureOf } from '../organizations/structure.ts';
import type { World } from '../world.ts';
import { type Trail, trailsOf } from './state.ts';

const notFound = (name: string, call: Call): AwsError =>
  new AwsError('TrailNotFoundException', `Unknown trail: ${name} for the user: ${call.caller.accountId}`);

export const arnOfTrail = (region: string, accountId: string, name: string): string =>
  `arn:aws:cloudtrail:${region}:${accountId}:trail/${name}`;

/** Finds trails as callers see them: their own, and the organization's. */
export class Trails {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  get all(): Map<string, Trail> {
    return trailsOf(this.#world).trails;
  }

  /** In order of creation. */
  visible({ caller }: Call): readonly Trail[] {
    return [...this.all.values()].filter((trail) => this.#sees(trail, caller.accountId));
  }

  #sees(trail: Trail, accountId: string): boolean {
    if (trail.accountId === accountId) return true;
    return (
      trail.organizationId !== undefined &&
      structureOf(this.#world).organizationOf(accountId) === trail.organizationId
    );
  }

  /** May this account change the trail: its own, or the organization's as delegated administrator? */
  #owns(trail: Trail, accountId: string): boolean {
    if (trail.accountId === accountId) return true;
    return (
      trail.organizationId !== undefined &&
      structureOf(this.#world)
        .delegatedAdministrators(trail.organizationId, 'cloudtrail.amazonaws.com')
        .includes(accountId)
    );
  }

  /** By name in the call's region (shadow trails too), or by ARN from anywhere. */
  peek(name: string, call: Call): Trail | undefined {
    if (name.startsWith('arn:')) {
      const trail = this.all.get(name);
      return trail && this.#sees(trail, call.caller.accountId) ? trail : undefined;
    }
    const named = this.visible(call).filter((trail) => trail.name === name);
    return (
      named.find(({ homeRegion }) => homeRegion === call.region) ??
      named.find(({ multiRegion }) => multiRegion)
    );
  }

  /** Throws CloudTrailARNInvalidException, TrailNotFoundException. */
  find(name: string, call: Call): Trail {
    checkArn(name);
    const trail = this.peek(name, call);
    if (trail === undefined) throw notFound(name, call);
    return trail;
  }

  /** A trail to change: from its home region, by its owner. */
  findToChange(name: string, call: Call): Trail {
    const trail = this.find(name, call);
    if (!this.#owns(trail, call.caller.accountId)) {
      throw new AwsError(
        'NotOrganizationManagementAccountException',
        'The organization trail can be changed by the management account or a delegated administrator only.',
      );
    }
    if (trail.homeRegion !== call.region) {
      throw new AwsError(
        'InvalidHomeRegionException',
        `The trail ${trail.name} can be changed from its home region ${trail.homeRegion} only.`,
      );
    }
    return trail;
  }

  /** The engine's question about a trail that exists or not. */
  ask(action: string, name: string, call: Call): readonly Authorization[] {
    const trail = this.peek(name, call);
    const resource =
      trail?.arn ?? (name.startsWith('arn:') ? name : arnOfTrail(call.region, call.caller.accountId, name));
    const context: Record<string, string> = {};
    for (const [key, value] of trail?.tags ?? []) context[`aws:ResourceTag/${key}`] = value;
    // Another account's organization trail is read with one's own permissions: CloudTrail shows it in each member.
    return [{ action: `cloudtrail:${action}`, resource, resourceAccount: call.caller.accountId, context }];
  }
}

function checkArn(name: string): void {
  if (!name.startsWith('arn:')) return;
  const arn = parseArn(name);
  if (arn?.service === 'cloudtrail' && arn.resource.startsWith('trail/')) return;
  throw new AwsError('CloudTrailARNInvalidException', `Invalid Trail ARN: ${name}`);
}
