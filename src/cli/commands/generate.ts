import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { DEFAULT_FILE, requireDefinition } from '../definition.ts';
import { exit } from '../exit.ts';
import { writeAll } from '../files.ts';
import { out, outJson, plural, say } from '../output.ts';
import type { SetExit } from '../program.ts';

interface Options {
  out: string;
  json?: boolean;
  check?: boolean;
}

export function register(program: Command, setExit: SetExit): void {
  program
    .command('generate')
    .description('everything AWS needs, as files that people read and own')
    .argument('[file]', `the definition; default ${DEFAULT_FILE}`)
    .option('-o, --out <dir>', 'where to write', 'crossaccount-out')
    .option('--check', 'write nothing; fail when a file in --out differs from what would be written')
    .option('--json', 'print the list of files as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ crossaccount generate
  $ crossaccount generate access.yaml -o generated
  $ crossaccount generate access.yaml -o generated --check    in CI: are the committed files fresh?`,
    )
    .action(async (file: string | undefined, options: Options) => {
      const { generate } = await import('../../generate/index.ts');
      const access = await requireDefinition(file);
      const files = generate(access).map(({ path, content, executable }) => ({
        path: join(options.out, path),
        content,
        mode: executable ? 0o755 : 0o644,
        state: stateOf(join(options.out, path), content),
      }));
      const changed = files.filter((f) => f.state !== 'unchanged');
      if (!options.check) writeAll(changed);
      if (options.json) {
        outJson({
          ok: !options.check || changed.length === 0,
          files: files.map(({ path, state }) => ({ path, state })),
        });
      } else {
        for (const { path, state } of files) out(`${state.padEnd(9)} ${path}`);
        say(`${plural(files.length, 'file')}, ${changed.length} ${options.check ? 'stale' : 'written'}`);
      }
      if (options.check && changed.length > 0) setExit(exit.findings);
    });
}

function stateOf(path: string, content: string): 'new' | 'changed' | 'unchanged' {
  if (!existsSync(path)) return 'new';
  return readFileSync(path, 'utf8') === content ? 'unchanged' : 'changed';
}
