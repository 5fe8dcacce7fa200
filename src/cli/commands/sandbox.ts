import type { Command } from 'commander';
import { parseDuration } from '../../base/index.ts';
import type { Explanation } from '../../engine/index.ts';
import type { SandboxControl } from '../../sandbox/index.ts';
import { DEFAULT_FILE, requireDefinition } from '../definition.ts';
import { CliError, exit } from '../exit.ts';
import { errnoOf, readText, writeAtomic } from '../files.ts';
import { out, outJson, plural, say } from '../output.ts';
import { accountsFor, type WantedAccount } from '../sandbox-accounts.ts';
import {
  readSandboxState,
  SANDBOX_DIR,
  type SandboxAccount,
  sandboxEnvironment,
  writeSandboxState,
} from '../sandbox-state.ts';

interface StartOptions {
  port: string;
  dir: string;
  file?: string;
  account: string[];
  trail?: string;
  data?: string;
  json?: boolean;
}

interface UseOptions {
  dir: string;
  json?: boolean;
  set?: string;
  advance?: string;
  key?: string;
}

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
      out(ip === 'none' ? 'calls come from where they come from' : `calls come from ${ip}`);
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

  use(sandbox, 'inbox', 'what SNS sent by mail, and the invitations to get more')
    .argument('[about]', 'an address or a topic; default everything')
    .option('--confirm', 'accept the invitations, as the reader of the mail would')
    .addHelpText(
      'after',
      `
Examples:
  $ crossaccount sandbox inbox security@example.com --confirm
  $ crossaccount sandbox inbox --json`,
    )
    .action(inbox);

  use(sandbox, 'operations', 'what it serves, by service')
    .argument('[service]', 'signing name: iam, sts, organizations …')
    .action(async (service: string | undefined, options: UseOptions) => {
      const { servedOperations } = await import('../../sandbox/index.ts');
      const all = servedOperations();
      const served = all.filter((one) => service === undefined || one.service === service);
      if (served.length === 0) {
        const known = [...new Set(all.map((one) => one.service))];
        throw new CliError(`${service}: not served`, exit.usage, `there are ${known.join(', ')}`);
      }
      if (options.json) outJson({ ok: true, operations: served });
      else for (const one of served) out(`${one.service}:${one.operation}${one.readOnly ? '' : '  (write)'}`);
    });

  use(sandbox, 'seed', 'make it what a definition describes: accounts, organization, OUs, roles, users')
    .argument('[file]', `the definition; default ${DEFAULT_FILE}`)
    .option('--management <id[=profile]>', "the organization's management account", '999999999999=management')
    .addHelpText(
      'after',
      `
Examples:
  $ crossaccount sandbox seed
  $ crossaccount sandbox seed examples/organization/access.yaml --management 100000000001=payer`,
    )
    .action(seedFrom);

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

/** What is kept, carried elsewhere, and emptied. */
function stateCommands(sandbox: Command): void {
  use(sandbox, 'export', 'write all state to a file: accounts, keys, MFA seeds, records')
    .argument('<file>', 'new file, for you alone (mode 0600); `-` is standard output')
    .action(async (file: string, options: UseOptions) => {
      const text = await (await controlOf(options)).exportState();
      if (file === '-') process.stdout.write(text);
      else {
        writeAtomic(file, text, 0o600);
        if (options.json) outJson({ ok: true, file, bytes: Buffer.byteLength(text) });
        else out(`${file} (it holds every secret of this sandbox)`);
      }
    });

  use(sandbox, 'import', 'replace all state by an exported one')
    .argument('<file>', 'what `sandbox export` wrote; `-` is standard input')
    .action(async (file: string, options: UseOptions) => {
      const { accounts } = await (await controlOf(options))
        .importState(readText(file, MAX_STATE))
        .catch((error: unknown) => {
          if (error instanceof Error && error.name === 'ControlError')
            throw new CliError(`${file}: ${error.message}`, exit.usage);
          throw error;
        });
      if (options.json) outJson({ ok: true, accounts });
      else out(plural(accounts, 'account'));
    });

  use(sandbox, 'reset', 'empty it: no accounts; the clock stays, CloudTrail files too').action(
    async (options: UseOptions) => {
      await (await controlOf(options)).reset();
      if (options.json) outJson({ ok: true });
      else out('empty');
    },
  );
}

/** Bytes; the sandbox takes no more. */
const MAX_STATE = 512 * 1024 * 1024;

