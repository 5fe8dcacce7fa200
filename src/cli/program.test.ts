import { Command } from 'commander';
import { expect, it } from 'vitest';
import { buildProgram, commandFiles } from './program.ts';

const ignore = (): void => undefined;
const names = (command: Command): string[] => command.commands.map((child) => child.name());

it.each(commandFiles)('the file of $commands registers these and no others', async ({ commands, load }) => {
  const program = new Command();
  (await load()).register(program, ignore);
  expect(names(program)).toEqual(commands);
});

it('is whole unless the line begins with a command', async () => {
  const all = commandFiles.flatMap(({ commands }) => commands);
  for (const argv of [[], ['--help'], ['help', 'sandbox'], ['--help', 'sandbox'], ['sandbx']])
    expect(names(await buildProgram(ignore, argv))).toEqual(all);
  expect(names(await buildProgram(ignore, ['sandbox', 'start']))).toEqual(['sandbox']);
});
