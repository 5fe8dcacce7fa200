import type { Command } from 'commander';
import { parseDuration } from '../../base/index.ts';
import type { Explanation } from '../../engine/index.ts';
import { CliError, exit } from '../exit.ts';
import { errnoOf } from '../files.ts';
import { out, outJson, plural, say } from '../output.ts';
import { accountsFor } from '../sandbox-accounts.ts';
import {
  readSandboxState,
  SANDBOX_DIR,
  type SandboxAccount,
  sandboxEnvironment,
  writeSandboxState,
} from '../sandbox-state.ts';
import { controlOf, profilesOf, type UseOptions, use } from '../sandbox-use.ts';
import { stateCommands } from './sandbox-state.ts';
import { worldCommands } from './sandbox-world.ts';

interface StartOptions {
  port: string;
  dir: string;
  file?: string;
  account: string[];
  trail?: string;
  data?: string;
  json?: boolean;
}

/** Accounts that are listed one by one. */
const SHOWN = 20;
const DEFAULT_PORT = '4599';
const collect = (value: string, previous: string[]): string[] => [...previous, value];

export function register(program: Command): void {
  const sandbox = program
    .command('sandbox')
    .description('the local AWS: many accounts, real protocols, real refusals');

  sandbox
    .command('start')
    .description('run it until Ctrl-C; 127.0.0.1 only')
    .option('--port <port>', 'port; 0 takes any free one', DEFAULT_PORT)
    .option('--dir <dir>', 'where its profiles and CloudTrail files go', SANDBOX_DIR)
    .option(
      '-f, --file <file>',
      'create the accounts of this definition (default access.yaml, when it is there)',
    )
    .option('--account <id[=profile]>', 'create this account too (repeatable)', collect, [])
    .option('--trail <dir>', 'CloudTrail files; default DIR/cloudtrail')
    .option('--data <dir>', 'keep all state there: it survives the end of the process, kill -9 too')
    .option('--json', 'print where it listens as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ crossaccount sandbox start
  $ crossaccount sandbox start --account 111122223333=vendor --port 0
  $ crossaccount sandbox start --data sandbox-data
  $ eval "$(crossaccount sandbox env)" && aws sts get-caller-identity --profile workload-account`,
    )
    .action(start);

  use(sandbox, 'env', 'lines for a shell: `eval "$(crossaccount sandbox env)"`').action(
    async (options: UseOptions) => {
      const variables = sandboxEnvironment(await readSandboxState(options.dir));
      if (options.json) outJson(variables);
      else
        for (const [name, value] of Object.entries(variables))
          out(`export ${name}='${value.replaceAll("'", "'\\''")}'`);
    },
  );

  use(sandbox, 'status', 'does it run, where, which accounts, what time is it there').action(
    async (options: UseOptions) => {
      const state = await readSandboxState(options.dir);
      const control = await controlOf(options);
      const accounts = await control.accounts();
      const now = (await control.now()).toISOString();
      if (options.json) outJson({ ok: true, url: state.url, pid: state.pid, now, accounts });
      else {
        out(`${state.url} (process ${state.pid}), its clock shows ${now}`);
        for (const account of accounts) out(`  ${account.accountId}  ${account.name ?? ''}`);
      }
    },
  );

  use(sandbox, 'clock', 'show or move the virtual clock')
    .option('--set <time>', 'ISO 8601: 2026-11-23T03:15:00Z')
    .option('--advance <duration>', '90s, 15m, 1h, 2d')
    .action(async (options: UseOptions) => {
      const control = await controlOf(options);
      if (options.set !== undefined) {
        const at = Date.parse(options.set);
        if (Number.isNaN(at))
          throw new CliError(`--set ${options.set}: not a time`, exit.usage, 'write 2026-11-23T03:15:00Z');
        await control.setTime(new Date(at));
      }
      if (options.advance !== undefined) {
        const seconds = parseDuration(options.advance);
        if (seconds === undefined)
          throw new CliError(
            `--advance ${options.advance}: not a duration`,
            exit.usage,
            'write 90s, 15m, 1h or 2d',
          );
        await control.advance(seconds);
      }
      const now = (await control.now()).toISOString();
      if (options.json) outJson({ ok: true, now });
      else out(now);
    });

  use(sandbox, 'source-ip', 'make calls come from another address (`none` ends it)')
    .argument('<ip>', 'IPv4, IPv6 or none')
    .option('--key <id>', 'only calls signed with this access key id')
    .action(async (ip: string, options: UseOptions) => {
      await (await controlOf(options)).setSourceIp(ip === 'none' ? null : ip, options.key);
      if (options.json) outJson({ ok: true, sourceIp: ip === 'none' ? null : ip });
      else out(ip === 'none' ? 'calls come from where they come from' : `calls come from ${ip}`);
    });

  use(sandbox, 'why', 'why a request was refused: which statement of which policy')
    .argument('<request-id>', 'the RequestId of the refusal; SDKs and `aws --debug` show it')
    .action(async (requestId: string, options: UseOptions) => {
      const decision = await (await controlOf(options)).explainDenial(requestId);
      if (decision === undefined) {
        throw new CliError(
          `no refusal ${requestId} is known`,
          exit.usage,
          'the last 1,000 refusals by policies are kept; a wrong signature, token or code is no policy decision',
        );
      }
      if (options.json) outJson({ ok: true, decision });
      else out((decision as Explanation).text);
    });

  stateCommands(sandbox);

  worldCommands(sandbox);

  use(sandbox, 'flush', 'deliver the CloudTrail records that are waiting').action(
    async (options: UseOptions) => {
      const files = await (await controlOf(options)).flush();
      if (options.json) outJson({ ok: true, files });
      else {
        for (const file of files) out(file);
        say(plural(files.length, 'file'));
      }
    },
  );
}

async function start(options: StartOptions): Promise<void> {
  const { DataError, startSandbox } = await import('../../sandbox/index.ts');
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new CliError(`--port ${options.port}: not a port (0–65535)`);
  const { accounts, region } = await accountsFor(options.file, options.account);
  const trailDir = options.trail ?? `${options.dir}/cloudtrail`;
  const { data } = options;
  const running = await startSandbox({ port, trailDir, ...(data && { data }) }).catch((error: unknown) => {
    if (error instanceof DataError) throw new CliError(error.message, exit.usage, error.remedy);
    if (errnoOf(error) !== 'EADDRINUSE') throw error;
    throw new CliError(
      `port ${port} is in use`,
      exit.outside,
      'end the other sandbox, or take a free port: --port 0',
    );
  });
  try {
    running.ensureAccounts(accounts.map(({ id, profile }) => ({ accountId: id, name: profile })));
    const profiles = await profilesOf(running, accounts);
    writeSandboxState({ dir: options.dir, url: running.url, pid: process.pid, region }, profiles);
    if (options.json)
      outJson({ ok: true, url: running.url, accounts: profiles.map((a) => a.accountId), trail: trailDir });
    else tell(options.dir, running.url, trailDir, profiles);
    await freeBuffersHere();
    await new Promise<void>((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
  } finally {
    await running.close();
  }
}

function tell(dir: string, url: string, trailDir: string, profiles: readonly SandboxAccount[]): void {
  out(`sandbox at ${url}`);
  for (const { accountId, profile } of profiles.slice(0, SHOWN)) out(`  ${accountId}  profile ${profile}`);
  if (profiles.length > SHOWN) out(`  … and ${profiles.length - SHOWN} more`);
  if (profiles.length === 0) out('  no accounts: there is no access.yaml here; add --file or --account');
  say(
    `CloudTrail files: ${trailDir}\nIn another shell: eval "$(crossaccount sandbox env${dir === SANDBOX_DIR ? '' : ` --dir ${dir}`})"\nCtrl-C ends it.`,
  );
}

/**
 * What is read from a socket is a buffer a time, and V8 frees those on another thread, which takes longer than freeing
 * them here: a tenth of what a call costs (`npm run -s bench:sandbox`). For a process of the sandbox's own only; V8 looks
 * at this flag whenever it begins to free.
 */
async function freeBuffersHere(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--no-concurrent-array-buffer-sweeping');
}
