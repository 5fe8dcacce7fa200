import type { Command } from 'commander';
import type { Access } from '../../access/index.ts';
import type { AuthRequest, PolicySet } from '../../engine/index.ts';
import { DEFAULT_FILE, requireDefinition } from '../definition.ts';
import { CliError, exit } from '../exit.ts';
import { out, outJson } from '../output.ts';
import { policiesOf, readPolicy } from '../policy-set.ts';
import { principalFrom } from '../principals.ts';
import type { SetExit } from '../program.ts';

interface Options {
  file?: string;
  principal?: string;
  as?: string;
  action?: string;
  resource?: string;
  role?: string;
  account?: string;
  externalId?: string;
  mfa?: boolean;
  sourceIp?: string;
  sessionName?: string;
  context: string[];
  identity: string[];
  resourcePolicy?: string;
  trust?: string;
  boundary?: string;
  session: string[];
  scp: string[];
  rcp: string[];
  expect?: string;
  json?: boolean;
}

const collect = (value: string, previous: string[]): string[] => [...previous, value];

export function register(program: Command, setExit: SetExit): void {
  program
    .command('authorize')
    .description('one request: allowed or denied, and which statement of which policy decides')
    .option('-f, --file <file>', `a definition; default ${DEFAULT_FILE} unless policy files are named`)
    .option('--as <operator>', 'the caller: an operator of the definition')
    .option('--principal <arn>', 'the caller: any principal')
    .option('--role <name>', 'ask for sts:AssumeRole on this role of the definition')
    .option('--account <name>', 'the account that holds --role, when several do')
    .option('--action <action>', 'the action, as in ec2:DescribeInstances')
    .option('--resource <arn>', 'the resource; default *')
    .option('--external-id <id>', 'sts:ExternalId of the request')
    .option('--mfa', 'the request carries MFA (aws:MultiFactorAuthPresent = true, age 0)')
    .option('--no-mfa', 'temporary credentials without MFA (aws:MultiFactorAuthPresent = false)')
    .option('--source-ip <ip>', 'aws:SourceIp of the request')
    .option('--session-name <name>', 'sts:RoleSessionName of the request')
    .option(
      '--context <key=value>',
      'any condition key; repeat for several keys, or for several values',
      collect,
      [],
    )
    .option('--identity <file>', 'an identity policy file (repeatable)', collect, [])
    .option('--resource-policy <file>', "the resource's policy file")
    .option('--trust <file>', "the role's trust policy file")
    .option('--boundary <file>', 'a permissions boundary file')
    .option('--session <file>', 'a session policy file (repeatable)', collect, [])
    .option('--scp <file>', 'a service control policy file, one level each (repeatable)', collect, [])
    .option('--rcp <file>', 'a resource control policy file, one level each (repeatable)', collect, [])
    .option('--expect <decision>', 'allow or deny: exit 1 when the decision differs')
    .option('--json', 'print the decision with every statement as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ crossaccount authorize --as security-admin --role SecurityAuditRole --external-id MyUniqueSecretValue123 --mfa
  $ crossaccount authorize --as security-admin --role SecurityAuditRole --mfa --expect deny
  $ crossaccount authorize --principal arn:aws:sts::657654036224:assumed-role/SecurityAuditRole/me --action ec2:DescribeInstances
  $ crossaccount authorize --identity permission-policy.json --principal 657654036224 --action s3:DeleteBucket --resource arn:aws:s3:::x

Exit codes: without --expect 0 allowed, 1 denied; with --expect 0 as expected, 1 not.`,
    )
    .action(async (options: Options) => {
      const { compile } = await import('../../engine/index.ts');
      const { policies, request } = await question(options);
      const explanation = compile(policies).explain(request);
      const decision = explanation.allowed ? 'allow' : 'deny';
      if (options.expect !== undefined && options.expect !== 'allow' && options.expect !== 'deny') {
        throw new CliError(`--expect ${options.expect}: write allow or deny`);
      }
      const asExpected = (options.expect ?? 'allow') === decision;
      if (options.json) outJson({ ok: asExpected, decision, request, ...explanation });
      else out(explanation.text);
      if (!asExpected) setExit(exit.findings);
    });
}

async function question(options: Options): Promise<{ policies: PolicySet; request: AuthRequest }> {
  const files =
    options.identity.length + options.session.length + options.scp.length + options.rcp.length > 0 ||
    options.trust !== undefined ||
    options.resourcePolicy !== undefined ||
    options.boundary !== undefined;
  const access = files && options.file === undefined ? undefined : await requireDefinition(options.file);
  const { principal, action, resource } = await subject(options, access);
  const request: AuthRequest = { principal, action, resource, context: contextOf(options) };
  const policies = {
    ...(access === undefined ? {} : await policiesOf(access, principal, action, resource)),
    ...(await policyFiles(options)),
  };
  return { policies, request };
}

async function subject(options: Options, access: Access | undefined) {
  const operator = access?.operators.find((o) => o.name === options.as);
  if (options.as !== undefined && operator === undefined) {
    const known = access?.operators.map((o) => o.name).join(', ');
    throw new CliError(`--as ${options.as}: no such operator`, exit.usage, known && `operators: ${known}`);
  }
  const who = options.principal ?? operator?.arn;
  if (who === undefined) throw new CliError('who asks? name --as OPERATOR or --principal ARN');
  const rolePath = access?.roles.find((r) => who.split('/')[1] === r.name)?.path;
  const principal = principalFrom(who, rolePath);
  if (options.role !== undefined) {
    if (access === undefined) throw new CliError('--role needs a definition: add --file');
    return {
      principal,
      action: 'sts:AssumeRole',
      resource: targetRole(access, options.role, options.account),
    };
  }
  if (options.action === undefined)
    throw new CliError('which action? name --role ROLE or --action SERVICE:ACTION');
  return { principal, action: options.action, resource: options.resource ?? '*' };
}

function targetRole(access: Access, name: string, accountName: string | undefined): string {
  const role = access.roles.find((r) => r.name === name);
  if (role === undefined) {
    throw new CliError(
      `--role ${name}: no such role`,
      exit.usage,
      `roles: ${access.roles.map((r) => r.name).join(', ')}`,
    );
  }
  const account =
    accountName === undefined
      ? role.accounts[0]
      : role.accounts.find((a) => a.name === accountName || a.id === accountName);
  if (account === undefined) throw new CliError(`--account ${accountName}: ${name} is not deployed there`);
  return `arn:${access.partition}:iam::${account.id}:role${role.path}${role.name}`;
}

function contextOf(options: Options): Record<string, string | string[]> {
  const context: Record<string, string | string[]> = {};
  if (options.externalId !== undefined) context['sts:ExternalId'] = options.externalId;
  if (options.sessionName !== undefined) context['sts:RoleSessionName'] = options.sessionName;
  if (options.sourceIp !== undefined) context['aws:SourceIp'] = options.sourceIp;
  if (options.mfa !== undefined) context['aws:MultiFactorAuthPresent'] = String(options.mfa);
  if (options.mfa === true) context['aws:MultiFactorAuthAge'] = '0';
  for (const pair of options.context) {
    const at = pair.indexOf('=');
    if (at < 1) throw new CliError(`--context ${pair}: write key=value`);
    const key = pair.slice(0, at);
    const value = pair.slice(at + 1);
    const before = context[key];
    context[key] = before === undefined ? value : [before, value].flat();
  }
  return context;
}

async function policyFiles(options: Options): Promise<PolicySet> {
  const all = (files: readonly string[]) => Promise.all(files.map((f) => readPolicy(f)));
  const trust = options.trust ?? options.resourcePolicy;
  return {
    ...(options.identity.length > 0 && { identity: await all(options.identity) }),
    ...(options.boundary !== undefined && { boundary: await readPolicy(options.boundary) }),
    ...(options.session.length > 0 && { session: await all(options.session) }),
    ...(trust !== undefined && { resource: await readPolicy(trust) }),
    ...(options.scp.length > 0 && { scps: (await all(options.scp)).map((p) => [p]) }),
    ...(options.rcp.length > 0 && { rcps: (await all(options.rcp)).map((p) => [p]) }),
  };
}
