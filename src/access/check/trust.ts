import type { Access, Role, TrustEntry } from '../types.ts';
import type { Say } from './check.ts';
import { isBroad } from './networks.ts';

/** Who may enter, seen from the attacker's side. */
export function checkTrust(role: Role, access: Access, say: Say): void {
  for (const entry of role.trust) {
    const span = entry.span ?? role.span;
    const own = entry.operators.length + entry.roles.length > 0;
    if (entry.operators.length > 0 && !entry.mfa.required) {
      const who = entry.operators.map((o) => o.name).join(', ');
      const message = `${who} may enter ${role.name} without MFA: a stolen access key is enough`;
      say('warning', 'operator-path-without-mfa', span, message, 'Leave `mfa` out or write `mfa: required`.');
    }
    if (own && entry.externalId && access.organizationId !== undefined) {
      const message = `the ExternalId of ${role.name} guards a path inside your own organization`;
      const help = 'aws:PrincipalOrgID is the stronger guard there: `organizationOnly: true`.';
      say('info', 'external-id-inside-organization', span, message, help);
    }
    if (entry.accounts.length > 0) thirdParty(role, entry, say);
    for (const network of entry.networks) {
      const broad = network.cidrs.find(isBroad);
      if (broad !== undefined) {
        const message = `network ${network.name} holds ${broad}: the condition on ${role.name} keeps hardly anybody out`;
        say(
          'warning',
          'network-everywhere',
          span,
          message,
          'Name the networks that people really come from.',
        );
      }
    }
  }
}

function thirdParty(role: Role, entry: TrustEntry, say: Say): void {
  const span = entry.span ?? role.span;
  const value = entry.externalId?.kind === 'fixed' ? entry.externalId.value : undefined;
  if (value !== undefined && (value.length < 8 || role.accounts.some((a) => a.id === value))) {
    const message = `the ExternalId ${JSON.stringify(value)} can be guessed by another customer of account ${entry.accounts[0]}`;
    say('warning', 'weak-external-id', span, message, 'Take the unique value that the third party gave you.');
  }
  if (entry.mfa.required) {
    const message = `callers from account ${entry.accounts[0]} need MFA: its roles and services can never fulfil that, only its IAM users`;
    say(
      'warning',
      'third-party-mfa',
      span,
      message,
      'Write `mfa: none` if the third party enters with a role.',
    );
  }
  if (entry.externalId?.kind === 'derived') {
    const message = `the third party can compute the ExternalId of every account of ${role.name} from its id`;
    const help = 'Fine when the party assigned the prefix to you; else take one value from it.';
    say('info', 'derived-external-id', span, message, help);
  }
}
