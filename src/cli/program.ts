import { Command } from 'commander';
import * as assume from './commands/assume.ts';
import * as authorize from './commands/authorize.ts';
import * as check from './commands/check.ts';
import * as demo from './commands/demo.ts';
import * as deploy from './commands/deploy.ts';
import * as detect from './commands/detect.ts';
import * as enroll from './commands/enroll.ts';
import * as generate from './commands/generate.ts';
import * as init from './commands/init.ts';
import * as respond from './commands/respond.ts';
import * as sandbox from './commands/sandbox.ts';
import * as session from './commands/session.ts';
import { version } from './version.ts';

/** A command's action ends by naming its exit code; those that only succeed or throw need not. */
export type SetExit = (code: number) => void;

/** The whole command line. Command files are thin: rooms are imported when a command runs. */
export function buildProgram(setExit: SetExit): Command {
  const program = new Command('crossaccount')
    .description('Secure cross-account access on AWS, from one file.')
    .version(version, '-V, --version')
    .showSuggestionAfterError(true)
    .showHelpAfterError('(--help shows all options)')
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .exitOverride();
  for (const { register } of [
    init,
    check,
    generate,
    authorize,
    sandbox,
    deploy,
    enroll,
    session,
    assume,
    detect,
    respond,
    demo,
  ]) {
    register(program, setExit);
  }
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
