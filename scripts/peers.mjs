// Installs what benches measure against, once, into bench/peers: never part of what is shipped.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './build.mjs';

const peers = join(root, 'bench', 'peers');
if (!existsSync(join(peers, 'node_modules'))) {
  process.stderr.write('installing the peers into bench/peers …\n');
  // stdout belongs to the bench's JSON.
  const { status } = spawnSync('npm', ['ci'], {
    cwd: peers,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.stderr.write('the peers could not be installed: measuring without them\n');
}
