import type { Access, Account, Operator, Path, Role } from '../access/index.ts';

/**
 * Terraform starts one provider process per account (about 430 MB each), so it suits a few accounts.
 * Above this number it keeps the security account only, and StackSets own the roles of all the others.
 */
export const TERRAFORM_ACCOUNTS = 10;

/** The role that the documents tell about and whose policies lie at the top: the first one outside the security account. */
export const mainRole = (access: Access): Role | undefined =>
  access.roles.find((role) => role.accounts.some((account) => account.id !== access.security.id)) ??
  access.roles[0];

/** The account in which the main role is shown. */
export const mainAccount = (access: Access, role: Role): Account | undefined =>
  role.accounts.find((account) => account.id !== access.security.id) ?? role.accounts[0];

/** The way in that the documents walk: an operator's, when there is one. */
export function mainPath(access: Access): Path | undefined {
  const role = mainRole(access);
  if (role === undefined) return undefined;
  const account = mainAccount(access, role);
  const paths = access.paths.filter((path) => path.role === role.name && path.account.id === account?.id);
  return paths.find((path) => path.from.kind === 'operator') ?? paths[0];
}

export const mainOperator = (access: Access): Operator | undefined => {
  const from = mainPath(access)?.from;
  return access.operators.find((o) => from?.kind === 'operator' && o.arn === from.arn) ?? access.operators[0];
};

/** The accounts that Terraform manages, in the order of the definition. */
export const terraformAccounts = (access: Access): readonly Account[] =>
  access.accounts.length <= TERRAFORM_ACCOUNTS
    ? access.accounts
    : access.accounts.filter((account) => account.id === access.security.id);

export const workloadAccounts = (access: Access): readonly Account[] =>
  access.accounts.filter((account) => account.id !== access.security.id);

export const roleArnIn = (access: Access, role: Role, account: Account): string =>
  `arn:${access.partition}:iam::${account.id}:role${role.path}${role.name}`;

/**
 * Names and the ownership tag that `crossaccount deploy` uses too: what Terraform or StackSets made, `drift` compares
 * and `deploy` finds unchanged. (deploy is a layer above; test/e2e/terraform.test.ts holds the two together.)
 */
export const OWNER_TAG = 'crossaccount:definition';
export const PERMISSION_POLICY = 'crossaccount-permissions';
export const ASSUME_POLICY = 'crossaccount-assume';

/** The name of the first of several is bare: `x`, `x-2`, `x-3`. */
export const numbered = (name: string, index: number): string =>
  index === 0 ? name : `${name}-${index + 1}`;

/** Left free in a user's 2,048 inline characters: a revocation in an emergency must not fail on the quota. */
export const RESERVED_INLINE = 300;

/** Where IAM's own events appear: IAM is a global service, and its CloudTrail events belong to one region of the partition. */
export const iamRegion = (access: Access): string =>
  ({ aws: 'us-east-1', 'aws-us-gov': 'us-gov-west-1', 'aws-cn': 'cn-north-1' })[access.partition];

/** One template serves one set of accounts: roles that live in the same workload accounts share a StackSet. */
export interface StackSet {
  /** `two-accounts-access` */
  readonly name: string;
  /** `cloudformation.yaml` for the set of the main role, else `cloudformation/<Role>.yaml`. */
  readonly template: string;
  readonly roles: readonly Role[];
  /** Without the security account: a service-managed set never reaches its own administrator. */
  readonly accounts: readonly Account[];
}

export function stackSets(access: Access): StackSet[] {
  const sets = new Map<string, { roles: Role[]; accounts: Account[] }>();
  const main = mainRole(access);
  const roles = main === undefined ? [] : [main, ...access.roles.filter((role) => role !== main)];
  for (const role of roles) {
    const accounts = role.accounts.filter((account) => account.id !== access.security.id);
    if (accounts.length === 0) continue;
    const key = accounts.map((account) => account.id).join();
    const set = sets.get(key);
    if (set === undefined) sets.set(key, { roles: [role], accounts });
    else set.roles.push(role);
  }
  return [...sets.values()].map((set, i) => {
    const name = set.roles[0]?.name ?? 'roles';
    return i === 0
      ? { ...set, name: `${access.name}-access`, template: 'cloudformation.yaml' }
      : { ...set, name: `${access.name}-${name}`, template: `cloudformation/${name}.yaml` };
  });
}
