import { mfaArn, type Partition, parseCidr, userArn } from '../../base/index.ts';
import type { Definition } from '../definition/schema.ts';
import type { Source } from '../definition/source.ts';
import { patterns } from '../limits.ts';
import type { Access, Account, Network, Operator } from '../types.ts';
import { checkCase, items, lookup } from './references.ts';

type Group = Access['groups'][number];

export function resolveOperators(
  source: Source,
  written: Definition['operators'] = {},
  partition: Partition,
  security: Account,
): Map<string, Operator> {
  checkCase(source, 'operator', Object.keys(written), ['operators']);
  const devices = new Map<string, string>();
  const operators = new Map<string, Operator>();
  for (const [name, { mfa, accessKey = true }] of Object.entries(written)) {
    checkIamName(source, 'operator', name, ['operators', name]);
    if (mfa !== undefined) {
      const owner = devices.get(mfa);
      const place = ['operators', name, 'mfa'];
      if (owner !== undefined) {
        const help = 'Each person has a device of their own.';
        source.error('shared-mfa-device', place, `the MFA device ${mfa} already belongs to ${owner}`, help);
      } else if (!patterns.mfaDevice.test(mfa)) {
        const help = 'Letters, digits and any of _+=,.@-; only the device’s name, not its ARN.';
        source.error(
          'bad-mfa-device',
          place,
          `${JSON.stringify(mfa.slice(0, 80))} can't name an MFA device`,
          help,
        );
      }
      devices.set(mfa, name);
    }
    operators.set(name, {
      name,
      account: security,
      arn: userArn(partition, security.id, name),
      ...(mfa !== undefined && { mfa: { device: mfa, serialNumber: mfaArn(partition, security.id, mfa) } }),
      accessKey,
    });
  }
  return operators;
}

export function resolveGroups(
  source: Source,
  written: Definition['groups'] = {},
  operators: ReadonlyMap<string, Operator>,
): Map<string, Group> {
  checkCase(source, 'group', Object.keys(written), ['groups']);
  const groups = new Map<string, Group>();
  for (const [name, members] of Object.entries(written)) {
    checkIamName(source, 'group', name, ['groups', name]);
    const found = lookup(source, 'operator', operators, members, ['groups', name]);
    if (members.length === 0) source.warn('empty-group', ['groups', name], `group ${name} has no members`);
    groups.set(name, { name, members: found.map((o) => o.name) });
  }
  return groups;
}

export function resolveNetworks(source: Source, written: Definition['networks'] = {}): Map<string, Network> {
  const networks = new Map<string, Network>();
  for (const [name, cidrs] of Object.entries(written)) {
    const places = items<string>(cidrs, ['networks', name]);
    if (places.length === 0) {
      source.error('empty-network', ['networks', name], `network ${name} has no addresses`);
    }
    for (const { item, at } of places) {
      // A zone (`fe80::1%eth0`) is an address of one machine: AWS takes none.
      if (parseCidr(item) === undefined || item.includes('%')) {
        const help = 'An IPv4 or IPv6 network like 203.0.113.0/24 or 2001:db8::/32.';
        source.error('bad-cidr', at, `${JSON.stringify(item.slice(0, 60))} is no network`, help);
      }
    }
    networks.set(name, { name, cidrs: places.map(({ item }) => item) });
  }
  return networks;
}

export function checkIamName(source: Source, kind: string, name: string, path: readonly string[]): void {
  if (patterns.iamName.test(name)) return;
  const shown = JSON.stringify(name.length > 80 ? `${name.slice(0, 77)}...` : name);
  const why =
    name.length > 64 ? `it has ${name.length} characters, at most 64 are allowed` : 'not a name for IAM';
  const help = 'At most 64 letters, digits and any of _+=,.@-';
  source.error(`bad-${kind}-name`, { key: path }, `${shown} can't name a ${kind}: ${why}`, help);
}
