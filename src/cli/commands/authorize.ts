import type { Command } from 'commander';
import type { Access } from '../../access/index.ts';
import type { Asker, Question } from '../authorize/ask.ts';
import type { ContextOptions } from '../authorize/context.ts';
import type { World } from '../authorize/world.ts';
import { DEFAULT_FILE, requireDefinition } from '../definition.ts';
import { CliError, exit } from '../exit.ts';
import { readText } from '../files.ts';
import { countDiagnostics, out, outJson, renderDiagnostics, say } from '../output.ts';
import { namesFiles, type PolicyFiles, readPolicies } from '../policy-set.ts';
import { principalFrom } from '../principals.ts';
import type { SetExit } from '../program.ts';

interface Options extends ContextOptions, PolicyFiles {
  file?: string;
  details: string[];
  requests?: string;
  principal?: string;
  as?: string;
  callerRole?: string;
  action?: string;
  resource?: string;
  resourceAccount?: string;
  role?: string;
  account?: string;
  expect?: string;
  json?: boolean;
}

const collect = (value: string, previous: string[]): string[] => [...previous, value];

export function register(program: Command, setExit: SetExit): void {
  program
    .command('authorize')
    .description(
      'one request or a file of them: allowed or denied, and which statement of which policy decides',
    )
    .optionsGroup('Where policies come from:')
    .option('-f, --file <file>', `a definition; default ${DEFAULT_FILE} unless files or details are named`)
    .option(
      '--details <file>',
      'accounts as they are: output of `aws iam get-account-authorization-details`, one file an account (repeatable)',
      collect,
      [],
    )
    .option('--identity <file>', 'an identity policy file (repeatable)', collect, [])
    .option('--trust <file>', "the role's trust policy file")
    .option('--resource-policy <file>', "the resource's policy file")
    .option('--boundary <file>', 'a permissions boundary file')
    .option('--session <file>', 'a session policy file (repeatable)', collect, [])
    .option('--scp <file>', 'a service control policy file, one level each (repeatable)', collect, [])
    .option('--rcp <file>', 'a resource control policy file, one level each (repeatable)', collect, [])
    .option('--vpc-endpoint <file>', 'a VPC endpoint policy file')
    .optionsGroup('The request:')
    .option('--as <name>', 'the caller: an operator of the definition, or a role that lives in one account')
    .option('--principal <arn>', 'the caller: any principal')
    .option('--caller-role <arn>', "the caller's role, when it has a path: a session's ARN does not show it")
    .option('--role <name>', 'ask for sts:AssumeRole on this role of the definition')
    .option('--account <name>', 'the account that holds --role, when several do')
    .option('--action <action>', 'the action, as in ec2:DescribeInstances')
    .option('--resource <arn>', 'the resource; default *')
    .option('--resource-account <id>', "the resource's account, when its ARN has none (S3)")
    .option('--external-id <id>', 'sts:ExternalId of the request')
    .option('--mfa', 'the request carries MFA (aws:MultiFactorAuthPresent = true, age 0)')
    .option('--no-mfa', 'temporary credentials without MFA (aws:MultiFactorAuthPresent = false)')
    .option('--source-ip <ip>', 'aws:SourceIp of the request')
    .option('--session-name <name>', 'sts:RoleSessionName of the request')
    .option('--source-identity <name>', 'sts:SourceIdentity; asks for sts:SetSourceIdentity too')
    .option(
      '--context <key=value>',
      'any condition key; repeat for several keys, or for several values. aws:RequestTag/… asks for sts:TagSession too',
      collect,
      [],
    )
    .option(
      '--requests <file>',
      'many requests, one JSON object a line (- for standard input): principal, action, resource, resourceAccount, context, expect',
    )
    .optionsGroup('The answer:')
    .option('--expect <decision>', 'allow or deny: exit 1 when the decision differs')
    .option('--json', 'print the decision with every statement as JSON; of --requests one line each')
    .addHelpText(
      'after',
      `
Examples:
  May the operator enter the role? With the wrong ExternalId, without MFA?
  $ crossaccount authorize --as security-admin --role SecurityAuditRole --external-id MyUniqueSecretValue123 --mfa
  $ crossaccount authorize --as security-admin --role SecurityAuditRole --external-id MyUniqueSecretValue123 --expect deny

  What does the role allow, once inside?
  $ crossaccount authorize --as SecurityAuditRole --action s3:DeleteBucket --resource arn:aws:s3:::logs

  Policy files, without a definition
  $ crossaccount authorize --identity permission-policy.json --principal arn:aws:iam::657654036224:user/ann --action ec2:DescribeVpcs
  $ crossaccount authorize --trust trust-policy.json --identity assume-policy.json --principal arn:aws:iam::489157521585:user/security-admin \\
      --action sts:AssumeRole --resource arn:aws:iam::657654036224:role/SecurityAuditRole --external-id MyUniqueSecretValue123 --mfa

  Accounts as they are
  $ aws iam get-account-authorization-details --profile security-account > security.json
  $ aws iam get-account-authorization-details --profile workload-account > workload.json
  $ crossaccount authorize --details security.json --details workload.json --principal arn:aws:iam::489157521585:user/security-admin \\
      --action sts:AssumeRole --resource arn:aws:iam::657654036224:role/SecurityAuditRole

  Many requests, in CI
  $ echo '{"principal": "security-admin", "action": "ec2:TerminateInstances", "expect": "deny"}' > requests.jsonl
  $ crossaccount authorize --requests requests.jsonl --json

Exit codes: one request: without --expect 0 allowed, 1 denied; with --expect 0 as expected, 1 not.
--requests: 0 when every expectation holds, 1 when one fails, 2 when a line can't be answered.`,
    )
    .action(async (options: Options) => {
      const expect = expectation(options.expect);
      checkOptions(options);
      const { asker, access } = await prepare(options);
      const { contextFrom } = await import('../authorize/context.ts');
      const context = contextFrom(options);
      const caller = options.principal ?? options.as;
      if (options.requests !== undefined) {
        const { askAll } = await import('../authorize/batch.ts');
        const json = options.json === true;
        setExit(await askAll(asker, { file: options.requests, principal: caller, context, expect, json }));
        return;
      }
      const { explained, told } = await import('../authorize/render.ts');
      const answer = asker.explain({ ...subject(options, caller, access), context });
      const asExpected = (expect ?? 'allow') === answer.decision;
      if (options.json) outJson(explained(answer, asExpected));
      else out(told(answer));
      if (!asExpected) setExit(exit.findings);
    });
}

