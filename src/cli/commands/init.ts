import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { DEFAULT_FILE } from '../definition.ts';
import { CliError, exit } from '../exit.ts';
import { writeAtomic } from '../files.ts';
import { out, outJson, renderDiagnostics, say } from '../output.ts';
import { ask } from '../prompt.ts';
import { type Answers, questions, starterDefinition } from '../starter.ts';

interface Options extends Partial<Record<keyof Answers, string>> {
  out: string;
  force?: boolean;
  yes?: boolean;
  json?: boolean;
}

export function register(program: Command): void {
  const command = program
    .command('init')
    .description('write a commented access.yaml; asks what the flags leave open')
    .option('-o, --out <file>', 'where to write', DEFAULT_FILE);
  for (const { flag, text } of questions) command.option(flag, text);
  command
    .option('-y, --yes', 'take the defaults for what is left open; ask nothing')
    .option('--force', 'replace a file that is there')
    .option('--json', 'print what was written as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ crossaccount init
  $ crossaccount init --security 111122223333 --workload 444455556666 --operator alice --yes`,
    )
    .action(init);
}

async function init(options: Options): Promise<void> {
  if (existsSync(options.out) && !options.force) {
    throw new CliError(
      `${options.out} is there already`,
      exit.usage,
      'name another file with --out, or replace it with --force',
    );
  }
  const answers = await collect(options);
  const text = starterDefinition(answers, randomBytes(12).toString('hex'));
  const { loadAccess } = await import('../../access/index.ts');
  const result = loadAccess(text, { file: options.out });
  if (!result.ok) {
    say(renderDiagnostics(result.diagnostics, new Map([[options.out, text]])));
    throw new CliError('these answers make no sound definition; nothing was written', exit.usage);
  }
  writeAtomic(options.out, text);
  if (options.json)
    return outJson({ ok: true, file: options.out, roles: result.value.roles.map((r) => r.name) });
  out(`wrote ${options.out}`);
  say('next: crossaccount check && crossaccount generate, or rehearse it: crossaccount sandbox start');
}

async function collect(options: Options): Promise<Answers> {
  const answers: Record<string, string> = {};
  for (const question of questions) {
    const given = options[question.name];
    const answer =
      given ??
      (options.yes
        ? undefined
        : await ask(`${question.text}${question.initial ? ` [${question.initial}]` : ''}: `));
    const value = answer || question.initial;
    if (value === undefined) {
      throw new CliError(`no answer to: ${question.text}`, exit.usage, `pass ${question.flag}`);
    }
    const problem = question.check?.(value);
    if (problem !== undefined) throw new CliError(`${question.flag.split(' ')[0]} ${value}: ${problem}`);
    answers[question.name] = value;
  }
  return answers as unknown as Answers;
}
