import type { Command } from 'commander';
import type { SetExit } from '../program.ts';

interface Options {
  out?: string;
  json?: boolean;
}

export function register(program: Command, setExit: SetExit): void {
  program
    .command('demo')
    .description('the whole story on an embedded sandbox: define, deploy, use, attack, detect, revoke')
    .option(
      '-o, --out <dir>',
      'keep everything it makes: definition, generated files, CloudTrail files, findings',
    )
    .option('--json', 'print one JSON document instead of the story')
    .addHelpText(
      'after',
      `
Examples:
  $ crossaccount demo
  $ crossaccount demo --out demo-out
  $ crossaccount demo --json | jq '.attacks[] | select(.blocked | not)'`,
    )
    .action(async (options: Options) => {
      const { demo } = await import('../demo/demo.ts');
      setExit(await demo(options));
    });
}
