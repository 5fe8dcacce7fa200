import type { Access } from '../../access/index.ts';
import {
  createInstances,
  createSet,
  isServiceManaged,
  operationPreferences,
  targets,
  updateSet,
} from '../cloudformation/stackset.ts';
import { MAX_INLINE_TEMPLATE } from '../cloudformation/template.ts';
import { commands } from '../commands.ts';
import { externalIdInputs } from '../external-ids.ts';
import { type StackSet, stackSets, TERRAFORM_ACCOUNTS } from '../layout.ts';
import { code, md, table } from '../text/text.ts';
import { fetchAndDetect, sh } from './story.ts';

/** docs/SCALING.md: the same pattern at 20, 100 and more accounts, with the commands for this definition. */
export function scaling(access: Access): string {
  const sets = stackSets(access);
  const n = access.accounts.length;
  const parts = [
    `# Scaling ${md(access.name)}`,
    `The definition has ${n} account${n === 1 ? '' : 's'} today. The pattern does not change with their number: one more account is one more copy of the same role. What changes is who makes the copies, and which limits come into sight.`,
    stages(),
    ...(sets.length === 0
      ? []
      : [
          '## StackSets',
          prerequisites(access, sets),
          ...sets.map((set) => stackSetSection(access, set)),
          preferences(),
        ]),
    '## A new account',
    newAccount(access, sets),
    '## ExternalIds',
    externalIds(access),
    '## Limits that come into sight',
    limits,
    '## Watching many accounts',
    watching(access),
  ];
  return `${parts.join('\n\n')}\n`;
}

function stages(): string {
  return table(
    ['Accounts', 'Deploy with', 'ExternalId', 'Operators'],
    [
      ['2', 'Terraform, or by hand from policies/', 'fixed', 'IAM users in the security account'],
      [
        '20',
        `${code(commands.deploy)} or a StackSet. Terraform starts a provider process of about 430 MB per account; the generated configuration stops at ${TERRAFORM_ACCOUNTS} accounts and keeps the security account only`,
        'derived: prefix and account id',
        'the same; one MFA code per working session opens all accounts',
      ],
      [
        '100',
        'a StackSet on organizational units: new accounts get the role by themselves',
        'derived inside the template, beside `aws:PrincipalOrgID`',
        'the assume policy names the role by pattern instead of a hundred ARNs',
      ],
      [
        '1,000 and more',
        'the same; mind the concurrency settings below',
        'the same',
        'federated people (IAM Identity Center) in place of IAM users',
      ],
    ],
  );
}

function prerequisites(access: Access, sets: readonly StackSet[]): string {
  const managed = sets.some((set) => isServiceManaged(set, access));
  const own = sets.some((set) => !isServiceManaged(set, access));
  const parts = [
    `A StackSet is one template, kept in the security account, with a stack in each workload account. [cloudformation/stackset.sh](../cloudformation/stackset.sh) runs the commands below, creates what is missing and updates what is there.`,
  ];
  if (managed)
    parts.push(
      `The sets are **service-managed**: AWS Organizations creates the roles that StackSets needs, and accounts that join an organizational unit get their stack without anybody’s doing. The security account must be a delegated administrator for StackSets (at most five), or run the commands in the management account without ${code('--call-as')}. The management account itself is never a target.`,
    );
  parts.push(
    'Deploy the security account first, with Terraform or the tool: AWS refuses a trust policy that names a user or role which does not exist yet.',
  );
  if (own)
    parts.push(
      `The sets are **self-managed**: accounts are listed one by one. The security account needs the role ${code('AWSCloudFormationStackSetAdministrationRole')}, each workload account ${code('AWSCloudFormationStackSetExecutionRole')} trusting it. The latter can do everything in its account: it is the strongest path of all, so use service-managed sets once there is an organization (give each account its ${code('ou')} in the definition).`,
    );
  return parts.join('\n\n');
}

