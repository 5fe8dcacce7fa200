import { parseArn } from '../../../base/index.ts';
import type { NamedPolicy, RequestContext } from '../../../engine/index.ts';
import type { Authorization, Call } from '../../types.ts';
import type { World } from '../world.ts';
import { busByArn, meant, nameOf, noBus, ruleArn } from './buses.ts';
import type { Bus, EventsState } from './state.ts';

/** What the operations of EventBridge share: finding buses, and what to ask the engine. */
export class Events {
  readonly world: World;
  readonly state: EventsState;

  constructor(world: World, state: EventsState) {
    this.world = world;
    this.state = state;
  }

  busAt(arn: string): Bus | undefined {
    return busByArn(this.state, arn, (accountId) => this.world.store.accounts.get(accountId)?.createdAt);
  }

  /** Throws ResourceNotFoundException. */
  bus(name: string | undefined, call: Call): Bus {
    const arn = meant(name, call);
    const bus = this.busAt(arn);
    if (bus === undefined || bus.region !== call.region) throw noBus(nameOf(arn));
    return bus;
  }

  /** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html */
  any(action: string, { region, caller }: Call, kind: string): readonly Authorization[] {
    return [{ action: `events:${action}`, resource: `arn:aws:events:${region}:${caller.accountId}:${kind}` }];
  }

  onBus(
    action: string,
    name: string | undefined,
    call: Call,
    context: RequestContext = {},
  ): readonly Authorization[] {
    const arn = meant(name, call);
    const bus = this.busAt(arn);
    return [this.#question(action, arn, bus, { ...resourceTags(bus?.tags), ...context })];
  }

  onRule(
    action: string,
    name: string,
    busName: string | undefined,
    call: Call,
    context: RequestContext = {},
  ): readonly Authorization[] {
    const arn = meant(busName, call);
    const bus = this.busAt(arn);
    const { account = '', region = '' } = parseArn(arn) ?? {};
    const rule = bus?.rules.get(name);
    return [
      this.#question(action, ruleArn({ name: nameOf(arn), region, accountId: account }, name), bus, {
        ...resourceTags(rule?.tags),
        ...(rule !== undefined && { 'events:creatorAccount': rule.createdBy }),
        ...context,
      }),
    ];
  }

  /** Handing a role to EventBridge needs iam:PassRole on it. */
  passRole(arns: readonly (string | undefined)[]): readonly Authorization[] {
    return [...new Set(arns)].flatMap((arn) =>
      arn === undefined
        ? []
        : {
            action: 'iam:PassRole',
            // Roles of other accounts are refused by the operation itself.
            resource: arn,
            context: { 'iam:PassedToService': 'events.amazonaws.com' },
          },
    );
  }

  #question(action: string, resource: string, bus: Bus | undefined, context: RequestContext): Authorization {
    return {
      action: `events:${action}`,
      resource,
      resourceAccount: parseArn(resource)?.account ?? '',
      ...(bus?.policy !== undefined && { resourcePolicy: policyOf(bus) }),
      context,
    };
  }
}

/** A bus's policy; without one, only its own account's identity policies count. */
export function policyOf(bus: Bus): NamedPolicy {
  return { name: `policy of event bus ${bus.name}`, document: bus.policy?.document ?? nobody };
}

const nobody: NamedPolicy['document'] = { version: '2012-10-17', statements: [], text: '' };

export function resourceTags(tags: ReadonlyMap<string, string> | undefined): RequestContext {
  const context: Record<string, string> = {};
  for (const [key, value] of tags ?? []) context[`aws:ResourceTag/${key}`] = value;
  return context;
}
