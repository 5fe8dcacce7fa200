import type { TrustDefinition } from '../definition/schema.ts';
import type { Path, Source } from '../definition/source.ts';
import type { TrustEntry } from '../types.ts';
import { items } from './references.ts';
import type { Known } from './trust.ts';

/** Refuses trust entries that nobody can fulfil, or that let in more than was meant. */
export function checkEntry(
  source: Source,
  known: Known,
  written: TrustDefinition,
  entry: TrustEntry,
  path: Path,
): void {
  const named = (['operators', 'groups', 'roles', 'accounts', 'services'] as const).filter(
    (kind) => items<unknown>(written[kind], path).length > 0,
  );
  if (named.length === 0) {
    const help = 'Name operators, groups, roles, accounts or services.';
    source.error('trust-without-principal', path, 'this trust entry lets nobody in', help);
    return;
  }
  if (entry.organizationOnly && known.organizationId === undefined) {
    const help = 'Add `organization: o-…` at the top.';
    source.error(
      'no-organization',
      [...path, 'organizationOnly'],
      'organizationOnly needs the organization’s id',
      help,
    );
  }
  // AWS, "How to use an external ID": demanded of every third party that acts for several customers.
  if (entry.accounts.length > 0 && entry.externalId === undefined && !entry.organizationOnly) {
    source.error(
      'third-party-without-external-id',
      [...path, 'accounts'],
      `account ${entry.accounts[0]} could be tricked into entering for another of its customers`,
      'Add `externalId:`, a different one for each customer of that party.',
    );
  }
  checkOperators(source, entry, path);
  checkRoles(source, written, entry, path);
  checkServices(source, written, entry, path);
}

function checkOperators(source: Source, entry: TrustEntry, path: Path): void {
  if (!entry.mfa.required) return;
  for (const operator of entry.operators.filter((o) => o.mfa === undefined)) {
    source.error(
      'operator-without-mfa',
      path,
      `${operator.name} has no MFA device but this entry demands MFA`,
      `Add \`mfa: DEVICE\` under operators.${operator.name}.`,
    );
  }
}

/**
 * "The temporary credentials returned by AssumeRole do not include MFA information in the context":
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
 */
function checkRoles(source: Source, written: TrustDefinition, entry: TrustEntry, path: Path): void {
  const first = entry.roles[0];
  if (first === undefined) return;
  const mixed = entry.operators.length > 0;
  if (entry.mfa.required) {
    source.error(
      'unsatisfiable-mfa',
      written.mfa === undefined ? [...path, 'roles'] : [...path, 'mfa'],
      `a session of ${first.role} carries no MFA proof, so it can never fulfil this entry`,
      mixed
        ? 'Give the roles a trust entry of their own with `mfa: none`, and require MFA where that role is entered.'
        : 'Write `mfa: none` here, and require MFA where that role is entered.',
    );
  }
  if (entry.sessionName === 'username') {
    const message = `a session of ${first.role} has no user name (aws:username) that the session could be named like`;
    source.error('unsatisfiable-session-name', [...path, 'sessionName'], message, 'Leave it out for roles.');
  }
  if (entry.sourceIdentity && mixed) {
    source.error(
      'mixed-source-identity',
      [...path, 'sourceIdentity'],
      'operators pass their user name as source identity, roles pass on what they were given: one statement can’t say both',
      'Give the roles a trust entry of their own.',
    );
  }
}

/** A service calls on its own behalf: no MFA, no ExternalId, no organization, no user, and from AWS's addresses. */
function checkServices(source: Source, written: TrustDefinition, entry: TrustEntry, path: Path): void {
  const service = entry.services[0];
  if (service === undefined) return;
  const refuse = (key: keyof TrustDefinition, code: string, what: string) =>
    source.error(
      code,
      written[key] === undefined ? [...path, 'services'] : [...path, key],
      `${service} ${what}, so it can never fulfil this entry`,
      'Give services a trust entry of their own, without this condition.',
    );
  if (entry.mfa.required) refuse('mfa', 'unsatisfiable-mfa', 'has no MFA device');
  if (entry.externalId) refuse('externalId', 'unsatisfiable-external-id', 'sends no ExternalId');
  // aws:PrincipalOrgID is absent for service principals.
  if (entry.organizationOnly) {
    refuse('organizationOnly', 'unsatisfiable-organization', 'belongs to no organization');
  }
  if (entry.networks.length > 0)
    refuse('networks', 'unsatisfiable-network', 'calls from AWS’s own addresses');
  if (entry.sessionName === 'username') {
    refuse('sessionName', 'unsatisfiable-session-name', 'has no user name');
  }
  if (entry.sourceIdentity) {
    refuse('sourceIdentity', 'unsatisfiable-source-identity', 'passes no source identity');
  }
}
