import type { Access, Account, Role } from '../../access/index.ts';
import { parseArn } from '../../base/index.ts';
import type { PolicyJson } from '../../policy/index.ts';
import { type ExternalIdInput, externalIdInputs, inputsByValue } from '../external-ids.ts';
import { terraformAccounts } from '../layout.ts';
import { type HclValue, raw, template } from '../text/hcl.ts';
import { snake, uniqueNames } from '../text/text.ts';

/** Everything that main.tf, variables.tf and monitoring.tf must agree upon: names of resources and variables. */
export interface TerraformModel {
  readonly access: Access;
  readonly accounts: readonly TerraformAccount[];
  readonly security: TerraformAccount;
  readonly operators: readonly {
    readonly name: string;
    /** `/` or `/people/` */
    readonly path: string;
    readonly arn: string;
    readonly label: string;
  }[];
  readonly roles: readonly TerraformRole[];
  readonly externalIds: readonly ExternalIdInput[];
  /** Resource label by ARN, for roles and users that this configuration creates. */
  readonly managed: ReadonlyMap<string, string>;
}

export interface TerraformAccount {
  readonly account: Account;
  /** Provider alias. */
  readonly alias: string;
  readonly idVariable: string;
  readonly profileVariable: string;
}

export interface TerraformRole {
  readonly role: Role;
  readonly in: TerraformAccount;
  readonly arn: string;
  readonly label: string;
}

export function terraformModel(access: Access): TerraformModel {
  const accounts = named(terraformAccounts(access));
  const security = accounts.find(({ account }) => account.id === access.security.id);
  if (security === undefined) throw new Error('the security account is not among the accounts');
  const externalIds = externalIdInputs(access);
  const operatorLabels = uniqueNames(access.operators.map((operator) => snake(operator.name)));
  const operators = access.operators.map(({ name, arn }, i) => ({
    name,
    path: arn.slice(arn.indexOf(':user/') + 5, arn.length - name.length) || '/',
    arn,
    label: operatorLabels[i] ?? '',
  }));
  const places = access.roles.flatMap((role) => {
    const inTerraform = accounts.filter(({ account }) => role.accounts.some((a) => a.id === account.id));
    return inTerraform.map((place) => ({ role, in: place, alone: inTerraform.length === 1 }));
  });
  const labels = uniqueNames(
    places.map(({ role, in: place, alone }) =>
      alone ? snake(role.name) : `${snake(role.name)}_${place.alias}`,
    ),
  );
  const roles = places.map(({ role, in: place }, i) => ({
    role,
    in: place,
    arn: `arn:${access.partition}:iam::${place.account.id}:role${role.path}${role.name}`,
    label: labels[i] ?? '',
  }));
  const managed = new Map<string, string>([
    ...operators.map(({ arn, label }): [string, string] => [arn, `aws_iam_user.${label}`]),
    ...roles.map(({ arn, label }): [string, string] => [arn, `aws_iam_role.${label}`]),
  ]);
  return { access, accounts, security, operators, roles, externalIds, managed };
}

function named(accounts: readonly Account[]): TerraformAccount[] {
  const aliases = uniqueNames(accounts.map((account) => snake(account.name)));
  return accounts.map((account, i) => {
    const alias = aliases[i] ?? '';
    const stem = alias.endsWith('account') ? alias : `${alias}_account`;
    return { account, alias, idVariable: `${stem}_id`, profileVariable: `${stem}_profile` };
  });
}

/** A policy document as an HCL object, with account ids and ExternalIds as variables. */
export function policyValue(policy: PolicyJson, model: TerraformModel, at?: TerraformRole): HclValue {
  const externalIds =
    at === undefined
      ? new Map<string, ExternalIdInput>()
      : inputsByValue(at.role, at.in.account, model.externalIds);
  const walk = (value: unknown, key: string): HclValue => {
    if (typeof value === 'string') {
      const input = key.toLowerCase() === 'sts:externalid' ? externalIds.get(value) : undefined;
      if (input === undefined) return arnValue(value, model);
      if (input.kind === 'fixed') return raw(`var.${input.variable}`);
      return at === undefined
        ? value
        : template('', raw(`var.${input.variable}`), '', raw(`var.${at.in.idVariable}`));
    }
    if (Array.isArray(value)) return value.map((item: unknown) => walk(item, key));
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, walk(v, k)]));
    return typeof value === 'number' || typeof value === 'boolean' ? value : null;
  };
  return walk(policy, '');
}

/** The account id inside an ARN becomes the account's variable; literal ids would contradict terraform.tfvars. */
export function arnValue(text: string, model: TerraformModel): HclValue {
  const arn = parseArn(text);
  const owner = model.accounts.find(({ account }) => account.id === arn?.account);
  if (arn === undefined || owner === undefined) return text;
  return template(
    `arn:${arn.partition}:${arn.service}:${arn.region}:`,
    raw(`var.${owner.idVariable}`),
    `:${arn.resource}`,
  );
}

/**
 * What must exist before AWS accepts a trust policy: it refuses principals that do not exist. Trusts that form a
 * circle leave the later edge out (such a definition has to be applied twice).
 */
export function trustDependencies(at: TerraformRole, model: TerraformModel): string[] {
  const order = new Map(model.roles.map(({ arn }, i) => [arn, i]));
  const direct = (role: Role) =>
    role.trust.flatMap((entry) => [
      ...entry.operators.map((operator) => operator.arn),
      ...entry.roles.map(({ arn }) => arn),
    ]);
  const reaches = (from: string, goal: string, seen: Set<string>): boolean => {
    if (from === goal) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    const role = model.roles.find(({ arn }) => arn === from)?.role;
    return role !== undefined && direct(role).some((next) => reaches(next, goal, seen));
  };
  const labels = direct(at.role)
    .filter((arn) => {
      if (!reaches(arn, at.arn, new Set())) return true;
      return (order.get(arn) ?? 0) < (order.get(at.arn) ?? 0);
    })
    .map((arn) => model.managed.get(arn))
    .filter((label) => label !== undefined);
  return [...new Set(labels)];
}

/** `x`, `x_2`, `x_3` */
export const numberedLabel = (label: string, index: number): string =>
  index === 0 ? label : `${label}_${index + 1}`;
