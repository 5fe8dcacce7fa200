import type { Command } from 'commander';
import type { Access } from '../../access/index.ts';
import type { Session } from '../../session/index.ts';
import { codeSource } from '../codes.ts';
import { DEFAULT_FILE, requireDefinition, requireFiles } from '../definition.ts';
import { CliError, exit } from '../exit.ts';
import { operatorOf, requireRoute } from '../operators.ts';
import { out, outJson, say } from '../output.ts';
import type { SetExit } from '../program.ts';
import { keepAnswer } from '../shortcut.ts';
import {
  type Reach,
  reach,
  SANDBOX_OPTION,
  SANDBOX_OPTION_TEXT,
  sessionContext,
  sourceOf,
} from '../workspace.ts';
import { durationOf } from './session.ts';

interface Options {
  file?: string;
  sandbox?: boolean | string;
  account?: string;
  operator?: string;
  profile?: string;
  code?: string;
  duration?: string;
  sessionName?: string;
  sourceIdentity?: string;
  fresh?: boolean;
  json?: boolean;
  print?: boolean;
  remove?: boolean;
}

export function register(program: Command, setExit: SetExit): void {
  entering(program.command('assume'), 'enter a role and print its credentials for a shell')
    .option('--json', 'print what was entered as JSON, without secrets')
    .addHelpText(
      'after',
      `
Examples:
  $ crossaccount assume SecurityAuditRole --json
  $ eval "$(crossaccount assume SecurityAuditRole --account workload)" && aws ec2 describe-vpcs`,
    )
    .action(async (role: string, options: Options) => {
      const { execEnvironment } = await import('../../session/index.ts');
      const { session, where, access } = await enter(role, options);
      const expiresAt = new Date(session.expiresAt).toISOString();
      if (options.json) {
        const { roleArn, sessionName, fromCache } = session;
        return outJson({
          ok: true,
          roleArn,
          sessionName,
          expiresAt,
          fromCache,
          accessKeyId: session.credentials.accessKeyId,
        });
      }
      const variables = execEnvironment(session.credentials, placeOf(access, where), {});
      for (const [name, value] of Object.entries(variables))
        out(`export ${name}='${value.replaceAll("'", "'\\''")}'`);
      out('unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SECURITY_TOKEN');
      say(`# ${session.roleArn} until ${expiresAt}`);
    });

  entering(program.command('exec'), 'run a command inside a role')
    .argument('<command...>', 'the command, after --')
    .addHelpText(
      'after',
      `
The exit code is the command's; 128 + n when a signal ended it.

Examples:
  $ crossaccount exec SecurityAuditRole -- aws sts get-caller-identity
  $ crossaccount exec SecurityAuditRole --account workload -- terraform plan`,
    )
    .action(async (role: string, command: string[], options: Options) => {
      const { execCommand, execEnvironment } = await import('../../session/index.ts');
      const { session, where, access } = await enter(role, options);
      setExit(
        await execCommand(command, execEnvironment(session.credentials, placeOf(access, where), where.env)),
      );
    });

  entering(
    program.command('credentials'),
    'credential_process: what AWS tools call by themselves; see `profiles`',
  )
    .addHelpText('after', '\nExamples:\n  $ crossaccount credentials SecurityAuditRole --account workload')
    .action(async (role: string, options: Options) => {
      const { credentialProcessOutput } = await import('../../session/index.ts');
      const { session, files } = await enter(role, options);
      out(credentialProcessOutput(session.credentials));
      // Whether the next call is faster is no reason for this one to fail.
      const asked = {
        argv: process.argv.slice(2),
        env: process.env,
        cwd: process.cwd(),
        file: options.file,
      };
      await keepAnswer(asked, session, files).catch(() => undefined);
    });

  program
    .command('profiles')
    .description('profiles for AWS tools, one a role, in a marked block of the AWS config file')
    .option('-f, --file <file>', `the definition; default ${DEFAULT_FILE}`)
    .option('--operator <name>', 'whose roles; may be left out when there is one operator')
    .option(SANDBOX_OPTION, SANDBOX_OPTION_TEXT)
    .option('--remove', 'take the block out again')
    .option('--json', 'print what was written as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ crossaccount profiles\n  $ aws sts get-caller-identity --profile workload-SecurityAuditRole',
    )
    .action(profiles);
}