const use = (sandbox: Command, name: string, description: string): Command =>
  sandbox
    .command(name)
    .description(description)
    .option('--dir <dir>', "the sandbox's folder", SANDBOX_DIR)
    .option('--json', 'print as JSON');

async function controlOf(options: UseOptions) {
  const { SandboxControl } = await import('../../sandbox/index.ts');
  return new SandboxControl((await readSandboxState(options.dir)).url);
}

async function inbox(about: string | undefined, options: UseOptions & { confirm?: boolean }): Promise<void> {
  const control = await controlOf(options);
  const messages = await control.inbox(about);
  let confirmed = 0;
  for (const { confirmUrl } of options.confirm ? messages : []) {
    if (confirmUrl === undefined) continue;
    const { ok, status } = await fetch(confirmUrl);
    if (!ok) throw new CliError(`an invitation was not accepted: status ${status}`, exit.outside);
    confirmed++;
  }
  if (options.json) {
    outJson({ ok: true, messages, ...(options.confirm && { confirmed }) });
    return;
  }
  for (const { time, to, subject, body } of messages)
    out(`${time}  to ${to}\n${subject}\n\n${body}\n`);
  say(plural(messages.length, 'message') + (options.confirm ? `, ${confirmed} accepted` : ''));
}

async function seedFrom(
  file: string | undefined,
  options: UseOptions & { management: string },
): Promise<void> {
  const started = performance.now();
  const access = await requireDefinition(file);
  const [management] = (await accountsFor(undefined, [options.management], false)).accounts;
  if (management === undefined) throw new CliError('--management: no account id');
  const state = await readSandboxState(options.dir);
  const control = await controlOf(options);
  const { seed } = await import('../sandbox-seed.ts');
  const seeded = await seed(access, control, management);
  const wanted = [management, ...access.accounts].filter(
    ({ id }) => id !== management.id || access.organizationId !== undefined,
  );
  writeSandboxState(state, await profilesOf(control, wanted));
  const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
  if (options.json) outJson({ ok: true, ...seeded, seconds });
  else
    out(
      `${plural(seeded.accounts, 'account')}, ${plural(seeded.units, 'OU')}, ${plural(seeded.resources, 'call')} in ${seconds} s`,
    );
}

/** Accounts that are listed one by one. */
const SHOWN = 20;

/** A profile for every account there is: those wanted under their names, others under their own name or id. */
async function profilesOf(
  control: SandboxControl,
  wanted: readonly WantedAccount[],
): Promise<SandboxAccount[]> {
  const names = new Map(wanted.map(({ id, profile }) => [id, profile]));
  const taken = new Set(names.values());
  for (const { accountId, name = accountId } of await control.accounts()) {
    if (names.has(accountId)) continue;
    const profile = /^[\w.@-]{1,64}$/.test(name) && !taken.has(name) ? name : accountId;
    taken.add(profile);
    names.set(accountId, profile);
  }
  const keys = await control.ensureAccounts([...names.keys()].map((accountId) => ({ accountId })));
  return keys.map((key) => ({ profile: names.get(key.accountId) ?? key.accountId, ...key }));
}

async function start(options: StartOptions): Promise<void> {
  const { DataError, SandboxControl, startSandbox } = await import('../../sandbox/index.ts');
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
  const control = new SandboxControl(running.url);
  await control.ensureAccounts(accounts.map(({ id, profile }) => ({ accountId: id, name: profile })));
  const profiles = await profilesOf(control, accounts);
  writeSandboxState({ dir: options.dir, url: running.url, pid: process.pid, region }, profiles);
  if (options.json)
    outJson({ ok: true, url: running.url, accounts: profiles.map((a) => a.accountId), trail: trailDir });
  else {
    out(`sandbox at ${running.url}`);
    for (const { accountId, profile } of profiles.slice(0, SHOWN)) out(`  ${accountId}  profile ${profile}`);
    if (profiles.length > SHOWN) out(`  … and ${profiles.length - SHOWN} more`);
    if (profiles.length === 0) out('  no accounts: there is no access.yaml here; add --file or --account');
    say(
      `CloudTrail files: ${trailDir}\nIn another shell: eval "$(crossaccount sandbox env${options.dir === SANDBOX_DIR ? '' : ` --dir ${options.dir}`})"\nCtrl-C ends it.`,
    );
  }
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await running.close();
}
