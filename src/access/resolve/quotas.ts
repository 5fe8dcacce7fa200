import type { Source } from '../definition/source.ts';
import { assumePolicy } from '../derive/assume-policy.ts';
import { trustPolicy } from '../derive/trust-policy.ts';
import { limits } from '../limits.ts';
import type { Access, Role } from '../types.ts';

/**
 * Trust policies against AWS's quota. Derived ExternalIds are equally long in every account: one account stands for all.
 * Runs before paths are flattened: a trust beyond the highest quota would make as many paths as it has principals.
 */
export function checkTrustSizes(
  source: Source,
  access: Pick<Access, 'partition' | 'organizationId'> & { readonly roles: readonly Role[] },
): void {
  for (const role of access.roles) {
    const [account] = role.accounts;
    if (account === undefined) continue;
    const size = JSON.stringify(trustPolicy(role, account, access)).length;
    const place = { key: ['roles', role.name, 'trust'] };
    const message = `the trust policy of ${role.name} has ${size} characters; AWS takes`;
    if (size > limits.trustPolicyRaised) {
      const help = 'Let people enter one role first, and trust that role.';
      source.error('trust-policy-size', place, `${message} at most ${limits.trustPolicyRaised}`, help);
    } else if (size > limits.trustPolicy) {
      const help = `Raise “Role trust policy length” in Service Quotas, in each of its accounts (up to ${limits.trustPolicyRaised}).`;
      source.warn('trust-policy-size', place, `${message} ${limits.trustPolicy} by default`, help);
    }
  }
}

/** Principals whose permission to assume needs more managed policies than one principal can have. */
export function checkAssumeSizes(source: Source, access: Access): void {
  const principals = new Map<string, string>();
  for (const { from } of access.paths) {
    if (from.kind === 'operator' || from.kind === 'role') principals.set(from.arn, from.name);
  }
  for (const [arn, name] of principals) {
    const count = assumePolicy(arn, access).length;
    if (count <= 1) continue;
    const place = access.roles.some((r) => r.name === name) ? ['roles', name] : ['operators', name];
    const message = `${name} may enter so many roles that ${count} policies of ${limits.managedPolicy} characters are needed to say so`;
    const help =
      access.organizationId === undefined
        ? 'With `organization: o-…` one statement covers all accounts.'
        : 'Use fewer roles.';
    if (count > limits.managedPolicies) {
      source.error(
        'assume-policy-size',
        { key: place },
        `${message}; at most ${limits.managedPolicies} can be attached`,
        help,
      );
    } else {
      source.warn('assume-policy-size', { key: place }, message, help);
    }
  }
}
