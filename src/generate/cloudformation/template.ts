import type { Access, Account, Role } from '../../access/index.ts';
import { assumePolicy, permissionPolicy, trustPolicy } from '../../access/index.ts';
import type { PolicyJson } from '../../policy/index.ts';
import { type ExternalIdInput, externalIdInputs, inputsByValue } from '../external-ids.ts';
import {
  ASSUME_POLICY,
  numbered,
  OWNER_TAG,
  PERMISSION_POLICY,
  roleArnIn,
  type StackSet,
} from '../layout.ts';
import { pascal, uniqueNames } from '../text/text.ts';
import { fn, getAtt, printYaml, ref, sub, subLiteral, type YamlValue } from '../text/yaml.ts';

/** Inline limit of CreateStack and CreateStackSet; a larger template has to come from S3. */
export const MAX_INLINE_TEMPLATE = 51_200;

/**
 * One template for all accounts of the set. What differs by account is computed inside: service-managed sets give
 * automatically deployed accounts the default parameters only, so an ExternalId per account cannot be an override.
 */
export function templateYaml(set: StackSet, access: Access): string {
  const inputs = externalIdInputs(access, set.roles);
  const ids = uniqueNames(
    set.roles.map((role) => pascal(role.name)),
    'N',
  );
  const boundaries = set.roles.some((role) => role.boundaryArn !== undefined);
  const template: YamlValue = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description:
      `Cross-account roles of "${access.name}" for ${set.accounts.length} workload account(s): ${set.roles
        .map((role) => role.name)
        .join(', ')}`.slice(0, 1024),
    Metadata: metadata(set, access, inputs),
    Parameters: {
      ...Object.fromEntries(inputs.map((input) => [input.parameter, externalIdParameter(input)])),
      PermissionsBoundaryArn: {
        Type: 'String',
        Default: boundaries
          ? (set.roles.find((role) => role.boundaryArn !== undefined)?.boundaryArn ?? '')
          : '',
        Description: 'Managed policy that bounds the roles; empty for none.',
        AllowedPattern: '^$|^arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy/.+$',
        ConstraintDescription: 'The ARN of a managed policy, or empty.',
      },
    },
    Conditions: {
      HasPermissionsBoundary: fn('Not', fn('Equals', ref('PermissionsBoundaryArn'), '')),
    },
    Resources: Object.fromEntries(
      set.roles.map((role, i) => [ids[i] ?? '', roleResource(role, set, access, inputs)]),
    ),
    Outputs: Object.fromEntries(
      set.roles.map((role, i) => [
        `${ids[i]}Arn`,
        {
          Description: `ARN of ${role.name}, to be assumed from account ${access.security.id}.`,
          Value: getAtt(`${ids[i]}.Arn`),
        },
      ]),
    ),
  };
  return printYaml(
    template,
    [
      `Roles of "${access.name}", for a StackSet over many accounts or a single stack in one.`,
      'Written by `crossaccount generate` from the definition: change the definition and generate again.',
      `Deploy in ONE region per account: IAM is global, and a second region would collide with the role names.`,
    ].join('\n'),
  );
}

function metadata(set: StackSet, access: Access, inputs: readonly ExternalIdInput[]): YamlValue {
  return {
    Crossaccount: { Definition: access.name, SecurityAccount: access.security.id, StackSet: set.name },
    'AWS::CloudFormation::Interface': {
      ParameterGroups: [
        {
          Label: { default: 'Who may enter' },
          Parameters: inputs.map((input) => input.parameter),
        },
        { Label: { default: 'Limits' }, Parameters: ['PermissionsBoundaryArn'] },
      ].filter((group) => group.Parameters.length > 0),
    },
  };
}