function expectation(text: string | undefined): 'allow' | 'deny' | undefined {
  if (text === undefined || text === 'allow' || text === 'deny') return text;
  throw new CliError(`--expect ${text}: write allow or deny`);
}

function checkOptions(options: Options): void {
  const conflicts: readonly (readonly [boolean, string])[] = [
    [
      options.as !== undefined && options.principal !== undefined,
      '--as and --principal both name the caller',
    ],
    [
      options.details.length > 0 && options.file !== undefined,
      '--details and --file: accounts are read from one',
    ],
    [
      options.role !== undefined && options.action !== undefined,
      '--role asks for sts:AssumeRole: leave --action out',
    ],
    [
      options.role !== undefined && options.resource !== undefined,
      '--role is the resource: leave --resource out',
    ],
    [
      options.requests !== undefined &&
        [options.action, options.resource, options.role, options.account].some((o) => o !== undefined),
      '--requests: action and resource stand in its lines',
    ],
    [
      options.account !== undefined && options.role === undefined,
      '--account says where --role is: name the role',
    ],
  ];
  for (const [given, message] of conflicts) if (given) throw new CliError(message);
  // A caller that can't be is told before any file is read.
  if (options.principal?.includes(':')) principalFrom(options.principal);
}

/** The world that options name, with policy files put to it. */
async function prepare(options: Options): Promise<{ asker: Asker; access: Access | undefined }> {
  const files = await readPolicies(options);
  const { Asker } = await import('../authorize/ask.ts');
  const identityFiles = options.identity.length > 0;
  const asker = (world: World) => new Asker(world, files, Date.now());
  if (options.details.length > 0) {
    const { DetailsWorld } = await import('../authorize/details-world.ts');
    const resourceFile = (options.trust ?? options.resourcePolicy) !== undefined;
    const known = await readDetails(options.details);
    const boundaryFile = options.boundary !== undefined;
    return {
      asker: asker(new DetailsWorld(known, { identityFiles, resourceFile, boundaryFile })),
      access: undefined,
    };
  }
  if (options.file === undefined && namesFiles(options)) {
    const { filesOnly } = await import('../authorize/world.ts');
    const role = callerRole(options.callerRole);
    return { asker: asker(filesOnly((text) => principalFrom(text, role))), access: undefined };
  }
  const access = await requireDefinition(options.file);
  const { DefinitionWorld } = await import('../authorize/definition-world.ts');
  const { DefinitionPlaces } = await import('../check/definition-places.ts');
  const { file } = access;
  const places = file === undefined || file === '-' ? undefined : new DefinitionPlaces(file, readText(file));
  return { asker: asker(new DefinitionWorld(access, { identityFiles, places })), access };
}

