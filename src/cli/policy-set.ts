import type { Access } from '../access/index.ts';
import { parseArn } from '../base/index.ts';
import type { NamedPolicy, PolicySet, Principal } from '../engine/index.ts';
import type { PolicyJson, PolicyKind } from '../policy/index.ts';
import { CliError, exit } from './exit.ts';
import { readText } from './files.ts';
import { countDiagnostics, renderDiagnostics, say } from './output.ts';

/** Reads a policy file; its problems are printed and end the command with exit code 2. */
export async function readPolicy(file: string, kind?: PolicyKind): Promise<NamedPolicy> {
  const { parsePolicy } = await import('../policy/index.ts');
  const text = readText(file);
  const parsed = parsePolicy(text, kind === undefined ? { file } : { file, kind });
  if (parsed.ok) return { name: file, document: parsed.value };
  say(renderDiagnostics(parsed.diagnostics, new Map([[file, text]])));
  throw new CliError(`${file}: ${countDiagnostics(parsed.diagnostics)}`);
}

/** The policies that a definition puts around one request: whose identity, which role's trust. */
export async function policiesOf(
  access: Access,
  principal: Principal,
  action: string,
  resource: string,
): Promise<PolicySet> {
  const { assumePolicy, permissionPolicy, trustPolicy } = await import('../access/index.ts');
  const identity: NamedPolicy[] = [];
  const add = async (name: string, json: PolicyJson | undefined) => {
    if (json !== undefined) identity.push(await named(name, json));
  };
  const caller =
    principal.type === 'user' ? principal.arn : principal.type === 'role-session' ? principal.roleArn : '';
  for (const [i, json] of assumePolicy(caller, access).entries()) {
    await add(`assume policy ${i + 1} of ${caller}`, json);
  }
  const role = access.roles.find((r) => r.accounts.some((a) => roleArnOf(access, a.id, r) === caller));
  if (role !== undefined) await add(`permission policy of ${role.name}`, permissionPolicy(role));
  if (action.toLowerCase() !== 'sts:assumerole') return { identity };
  const accountId = parseArn(resource)?.account;
  const target = access.roles.find((r) => r.accounts.some((a) => roleArnOf(access, a.id, r) === resource));
  const account = access.accounts.find((a) => a.id === accountId);
  if (target === undefined || account === undefined) {
    throw new CliError(
      `${resource} is no role of this definition`,
      exit.usage,
      `its roles: ${access.roles.flatMap((r) => r.accounts.slice(0, 3).map((a) => roleArnOf(access, a.id, r))).join(', ')}`,
    );
  }
  const trust = await named(`trust policy of ${target.name}`, trustPolicy(target, account, access));
  return { identity, resource: trust };
}

const roleArnOf = (access: Access, accountId: string, role: { path: string; name: string }): string =>
  `arn:${access.partition}:iam::${accountId}:role${role.path}${role.name}`;

async function named(name: string, json: PolicyJson): Promise<NamedPolicy> {
  const { parsePolicy, printPolicyJson } = await import('../policy/index.ts');
  const parsed = parsePolicy(printPolicyJson(json), { file: `${name} (generated)` });
  if (!parsed.ok)
    throw new Error(`generated policy ${name} does not parse: ${JSON.stringify(parsed.diagnostics)}`);
  return { name, document: parsed.value };
}
