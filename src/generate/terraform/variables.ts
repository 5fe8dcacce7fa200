import { attribute, blank, block, comment, type HclItem, printHcl, quoteHcl, raw } from '../text/hcl.ts';
import type { TerraformModel } from './model.ts';

interface Variable {
  readonly name: string;
  readonly description: string;
  readonly type: 'string' | 'bool';
  readonly value: string | boolean;
  readonly optional?: true;
  /** HCL condition over `var.<name>` and the sentence to show when it does not hold. */
  readonly validations: readonly (readonly [condition: string, message: string])[];
}

export const variablesTf = (model: TerraformModel): string =>
  printHcl(variables(model).flatMap((variable, i) => (i === 0 ? [] : [blank]).concat(declare(variable))));

export function tfvars(model: TerraformModel): string {
  const all = variables(model);
  const item = ({ name, value }: Variable) => attribute(name, value);
  const ids = (variable: Variable) => variable.name.startsWith('external_id');
  return printHcl([
    comment(
      'Values of the definition. Nothing here is a secret: an ExternalId identifies, it does not authenticate.',
    ),
    ...all.filter((variable) => !ids(variable)).map(item),
    ...(all.some(ids) ? [blank, ...all.filter(ids).map(item)] : []),
  ]);
}

function declare({ name, description, type, value, optional, validations }: Variable): HclItem[] {
  return [
    block(
      'variable',
      [name],
      [
        attribute('description', description),
        attribute('type', raw(type)),
        ...(optional ? [attribute('default', value)] : []),
        ...validations.flatMap(([condition, message]) => [
          blank,
          block(
            'validation',
            [],
            [attribute('condition', raw(condition)), attribute('error_message', message)],
          ),
        ]),
      ],
    ),
  ];
}

function variables({ access, accounts, externalIds }: TerraformModel): Variable[] {
  const all: Variable[] = [
    {
      name: 'region',
      description: 'Region of the clients, the trail and the alarms. IAM itself is global.',
      type: 'string',
      value: access.region,
      validations: [matches('region', '^[a-z]{2}(-[a-z]+)+-[0-9]+$', 'A region looks like us-east-1.')],
    },
  ];
  for (const { account, idVariable, profileVariable } of accounts)
    all.push(
      {
        name: idVariable,
        description: `Account id of ${account.name}: a string, since numbers lose leading zeros.`,
        type: 'string',
        value: account.id,
        validations: [matches(idVariable, '^[0-9]{12}$', 'An account id has 12 digits.')],
      },
      {
        name: profileVariable,
        description: `AWS config profile with administrative rights in ${account.name}.`,
        type: 'string',
        value: account.profile,
        validations: [[`length(var.${profileVariable}) > 0`, 'Name a profile of your AWS config.']],
      },
    );
  for (const { variable, kind, value, roles } of externalIds) {
    // RE2 refuses repeat counts over 1,000, hence the length beside the expression.
    const longest = kind === 'fixed' ? 1224 : 1212;
    const shortest = kind === 'fixed' ? 2 : 1;
    all.push({
      name: variable,
      description:
        kind === 'fixed'
          ? `ExternalId that callers of ${roles.join(', ')} must pass. No secret to AWS, and not marked sensitive: that would hide the whole trust policy from the plan.`
          : `Prefix of the ExternalId of ${roles.join(', ')}: the account id follows it.`,
      type: 'string',
      value,
      validations: [
        [
          `length(var.${variable}) >= ${shortest} && length(var.${variable}) <= ${longest}`,
          `It has ${shortest} to ${longest} characters.`,
        ],
        matches(variable, '^[\\w+=,.@:/-]*$', 'Letters, digits and _ + = , . @ : / - only.'),
      ],
    });
  }
  all.push({
    name: 'enable_monitoring',
    description:
      'CloudTrail, metric filters, alarms and event rules (monitoring.tf). False applies the IAM part alone.',
    type: 'bool',
    value: true,
    optional: true,
    validations: [],
  });
  return all;
}

const matches = (name: string, pattern: string, message: string): [string, string] => [
  `can(regex(${quoteHcl(pattern)}, var.${name}))`,
  message,
];
