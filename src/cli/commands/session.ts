import type { Command } from 'commander';
import { formatDuration, maskKeyId, parseDuration } from '../../base/index.ts';
import { codeSource } from '../codes.ts';
import { DEFAULT_FILE, requireDefinition } from '../definition.ts';
import { CliError, exit } from '../exit.ts';
import { operatorOf } from '../operators.ts';
import { out, outJson, plural } from '../output.ts';
import { reach, SANDBOX_OPTION, SANDBOX_OPTION_TEXT, sessionContext, sourceOf } from '../workspace.ts';

interface Options {
  file?: string;
  sandbox?: boolean | string;
  operator?: string;
  profile?: string;
  code?: string;
  duration?: string;
  fresh?: boolean;
  role?: string;
  json?: boolean;
}

export function register(program: Command): void {
  common(program.command('login'), 'one MFA code, then any number of roles')
    .argument('[operator]', 'who logs in; may be left out when there is one operator')
    .option(
      '--profile <name>',
      'the AWS profile that holds the access key; default: the key that enroll keeps',
    )
    .option('--code <digits>', 'the MFA code; asked for on the terminal when left out')
    .option('--duration <time>', 'how long: 15m to 36h', '12h')
    .option('--fresh', 'even when a login is still good')
    .addHelpText(
      'after',
      '\nExamples:\n  $ crossaccount login\n  $ crossaccount login security-admin --code 123456 --duration 8h',
    )
    .action(async (name: string | undefined, options: Options) => {
      const { login } = await import('../../session/index.ts');
      const access = await requireDefinition(options.file);
      const operator = operatorOf(access, name);
      const where = await reach(access, options);
      const session = await login(
        await sessionContext(where),
        sourceOf(access, operator, where.env, options.profile),
        {
          codes: await codeSource(operator, where.env, options.code),
          duration: durationOf(options.duration ?? '12h'),
          ...(options.fresh && { fresh: true }),
        },
      );
      const left = formatDuration(
        Math.max(0, Math.floor((session.expiresAt - where.target.clock.now()) / 1000)),
      );
      if (options.json) {
        outJson({
          ok: true,
          operator: operator.arn,
          expiresAt: new Date(session.expiresAt).toISOString(),
          fromCache: session.fromCache,
        });
      } else out(`${operator.name} is logged in for ${left}${session.fromCache ? ' (already was)' : ''}`);
    });

  common(program.command('sessions'), 'what is cached on this machine, and for how long')
    .addHelpText('after', '\nExamples:\n  $ crossaccount sessions')
    .action(async (options: Options) => {
      const { listSessions } = await import('../../session/index.ts');
      const where = await reach(await regionOf(options), options);
      const sessions = await listSessions((await sessionContext(where)).store);
      if (options.json) return outJson({ ok: true, sessions });
      for (const s of sessions) {
        const left = formatDuration(Math.max(0, Math.floor((s.expiresAt - where.target.clock.now()) / 1000)));
        out(
          `${s.key.slice(0, 12)}  ${left.padEnd(10)} ${maskKeyId(s.accessKeyId)}  ${s.roleArn ?? `login of ${s.sourceArn}`}`,
        );
      }
      if (sessions.length === 0) out('no sessions');
    });

  common(
    program.command('logout'),
    'forget cached sessions (AWS keeps honouring copies: see `respond revoke`)',
  )
    .argument('[operator]', 'only those of this operator')
    .addHelpText('after', '\nExamples:\n  $ crossaccount logout')
    .action(async (name: string | undefined, options: Options) => {
      const { logout } = await import('../../session/index.ts');
      const where = await reach(await regionOf(options), options);
      const filter =
        name === undefined ? {} : { sourceArn: operatorOf(await requireDefinition(options.file), name).arn };
      const count = await logout((await sessionContext(where)).store, filter);
      if (options.json) outJson({ ok: true, forgotten: count });
      else out(`${plural(count, 'session')} forgotten`);
    });
}

const common = (command: Command, description: string): Command =>
  command
    .description(description)
    .option('-f, --file <file>', `the definition; default ${DEFAULT_FILE}`)
    .option(SANDBOX_OPTION, SANDBOX_OPTION_TEXT)
    .option('--json', 'print as JSON');

/** Listing and forgetting need no definition. */
const regionOf = async (options: Options): Promise<{ region: string }> =>
  options.file === undefined ? { region: 'us-east-1' } : requireDefinition(options.file);

export function durationOf(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined)
    throw new CliError(`${text}: not a duration`, exit.usage, 'write 15m, 1h or 1h30m');
  return seconds;
}
