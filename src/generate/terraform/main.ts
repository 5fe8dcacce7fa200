import { assumePolicy } from '../../access/index.ts';
import { policySize, printPolicyJson, quotaOf } from '../../policy/index.ts';
import {
  ASSUME_POLICY,
  numbered,
  OWNER_TAG,
  RESERVED_INLINE,
  TERRAFORM_ACCOUNTS,
  workloadAccounts,
} from '../layout.ts';
import { attribute, blank, block, call, comment, type HclItem, printHcl, raw } from '../text/hcl.ts';
import { numberedLabel, policyValue, type TerraformAccount, type TerraformModel } from './model.ts';
import { roleItems } from './roles.ts';

/** main.tf: providers, operators and roles. Monitoring is in a file of its own, so that IAM can be applied alone. */
export function mainTf(model: TerraformModel): string {
  return printHcl([
    ...header(model),
    ...versions,
    ...model.accounts.flatMap((account) => provider(account, account === model.security)),
    ...operatorItems(model),
    ...roleItems(model),
    ...outputs(model),
  ]);
}

const versions: HclItem[] = [
  block(
    'terraform',
    [],
    [
      attribute('required_version', '>= 1.5'),
      blank,
      block('required_providers', [], [attribute('aws', { source: 'hashicorp/aws', version: '~> 5.83' })]),
    ],
  ),
];

function header({ access, accounts }: TerraformModel): HclItem[] {
  const lines = [
    `Cross-account access "${access.name}": operators in the security account, roles in the accounts they enter.`,
    'Written by `crossaccount generate` from the definition: change the definition and generate again.',
  ];
  const left = workloadAccounts(access).length - (accounts.length - 1);
  if (left > 0)
    lines.push(
      '',
      `The definition has ${access.accounts.length} accounts. Terraform starts one provider process per account`,
      `(about 430 MB each), so beyond ${TERRAFORM_ACCOUNTS} accounts it manages the security account only; the roles of the`,
      `other ${left} accounts belong to StackSets (docs/SCALING.md, accounts.csv). No role has two owners.`,
    );
  return [comment(lines.join('\n')), blank];
}

function provider(account: TerraformAccount, isDefault: boolean): HclItem[] {
  const body = [
    attribute('profile', raw(`var.${account.profileVariable}`)),
    attribute('region', raw('var.region')),
    // The provider compares this with sts:GetCallerIdentity before it does anything.
    attribute('allowed_account_ids', [raw(`var.${account.idVariable}`)]),
  ];
  return [
    blank,
    ...(isDefault
      ? [comment('A profile that points to the wrong account stops the run: see allowed_account_ids.')]
      : []),
    block('provider', ['aws'], [attribute('alias', account.alias), ...body]),
  ];
}

function operatorItems(model: TerraformModel): HclItem[] {
  const { access, operators, security } = model;
  if (operators.length === 0) return [];
  const provided = attribute('provider', raw(`aws.${security.alias}`));
  const items: HclItem[] = [
    blank,
    comment(
      [
        'Operators. Neither access keys nor MFA devices are created here: aws_iam_access_key would put the secret key,',
        'and aws_iam_virtual_mfa_device the TOTP seed, in plain text into the Terraform state, where everybody who can',
        'read the state is the operator, second factor included. `crossaccount enroll` creates both and hands them to',
        'the operator alone.',
      ].join('\n'),
    ),
  ];
  for (const { name, path, arn, label } of operators) {
    items.push(
      block(
        'resource',
        ['aws_iam_user', label],
        [
          provided,
          attribute('name', name),
          ...(path === '/' ? [] : [attribute('path', path)]),
          attribute('tags', { [OWNER_TAG]: access.name }),
          blank,
          comment(
            'Keys and MFA devices are enrolled outside of Terraform and must not keep `destroy` from working.',
          ),
          attribute('force_destroy', true),
        ],
      ),
      blank,
    );
    const policies = assumePolicy(arn, access);
    const [first] = policies;
    const inline =
      policies.length === 1 &&
      first !== undefined &&
      policySize(printPolicyJson(first)) <= quotaOf('inline-user') - RESERVED_INLINE;
    const user = attribute('user', raw(`aws_iam_user.${label}.name`));
    policies.forEach((policy, i) => {
      const id = numberedLabel(label, i);
      const document = attribute('policy', call('jsonencode', policyValue(policy, model)));
      if (inline)
        items.push(
          comment(`Which roles ${name} may assume; the roles' trust policies say under which conditions.`),
          block(
            'resource',
            ['aws_iam_user_policy', id],
            [provided, attribute('name', ASSUME_POLICY), user, document],
          ),
          blank,
        );
      else
        items.push(
          comment('Too long for the 2,048 characters of inline user policies, so a managed policy.'),
          block(
            'resource',
            ['aws_iam_policy', id],
            [
              provided,
              attribute('name', numbered(`${ASSUME_POLICY}-${name}`, i)),
              document,
              attribute('tags', { [OWNER_TAG]: access.name }),
            ],
          ),
          blank,
          block(
            'resource',
            ['aws_iam_user_policy_attachment', id],
            [provided, user, attribute('policy_arn', raw(`aws_iam_policy.${id}.arn`))],
          ),
          blank,
        );
    });
    const attached = inline
      ? []
      : policies.map((_, i) => raw(`aws_iam_user_policy_attachment.${numberedLabel(label, i)}.policy_arn`));
    items.push(
      comment('A policy that somebody adds by hand is removed by the next apply, and shows in its plan.'),
      block(
        'resource',
        ['aws_iam_user_policies_exclusive', label],
        [
          provided,
          attribute('user_name', raw(`aws_iam_user.${label}.name`)),
          attribute('policy_names', inline ? [raw(`aws_iam_user_policy.${label}.name`)] : []),
        ],
      ),
      blank,
      block(
        'resource',
        ['aws_iam_user_policy_attachments_exclusive', label],
        [
          provided,
          attribute('user_name', raw(`aws_iam_user.${label}.name`)),
          attribute('policy_arns', attached),
        ],
      ),
      blank,
    );
  }
  return items.slice(0, -1);
}

function outputs({ operators, roles }: TerraformModel): HclItem[] {
  const items: HclItem[] = [];
  if (operators.length > 0)
    items.push(
      blank,
      block(
        'output',
        ['operator_arns'],
        [
          attribute('description', 'IAM users in the security account, by name.'),
          attribute(
            'value',
            Object.fromEntries(operators.map(({ name, label }) => [name, raw(`aws_iam_user.${label}.arn`)])),
          ),
        ],
      ),
    );
  if (roles.length > 0)
    items.push(
      blank,
      block(
        'output',
        ['role_arns'],
        [
          attribute('description', 'Roles to assume, by account and name.'),
          attribute(
            'value',
            Object.fromEntries(
              roles.map((r) => [`${r.in.account.name}/${r.role.name}`, raw(`aws_iam_role.${r.label}.arn`)]),
            ),
          ),
        ],
      ),
    );
  return items;
}
