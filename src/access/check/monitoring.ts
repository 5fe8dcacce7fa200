import type { Access } from '../types.ts';
import type { Say } from './check.ts';
import { isBroad } from './networks.ts';

/** What detection can't see because the definition doesn't say what is normal. */
export function checkMonitoring({ monitoring, roles, operators, paths }: Access, say: Say): void {
  const { knownNetworks, businessHours, notify } = monitoring;
  if (knownNetworks.length === 0) {
    const message = 'no network is known: roles assumed from anywhere look normal';
    say('warning', 'no-known-networks', undefined, message, 'Add `knownNetworks:` under monitoring.');
  }
  for (const network of knownNetworks) {
    const broad = network.cidrs.find(isBroad);
    if (broad !== undefined) {
      const message = `known network ${network.name} holds ${broad}: hardly any address is ever unknown`;
      say('warning', 'network-everywhere', undefined, message);
    }
  }
  const always =
    businessHours.from === '00:00' && businessHours.to === '24:00' && businessHours.days.length === 7;
  if (always) {
    const message = 'no business hours: roles assumed at night look normal';
    say('info', 'no-business-hours', undefined, message, 'Add `businessHours:` under monitoring.');
  }
  if (notify.length === 0) {
    say('warning', 'nobody-notified', undefined, 'alarms reach nobody', 'Add `notify:` under monitoring.');
  }
  const entering = new Set(paths.filter((p) => p.from.kind === 'operator').map((p) => p.from.name));
  for (const operator of operators) {
    if (!entering.has(operator.name)) {
      const message = `${operator.name} may enter no role: a user with a key that nobody needs`;
      say(
        'warning',
        'idle-operator',
        undefined,
        message,
        'Remove the operator, or name it in a trust entry.',
      );
    }
  }
  const trusted = new Set(roles.flatMap((r) => r.trust.flatMap((e) => e.roles.map((x) => x.role))));
  for (const role of roles) {
    const { managed, inline } = role.permissions;
    if (managed.length === 0 && inline === undefined && !trusted.has(role.name)) {
      const message = `${role.name} may do nothing: it has no permissions, and no role trusts it`;
      say('warning', 'idle-role', role.span, message, 'Add `permissions:`, or remove the role.');
    }
  }
}
