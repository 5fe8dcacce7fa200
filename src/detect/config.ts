import type { Access, Role } from '../access/index.ts';
import { roleArn } from '../base/index.ts';
import { everyWay, isBroad } from './trust.ts';
import type { DetectConfig, Guards } from './types.ts';

/** What is normal, from the resolved definition: every role in each of its accounts, and who may enter it. */
export function detectConfig(access: Access): DetectConfig {
  const { monitoring } = access;
  const deployed = access.roles.flatMap((role) =>
    role.accounts.map((account) => ({
      role,
      arn: roleArn(access.partition, account.id, role.name, role.path),
    })),
  );
  return {
    businessHours: monitoring.businessHours,
    knownNetworks: [...new Set(monitoring.knownNetworks.flatMap((network) => network.cidrs))],
    failedAssumeRole: monitoring.failedAssumeRole,
    sharedRole: monitoring.sharedRole,
    roles: deployed.map(({ arn }) => arn),
    trusted: Object.fromEntries(deployed.map(({ role, arn }) => [arn, [...guardsByPrincipal(role).keys()]])),
    guards: Object.fromEntries(
      deployed.map(({ role, arn }) => [arn, Object.fromEntries(guardsByPrincipal(role))]),
    ),
  };
}

/** Whom a role's trust names, and what every entry that names them demands. */
function guardsByPrincipal(role: Role): Map<string, Guards> {
  const guards = new Map<string, Guards>();
  for (const entry of role.trust) {
    const cidrs = entry.networks.flatMap((network) => network.cidrs);
    const demanded: Guards = {
      externalId: entry.externalId !== undefined,
      mfa: entry.mfa.required,
      ...(entry.networks.length > 0 && cidrs.every((cidr) => !isBroad(cidr)) && { network: true }),
      ...(entry.organizationOnly && { organization: true }),
    };
    const people = [...entry.operators, ...entry.roles].map(({ arn }) => arn).concat(entry.accounts);
    for (const principal of people) {
      const other = guards.get(principal);
      guards.set(principal, other ? everyWay([other, demanded]) : demanded);
    }
    // Services bring neither a device nor an id of ours.
    for (const service of entry.services) guards.set(service, { externalId: false, mfa: false });
  }
  return guards;
}
