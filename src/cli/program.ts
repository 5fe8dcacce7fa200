import { Command } from 'commander';
import { version } from './version.ts';

/** A command's action ends by naming its exit code; those that only succeed or throw need not. */
export type SetExit = (code: number) => void;

/** What a command file exports. */
interface CommandFile {
  register(program: Command, setExit: SetExit): void;
}

/** Command files by the commands that they register, in the order of the help. */
export const commandFiles: readonly {
  readonly commands: readonly string[];
  load(): Promise<CommandFile>;
}[] = [
  { commands: ['init'], load: () => import('./commands/init.ts') },
  { commands: ['check'], load: () => import('./commands/check.ts') },
  { commands: ['generate'], load: () => import('./commands/generate.ts') },
  { commands: ['authorize'], load: () => import('./commands/authorize.ts') },
  { commands: ['sandbox'], load: () => import('./commands/sandbox.ts') },
  { commands: ['plan', 'deploy', 'drift', 'destroy'], load: () => import('./commands/deploy.ts') },
  { commands: ['enroll'], load: () => import('./commands/enroll.ts') },
  { commands: ['login', 'sessions', 'logout'], load: () => import('./commands/session.ts') },
  { commands: ['assume', 'exec', 'credentials', 'profiles'], load: () => import('./commands/assume.ts') },
  { commands: ['detect'], load: () => import('./commands/detect.ts') },
  { commands: ['respond'], load: () => import('./commands/respond.ts') },
  { commands: ['demo'], load: () => import('./commands/demo.ts') },
];

/**
 * The command line as far as `argv` needs it: the file of the command that it begins with, or else all of them (help,
 * suggestions). A command's start is what SDKs wait for when they call `credentials`. Command files are thin: rooms are
 * imported when a command runs.
 */
export async function buildProgram(setExit: SetExit, argv: readonly string[]): Promise<Command> {
  const program = new Command('crossaccount')
    .description('Secure cross-account access on AWS, from one file.')
    .version(version, '-V, --version')
    .showSuggestionAfterError(true)
    .showHelpAfterError('(--help shows all options)')
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .exitOverride();
  const [first = ''] = argv;
  const asked = commandFiles.filter(({ commands }) => commands.includes(first));
  const loaded = await Promise.all((asked.length > 0 ? asked : commandFiles).map(({ load }) => load()));
  for (const { register } of loaded) register(program, setExit);
  program.addHelpText(
    'after',
    `
Examples:
  $ crossaccount demo                        the whole story on the embedded sandbox, no AWS needed
  $ crossaccount check access.yaml           find problems before AWS does
  $ crossaccount generate access.yaml -o out policies, Terraform, CloudFormation, alarms, documents

Exit codes: 0 good · 1 findings, denials or drift · 2 wrong use or bad input · 3 AWS or the machine failed`,
  );
  inheritExitOverride(program);
  return program;
}

/** Sub-commands throw instead of ending the process, so that the exit code is ours. */
function inheritExitOverride(command: Command): void {
  for (const child of command.commands) {
    child.exitOverride().showSuggestionAfterError(true);
    inheritExitOverride(child);
  }
}
