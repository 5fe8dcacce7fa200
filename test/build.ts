import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, root } from '../scripts/build.mjs';

// A folder of its own, so that runs side by side don't pull the bundle from under each other.
const outdir = join(root, 'node_modules', '.cache', `crossaccount-${process.pid}`);

/** End-to-end tests run what is shipped: the bundle, built from the sources as they are. */
export async function setup(): Promise<void> {
  await build(outdir);
  process.env['CROSSACCOUNT_TEST_CLI'] = join(outdir, 'cli.js');
}

export function teardown(): void {
  rmSync(outdir, { recursive: true, force: true });
}