const externalIdParameter = ({ kind, value, roles }: ExternalIdInput): YamlValue => ({
  Type: 'String',
  Default: value,
  Description:
    kind === 'fixed'
      ? `ExternalId that callers of ${roles.join(', ')} must pass. Not a secret: AWS does not treat it as one.`
      : `The account id follows this prefix, which gives each account its own ExternalId for ${roles.join(', ')}.`,
  MinLength: kind === 'fixed' ? 2 : 1,
  MaxLength: kind === 'fixed' ? 1224 : 1212,
  AllowedPattern: '^[\\w+=,.@:/-]*$',
  ConstraintDescription: 'Letters, digits and _ + = , . @ : / - only.',
});

function roleResource(
  role: Role,
  set: StackSet,
  access: Access,
  inputs: readonly ExternalIdInput[],
): YamlValue {
  const [account] = set.accounts;
  if (account === undefined) throw new Error(`stack set ${set.name} has no account`);
  const here = (policyIn: (account: Account) => PolicyJson) =>
    policyYaml(policyIn(account), role, account, inputs, followsAccount(policyIn, set.accounts));
  const policies: YamlValue[] = [];
  const permissions = permissionPolicy(role);
  if (permissions !== undefined)
    policies.push({ PolicyName: PERMISSION_POLICY, PolicyDocument: here(() => permissions) });
  assumePolicy(roleArnIn(access, role, account), access).forEach((onward, i) => {
    policies.push({
      PolicyName: numbered(ASSUME_POLICY, i),
      PolicyDocument: here((at) => assumePolicy(roleArnIn(access, role, at), access)[i] ?? onward),
    });
  });
  const tags = Object.entries({ ...role.tags, [OWNER_TAG]: access.name }).map(([Key, Value]) => ({
    Key,
    Value,
  }));
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: role.name,
      ...(role.path === '/' ? {} : { Path: role.path }),
      ...(role.description === '' ? {} : { Description: role.description }),
      MaxSessionDuration: role.maxSessionDuration,
      PermissionsBoundary: fn(
        'If',
        'HasPermissionsBoundary',
        ref('PermissionsBoundaryArn'),
        ref('AWS::NoValue'),
      ),
      AssumeRolePolicyDocument: here((at) => trustPolicy(role, at, access)),
      ...(role.permissions.managed.length === 0 ? {} : { ManagedPolicyArns: role.permissions.managed }),
      ...(policies.length === 0 ? {} : { Policies: policies }),
      Tags: tags,
    },
  };
}

/** Whether the document names the account it lives in: it differs between two accounts by their ids alone. */
function followsAccount(policyIn: (account: Account) => PolicyJson, accounts: readonly Account[]): boolean {
  const [one, two] = accounts;
  if (one === undefined || two === undefined) return false;
  const of = (account: Account) => JSON.stringify(policyIn(account));
  return of(one) !== of(two) && of(one).replaceAll(one.id, two.id) === of(two);
}

/** The policy as the template computes it in every account: ExternalIds from parameters, the own account id by itself. */
function policyYaml(
  policy: PolicyJson,
  role: Role,
  account: Account,
  inputs: readonly ExternalIdInput[],
  ownAccount: boolean,
): YamlValue {
  const byValue = inputsByValue(role, account, inputs);
  const walk = (value: unknown, key: string): YamlValue => {
    if (typeof value === 'string') {
      const input = key.toLowerCase() === 'sts:externalid' ? byValue.get(value) : undefined;
      if (input?.kind === 'fixed') return ref(input.parameter);
      if (input?.kind === 'derived') return sub(`\${${input.parameter}}\${AWS::AccountId}`);
      if (ownAccount && value.startsWith('arn:') && value.includes(`:${account.id}:`))
        return sub(subLiteral(value).replaceAll(`:${account.id}:`, () => ':${AWS::AccountId}:'));
      return value;
    }
    if (Array.isArray(value)) return value.map((item: unknown) => walk(item, key));
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, walk(v, k)]));
    return typeof value === 'number' || typeof value === 'boolean' ? value : null;
  };
  return walk(policy, '');
}