function stackSetSection(access: Access, set: StackSet): string {
  const all = targets(set, access);
  const shown = all.slice(0, 1);
  const more =
    all.length > shown.length
      ? `\n\nand ${all.length - shown.length} more calls for the other accounts, one after the other: a set runs one operation at a time. The script has all of them.`
      : '';
  return `### ${code(set.name)}: ${set.roles.map((role) => code(role.name)).join(', ')} in ${set.accounts.length} account${set.accounts.length === 1 ? '' : 's'}

Create the set:

${sh(createSet(set, access))}

Create its instances:

${sh(...shown.map((target) => createInstances(set, access, target)))}${more}

After a change of the definition (${code(commands.generate)}), update all accounts at once:

${sh(updateSet(set, access))}

One region is enough and the only right number: IAM is global, and a second stack in the same account would collide with the role’s name. The template is inline; above ${MAX_INLINE_TEMPLATE.toLocaleString('en-US')} bytes it has to come from S3 (${code('--template-url')}).`;
}

function preferences(): string {
  return `### How fast, and what may fail

${code(`--operation-preferences ${operationPreferences}`)}

Without preferences, StackSets updates **one account at a time** and stops at the first failure. In the strict mode, the default, the number of accounts that run at once never exceeds the failure tolerance plus one, whatever ${code('MaxConcurrentPercentage')} says: a hundred accounts with tolerance zero run in a row. ${code('SOFT_FAILURE_TOLERANCE')} separates the two numbers; the price is that a bad template can fail in as many accounts as run at once. Percentages round down, so 25 % of three accounts is none, which StackSets takes as one.

Try a risky change on a few accounts first: ${code('create-stack-instances')} with ${code('--accounts')} for those, then the rest.`;
}

function newAccount(access: Access, sets: readonly StackSet[]): string {
  const managed = sets.length > 0 && sets.every((set) => isServiceManaged(set, access));
  return managed
    ? `It joins an organizational unit of the set and has its role minutes later. Auto-deployed accounts get the **default parameters** of the set: no overrides, no account filter, no operation preferences. That is why the template computes whatever differs per account. Add the account to the definition afterwards, so that profiles, documents and detection know it.`
    : `Add it to the definition, run ${code(commands.check)} and ${code(commands.generate)}, then create its stack instance with the commands above (or ${code(commands.deploy)}). Nothing changes for the other accounts. To remove one, delete its stack instance *before* it leaves the definition.`;
}

function externalIds(access: Access): string {
  const fixed = externalIdInputs(access).filter((input) => input.kind === 'fixed' && input.roles.length > 0);
  const many = access.roles.some(
    (role) => role.accounts.length > 1 && fixed.some((f) => f.roles.includes(role.name)),
  );
  const advice =
    fixed.length === 0
      ? 'This definition derives them already, or uses none.'
      : many
        ? 'This definition uses one fixed value in several accounts: whoever learns it in one account knows it for all. Change to a derived one.'
        : 'This definition has one fixed value in one account, which is fine. Change to a derived one with the second account.';
  return `One value for all accounts weakens what it is for. A value per account need not be stored anywhere when it is derived, prefix and account id: the template computes it with ${code('!Sub ${ExternalIdPrefix}${AWS::AccountId}')}, the tool and the profiles know it from the definition. ${advice} It is no secret in either case; inside one organization ${code('aws:PrincipalOrgID')} is the stronger guard.`;
}

const limits = table(
  ['What', 'Limit', 'Comes at'],
  [
    [
      'Trust policy',
      '2,048 characters (can be raised)',
      'about 31 principals by ARN, with ExternalId, MFA and organization conditions',
    ],
    [
      'Assume policy of a user',
      '6,144 characters as a managed policy',
      'about 105 role ARNs; then a pattern on the role’s name with `aws:ResourceOrgID`',
    ],
    [
      'Inline policies of a role',
      '10,240 characters together',
      'long permission lists: use managed policies',
    ],
    ['Stack instances of a set', '100,000', 'never'],
    ['Organizational units in one call', '50', 'split the call'],
    ['Session through a chain of roles', '1 hour', 'always: enter from the user’s MFA session instead'],
    [
      'Metric filters of a log group',
      '100',
      'one filter per role: the generated filters cover all roles at once',
    ],
  ],
);

function watching(access: Access): string {
  return `Refused assumptions are recorded in the caller’s account, so the alarms of the security account see them for any number of workload accounts. Changes to trust policies happen in the workload accounts: the generated Terraform forwards them from up to ${TERRAFORM_ACCOUNTS} accounts; beyond that use an organization trail, created by the management account or a delegated administrator for CloudTrail, whose bucket ${code('crossaccount detect')} reads like any other:

${sh(...fetchAndDetect(access))}`;
}
