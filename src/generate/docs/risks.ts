import type { Access } from '../../access/index.ts';
import { permissionPolicy } from '../../access/index.ts';
import { formatDuration } from '../../base/index.ts';
import type { StatementJson } from '../../policy/index.ts';
import { commands } from '../commands.ts';
import { code, listed } from '../text/text.ts';
import type { Story } from './story.ts';

export function wordsOnExternalId(access: Access): string {
  const used = access.roles.flatMap((role) => role.trust).filter((entry) => entry.externalId !== undefined);
  const derived = used.some((entry) => entry.externalId?.kind === 'derived');
  const own =
    used.length === 0
      ? 'No role of this definition asks for one.'
      : derived
        ? 'In this definition it is derived: a prefix and the id of the account that holds the role, so that no two accounts share one and a StackSet can compute it.'
        : 'In this definition it is one fixed value.';
  const organization =
    access.organizationId === undefined
      ? `Where all accounts belong to one AWS organization, ${code('aws:PrincipalOrgID')} in the trust policy is the stronger guard, since nobody outside can fake it; set the organization’s id in the definition to use it.`
      : `All accounts here belong to ${code(access.organizationId)}. ${
          access.roles.some((role) => role.trust.some((entry) => entry.organizationOnly))
            ? `Trust policies demand it by ${code('aws:PrincipalOrgID')}, which nobody outside can fake: that is the stronger guard.`
            : `${code('aws:PrincipalOrgID')} would be the stronger guard, since nobody outside can fake it; no trust entry asks for it yet.`
        }`;
  return `An ExternalId is **not a password**. AWS does not treat it as secret: it stands in trust policies, in CloudTrail records and in configuration files, and everybody who may read the role can read it. What it stops is the *confused deputy*: a third party that serves many customers could be talked into using its rights in your account on behalf of somebody else. Since it passes the ExternalId of the customer it works for, a request for another customer fails here.

${own} ${organization}

So: keep it unguessable, do not publish it, and do not rely on it. Identity and MFA are what authenticates.`;
}

export function wordsOnMfa(access: Access): string {
  const chained = access.paths.filter((path) => path.from.kind === 'role');
  const chain =
    chained.length === 0
      ? 'This definition has no chained path.'
      : `Chained here: ${listed([...new Set(chained.map((path) => `${code(path.from.name)} → ${code(path.role)}`))].slice(0, 5))}. ${
          chained.some((path) => path.mfa)
            ? 'At least one of them demands MFA on the second hop and can never be walked: `crossaccount check` says so.'
            : 'The second hop demands no MFA; the first one must.'
        }`;
  const age = access.paths.find((path) => path.mfaMaxAge !== undefined)?.mfaMaxAge;
  return `- Credentials from ${code('AssumeRole')} carry **no MFA context**, even when a code was needed to get them. A role that demands MFA cannot be reached through another role.
- ${code('GetSessionToken')} does carry it: one code opens a session, and that session enters any number of roles. ${code(commands.login)} works this way.
- A chained session lasts one hour at most, whatever the role allows.
- In a Deny, ${code('Bool aws:MultiFactorAuthPresent = false')} misses long-lived keys, for which the key is absent; ${code('BoolIfExists')} is meant.${
    age === undefined
      ? ''
      : `\n- The code may not be older than ${formatDuration(age)} (${code('aws:MultiFactorAuthAge')}).`
  }

${chain}`;
}

const actionsOf = (statements: readonly StatementJson[], effect: 'Allow' | 'Deny'): string[] =>
  statements
    .filter((statement) => statement.Effect === effect)
    .flatMap((statement) => statement.Action ?? []);

const few = (actions: readonly string[]): string =>
  actions.length <= 8
    ? listed(actions.map(code))
    : `${actions.slice(0, 8).map(code).join(', ')} and ${actions.length - 8} more`;