function callerRole(arn: string | undefined) {
  if (arn === undefined) return {};
  if (!/^arn:[^:]+:iam::\d{12}:role\/[^*?]+$/.test(arn)) {
    const help = 'as in arn:aws:iam::489157521585:role/security/SecurityAuditOperator';
    throw new CliError(`--caller-role ${arn}: not the ARN of a role`, exit.usage, help);
  }
  return {
    role: (accountId: string, name: string) => {
      if (arn.split(':')[4] === accountId && arn.endsWith(`/${name}`)) return { arn };
      throw new CliError(`--caller-role ${arn}: not the role of the session, ${name} in ${accountId}`);
    },
  };
}

async function readDetails(files: readonly string[]) {
  const { parseDetails } = await import('../authorize/details-file.ts');
  return files.map((file) => {
    const read = parseDetails(readText(file), file);
    if (read.diagnostics.length > 0) say(renderDiagnostics(read.diagnostics, new Map()));
    if (read.ok) return read.value;
    throw new CliError(`${file}: ${countDiagnostics(read.diagnostics)}`);
  });
}

function subject(
  options: Options,
  principal: string | undefined,
  access: Access | undefined,
): Omit<Question, 'context'> {
  if (principal === undefined) throw new CliError('who asks? name --as OPERATOR or --principal ARN');
  const { action, resourceAccount, role } = options;
  if (role !== undefined) {
    if (access === undefined) throw new CliError('--role needs a definition: add --file');
    return { principal, action: 'sts:AssumeRole', resource: targetRole(access, role, options.account) };
  }
  if (action === undefined) throw new CliError('which action? name --role ROLE or --action SERVICE:ACTION');
  const resource = options.resource ?? '*';
  return { principal, action, resource, ...(resourceAccount !== undefined && { resourceAccount }) };
}

function targetRole(access: Access, name: string, accountName: string | undefined): string {
  const role = access.roles.find((r) => r.name === name);
  if (role === undefined) {
    const names = access.roles.map((r) => r.name).join(', ');
    throw new CliError(`--role ${name}: no such role`, exit.usage, `roles: ${names}`);
  }
  const account =
    accountName === undefined
      ? role.accounts[0]
      : role.accounts.find((a) => a.name === accountName || a.id === accountName);
  if (account === undefined) throw new CliError(`--account ${accountName}: ${name} is not deployed there`);
  return `arn:${access.partition}:iam::${account.id}:role${role.path}${role.name}`;
}