const entering = (command: Command, description: string): Command =>
  command
    .description(description)
    .argument('<role>', 'the role')
    .option('-f, --file <file>', `the definition; default ${DEFAULT_FILE}`)
    .option('--account <name>', 'the account that holds it, when several do')
    .option('--operator <name>', 'who enters; may be left out when there is one operator')
    .option(
      '--profile <name>',
      'the AWS profile that holds the access key; default: the key that enroll keeps',
    )
    .option('--code <digits>', 'the MFA code, when one is needed; asked for on the terminal when left out')
    .option('--duration <time>', "how long: 15m to the role's maximum")
    .option('--session-name <name>', 'the session name in CloudTrail; default the user name')
    .option('--source-identity <name>', 'the source identity; sticks through chaining')
    .option('--fresh', 'even when a cached session is still good')
    .option(SANDBOX_OPTION, SANDBOX_OPTION_TEXT);

async function enter(
  role: string,
  options: Options,
): Promise<{ session: Session; where: Reach; access: Access; files: ReadonlyMap<string, string> }> {
  const { assume } = await import('../../session/index.ts');
  const { access, files } = await requireFiles(options.file);
  const operator = operatorOf(access, options.operator);
  const route = await requireRoute(access, operator, role, options.account);
  const where = await reach(access, options);
  const source = sourceOf(access, operator, where.env, options.profile);
  const session = await assume(await sessionContext(where), source, route, {
    codes: await codeSource(operator, where.env, options.code),
    ...(options.duration !== undefined && { duration: durationOf(options.duration) }),
    ...(options.sessionName !== undefined && { sessionName: options.sessionName }),
    ...(options.sourceIdentity !== undefined && { sourceIdentity: options.sourceIdentity }),
    ...(options.fresh && { fresh: true }),
  });
  return { session, where, access, files };
}

const placeOf = (access: Access, { target }: Reach) => ({
  region: access.region,
  ...(target.endpoint === undefined ? {} : { endpoint: target.endpoint }),
});

async function profiles(options: Options): Promise<void> {
  const { removeProfiles, writeProfiles } = await import('../../session/index.ts');
  const { resolve } = await import('node:path');
  const access = await requireDefinition(options.file);
  const { env } = await reach(access, options);
  const file = resolve(options.file ?? DEFAULT_FILE);
  const command = [process.execPath, resolve(process.argv[1] ?? 'crossaccount'), 'credentials'];
  const result = options.remove
    ? await removeProfiles(access, { env })
    : await writeProfiles(access, {
        env,
        ...(options.operator !== undefined && { operator: options.operator }),
        credentialProcessCommand: (path) =>
          [...command, path.role, '--account', path.account.name, '--file', file].map(quote).join(' '),
      });
  if (!result.ok)
    throw new CliError(
      result.diagnostics[0]?.message ?? 'no profiles',
      exit.usage,
      result.diagnostics[0]?.help,
    );
  if (options.json) return outJson({ ok: true, ...result.value });
  for (const { name, roleArn } of result.value.profiles) out(`${name}  ${roleArn}`);
  say(
    `${result.value.changed ? 'wrote' : 'unchanged'}: ${result.value.file}${result.value.backup ? ` (before: ${result.value.backup})` : ''}`,
  );
}

/** botocore splits without a shell, the JS SDK runs one: double quotes mean the same to both. */
const quote = (word: string): string =>
  /^[\w./:=@-]+$/.test(word) ? word : `"${word.replace(/(["\\$`])/g, '\\$1')}"`;
