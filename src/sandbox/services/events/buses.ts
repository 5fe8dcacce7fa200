import { parseArn } from '../../../base/index.ts';
import type { Call } from '../../types.ts';
import { notFound } from './errors.ts';
import type { Bus, EventsState, Rule } from './state.ts';

export const busArn = (region: string, accountId: string, name: string): string =>
  `arn:aws:events:${region}:${accountId}:event-bus/${name}`;

/** `event-bus/NAME` of an ARN, or the name itself. */
const ARN = /^arn:[^:]+:events:[^:]+:\d{12}:event-bus\/(.+)$/;

/** The ARN that a call means by a bus's name or ARN; none means the default bus. */
export const meant = (name: string | undefined, { region, caller }: Call): string =>
  name !== undefined && ARN.test(name) ? name : busArn(region, caller.accountId, name ?? 'default');

/** A bus by its ARN. Every account has a default bus in every region, without anybody making it. */
export function busByArn(
  state: EventsState,
  arn: string,
  since: (accountId: string) => number | undefined,
): Bus | undefined {
  const known = state.buses.get(arn);
  if (known !== undefined) return known;
  const { account = '', region = '' } = parseArn(arn) ?? {};
  const createdAt = since(account);
  if (createdAt === undefined || arn !== busArn(region, account, 'default')) return undefined;
  const bus: Bus = {
    name: 'default',
    arn,
    accountId: account,
    region,
    createdAt,
    modifiedAt: createdAt,
    tags: new Map(),
    rules: new Map(),
  };
  state.buses.set(arn, bus);
  return bus;
}

export const nameOf = (arn: string): string => ARN.exec(arn)?.[1] ?? arn;

export const noBus = (name: string) => notFound(`Event bus ${name} does not exist.`);

export const ruleArn = (
  { name: bus, region, accountId }: Pick<Bus, 'name' | 'region' | 'accountId'>,
  name: string,
): string => `arn:aws:events:${region}:${accountId}:rule/${bus === 'default' ? '' : `${bus}/`}${name}`;

export function findRule(bus: Bus, name: string): Rule {
  const rule = bus.rules.get(name);
  if (rule === undefined) throw notFound(`Rule ${name} does not exist on EventBus ${bus.name}.`);
  return rule;
}
