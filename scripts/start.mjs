// `npm start` and `npm run try`: builds when a source is newer than the bundle, then runs the command line.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, root } from './build.mjs';

const newest = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0);

const cli = join(root, 'dist', 'cli.js');
const builtAt = statSync(cli, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const changedAt = Math.max(newest(join(root, 'src')), statSync(join(root, 'package.json')).mtimeMs);
if (builtAt <= changedAt) await build();

process.argv[1] = cli;
await import(pathToFileURL(cli).href);