export function overPrivilege(story: Story | undefined): string {
  if (story === undefined) return 'There is no role yet.';
  const { role } = story;
  const statements = permissionPolicy(role)?.Statement ?? [];
  const allowed = actionsOf(statements, 'Allow');
  const denied = actionsOf(statements, 'Deny');
  const now = allowed.length === 0 ? '' : `${code(role.name)} may call ${few(allowed)}. `;
  const deny =
    denied.length === 0
      ? `It has no explicit Deny: a policy that is attached later can widen it without limit. Consider one for the actions that must never happen.`
      : `It is explicitly denied ${few(denied)}. A Deny wins over every Allow, so a policy that somebody attaches tomorrow, even ${code('AdministratorAccess')}, does not open these.`;
  const reach = role.accounts.length === 1 ? 'the account' : `all ${role.accounts.length} accounts at once`;
  return `A cross-account role multiplies a mistake: one stolen session reaches what the role may do, in ${reach}. ${now}${deny}

What would turn this read-only role into a way to take over:

- ${code('iam:PutRolePolicy')}, ${code('iam:AttachRolePolicy')} or ${code('iam:CreatePolicyVersion')}: the session grants itself the rest.
- ${code('iam:UpdateAssumeRolePolicy')}: the session lets in whoever it likes, for good.
- ${code('iam:PassRole')} with ${code('lambda:CreateFunction')} or ${code('ec2:RunInstances')}: it borrows a stronger role.
- ${code('s3:GetObject')} or ${code('secretsmanager:GetSecretValue')} on everything: reading is enough when what is read is a key.

${code('crossaccount check')} warns of such grants. ${
    role.boundaryArn === undefined
      ? 'The role has no permissions boundary; one would cap whatever is attached later.'
      : `The permissions boundary ${code(role.boundaryArn)} caps whatever is attached later.`
  } Policies added by hand show up in ${code(commands.drift)} and in the plan of the generated Terraform.`;
}

export function compromisedSecurityAccount(access: Access, story: Story | undefined): string {
  const { security } = access;
  const networks = story?.path.entry.networks ?? [];
  const roleNames = listed([...new Set(access.paths.map((path) => path.role))].slice(0, 4).map(code));
  return `It depends on what the attacker holds.

**An operator’s access key alone** opens no path that demands MFA. ${
    story?.operator === undefined ? '' : `Rotate it: ${code(commands.rotateKey(story.operator.name))}.`
  }

**An operator’s live session** opens what the operator may enter until it expires. Deactivating the key does not end it; a Deny on ${code('aws:TokenIssueTime')} does: the runbook in [detect-misuse.md](../cloudtrail/detect-misuse.md#runbook).

**Administrator rights in ${security.id}** are the worst case, and no trust policy helps: the attacker can enrol a new MFA device for an operator, make a new key, read the ExternalId from the configuration, and walk in as that operator. What still holds, because it is decided elsewhere:

- the roles’ own permissions: whoever comes in through ${roleNames || 'a role'} has these and nothing else, so least privilege is the limit of the damage;
- the explicit Deny of a role, and its permissions boundary where it has one, in the workload account;
- service control policies of the organization’s management account, if you have them;${
    networks.length === 0
      ? ''
      : `\n- the networks of the trust policy (${listed(networks.map((n) => code(n.name)))});`
  }
- CloudTrail’s event history in the workload accounts (90 days), which nobody can delete. The generated Terraform keeps the files in a bucket of the security account; for this case copy them to an account of their own (log archive), with Object Lock.

What to do, **from the workload accounts**, since the security account obeys somebody else:

1. Close the door: in every account, revoke the sessions of each role (${code(commands.revoke(story?.role.name ?? 'ROLE'))}; it uses the profiles of the workload accounts) and replace the trust policies by a Deny, or have the management account attach a service control policy that denies everything to these roles.
2. Look at what was done: every session’s calls, by the access key id that the AssumeRole record returned.
3. Recover the security account with the root user’s MFA device, which is kept elsewhere.
4. Delete the operators and create them anew. Trust policies store a user’s unique id (${code('AIDA…')}), not the name: the new users get in only after the trust policies were deployed again.

Hence: nothing but access management runs in the security account, its root user’s MFA is a hardware key in a safe, and few people can administer it.`;
}
