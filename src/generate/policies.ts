import type { Access, Account, Role } from '../access/index.ts';
import { assumePolicy, permissionPolicy, trustPolicy } from '../access/index.ts';
import type { PolicyJson } from '../policy/index.ts';
import { printPolicyJson } from '../policy/index.ts';
import { mainAccount, mainPath, mainRole, numbered, roleArnIn, TERRAFORM_ACCOUNTS } from './layout.ts';
import type { GeneratedFile } from './types.ts';

/**
 * The main role's three policies at the top, every other role in a folder of its own.
 * A trust policy that differs by account (derived ExternalIds) is written for the first accounts only:
 * beyond them the rule, not the list, is what a reader needs, and CloudFormation carries the rule.
 */
export function policyFiles(access: Access): GeneratedFile[] {
  const main = mainRole(access);
  const files: GeneratedFile[] = [];
  const add = (path: string, policy: PolicyJson | undefined) => {
    if (policy !== undefined) files.push({ path: `policies/${path}`, content: text(policy) });
  };
  // What does not fit into one policy is several: assume-policy.json, assume-policy-2.json …
  const addAssume = (folder: string, principal: string) => {
    assumePolicy(principal, access).forEach((policy, i) => {
      add(`${folder}${numbered('assume-policy', i)}.json`, policy);
    });
  };
  const mainFrom = mainPath(access)?.from.arn;
  for (const role of main === undefined ? [] : [main, ...access.roles.filter((r) => r !== main)]) {
    const folder = role === main ? '' : `${role.name}/`;
    const first = mainAccount(access, role);
    if (first === undefined) continue;
    const trust = trustPolicy(role, first, access);
    add(`${folder}trust-policy.json`, trust);
    add(`${folder}permission-policy.json`, permissionPolicy(role));
    addAssume(folder, role === main && mainFrom !== undefined ? mainFrom : roleArnIn(access, role, first));
    for (const [account, policy] of variants(role, trust, access))
      add(`${role.name}/trust-policy.${account.id}.json`, policy);
  }
  for (const operator of access.operators)
    if (operator.arn !== mainFrom) addAssume(`operators/${operator.name}/`, operator.arn);
  return files;
}

function variants(role: Role, first: PolicyJson, access: Access): [Account, PolicyJson][] {
  return role.accounts
    .slice(0, TERRAFORM_ACCOUNTS)
    .map((account): [Account, PolicyJson] => [account, trustPolicy(role, account, access)])
    .filter(([, policy]) => JSON.stringify(policy) !== JSON.stringify(first));
}

const text = (policy: PolicyJson): string => `${printPolicyJson(policy).trimEnd()}\n`;
