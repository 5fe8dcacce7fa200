import type { Command } from 'commander';
import { CliError, exit } from '../exit.ts';
import { readText, writeAtomic } from '../files.ts';
import { out, outJson, plural } from '../output.ts';
import { controlOf, type UseOptions, use } from '../sandbox-use.ts';

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
