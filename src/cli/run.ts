import { CommanderError } from 'commander';
import { CliError, type ExitCode, exit } from './exit.ts';
import { outJson, say } from './output.ts';
import { buildProgram } from './program.ts';

/** Runs one command line (without node and script); never throws; the result is the exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  // A reader that has seen enough (`| head`) is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exit.good);
    throw error;
  });
  const status: { code: number } = { code: exit.good };
  try {
    const program = await buildProgram((code) => {
      status.code = code;
    }, argv);
    await program.parseAsync([...argv], { from: 'user' });
    return status.code;
  } catch (error) {
    return report(error, wantsJson(argv));
  }
}

/** `--json` before a `--`: what follows belongs to the command that `exec` starts. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json');
}

async function report(error: unknown, json: boolean): Promise<ExitCode> {
  // Commander has already printed its message, with a suggestion; help and version end well.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.good : exit.usage;
  const known = error instanceof CliError ? error : await fromOutside(error);
  if (known !== undefined) {
    if (json) outJson({ ok: false, error: { message: known.message, help: known.help } });
    say(`crossaccount: ${known.message}`);
    if (known.help !== undefined) say(`  help: ${known.help}`);
    return known.exitCode;
  }
  say(
    `crossaccount: a bug, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return exit.outside;
}

/** AWS, network and file failures, told in words by the one place that understands them. */
async function fromOutside(error: unknown): Promise<CliError | undefined> {
  const { explainFailure } = await import('./failure.ts');
  return explainFailure(error);
}
