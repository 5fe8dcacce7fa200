#!/usr/bin/env node
import { keptAnswer } from './shortcut.ts';

const argv = process.argv.slice(2);
const answer = argv[0] === 'credentials' ? await keptAnswer(argv, process.env, process.cwd()) : undefined;
if (answer === undefined) {
  const { run } = await import('./run.ts');
  process.exitCode = await run(argv);
} else {
  process.stdout.write(`${answer}\n`);
}
