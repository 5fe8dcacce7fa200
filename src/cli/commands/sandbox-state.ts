import type { Command } from 'commander';
import { CliError, exit } from '../exit.ts';
import { readText, writeAtomic } from '../files.ts';
import { out, outJson, plural } from '../output.ts';
import { readSandboxState, writeSandboxState } from '../sandbox-state.ts';
import { controlOf, profilesOf, type UseOptions, use } from '../sandbox-use.ts';

/** What is kept, carried elsewhere, and emptied. */
export function stateCommands(sandbox: Command): void {
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
      const state = await readSandboxState(options.dir);
      const control = await controlOf(options);
      const { accounts } = await control.importState(readText(file, MAX_STATE)).catch((error: unknown) => {
        if (error instanceof Error && error.name === 'ControlError')
          throw new CliError(`${file}: ${error.message}`, exit.usage);
        throw error;
      });
      writeSandboxState(state, await profilesOf(control, []));
      if (options.json) outJson({ ok: true, accounts });
      else out(plural(accounts, 'account'));
    });

  use(
    sandbox,
    'reset',
    'empty it: the accounts stay, with new root keys and nothing in them; the clock and CloudTrail files stay too',
  ).action(async (options: UseOptions) => {
    const state = await readSandboxState(options.dir);
    const control = await controlOf(options);
    const accounts = await control.accounts();
    await control.reset();
    await control.ensureAccounts(accounts);
    writeSandboxState(state, await profilesOf(control, []));
    if (options.json) outJson({ ok: true, accounts: accounts.length });
    else out(`${plural(accounts.length, 'account')}, empty`);
  });
}

/** Bytes; the sandbox takes no more. */
const MAX_STATE = 512 * 1024 * 1024;
