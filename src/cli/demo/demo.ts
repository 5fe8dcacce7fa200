import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pc from 'picocolors';
import { CliError, type ExitCode, exit } from '../exit.ts';
import { fileReason, makeFolder } from '../files.ts';
import { out, outJson } from '../output.ts';
import { demoClock } from './clock.ts';
import { runDemo } from './run.ts';
import { attack, detect } from './stages-attack.ts';
import { respond } from './stages-respond.ts';
import { check, deploy, generateStage, sandbox } from './stages-setup.ts';
import { assumeStage, loginStage, use } from './stages-use.ts';
import { need, type Stage, type World } from './types.ts';

const stages: readonly Stage[] = [
  check,
  generateStage,
  sandbox,
  deploy,
  loginStage,
  assumeStage,
  use,
  attack,
  detect,
  respond,
];

export async function demo(options: { out?: string; json?: boolean }): Promise<ExitCode> {
  const keep = options.out !== undefined;
  const world: World = {
    out:
      options.out === undefined
        ? mkdtempSync(join(tmpdir(), 'crossaccount-demo-'))
        : emptyFolder(options.out),
    clock: demoClock(() => need(world.control, 'control interface')),
    admins: new Map(),
    attacks: [],
    findings: [],
  };
  const tell = options.json ? () => undefined : out;
  tell(
    `${pc.bold('crossaccount')}: cross-account access from one file, against a local AWS. Nothing leaves this machine.`,
  );
  const started = performance.now();
  const result = await runDemo(world, stages, { keep, tell });
  if (options.json) {
    const benign = result.benign && { events: result.benign.events, findings: result.benign.findings };
    const attacks = result.attacks.map(({ rightReason: _, ...shown }) => shown);
    outJson({ ...result, attacks, benign });
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  tell(
    result.ok
      ? ending(keep ? world.out : undefined, seconds)
      : pc.red('\nThe demo failed; the stage above says where.'),
  );
  return result.ok ? exit.good : exit.findings;
}

/** A new or empty folder: what lies in it must be the demo's own. */
function emptyFolder(path: string): string {
  const folder = resolve(path);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new CliError(`${path} is not empty`, exit.usage, 'name a new folder: the demo overwrites nothing');
  }
  try {
    makeFolder(folder);
  } catch (error) {
    throw new CliError(`cannot write ${path}: ${fileReason(error)}`, exit.outside);
  }
  return folder;
}

function ending(kept: string | undefined, seconds: string): string {
  const look =
    kept === undefined
      ? '  npm start -- --out demo-out        the same, and keep everything it makes'
      : [
          `  ${join(kept, 'access.yaml')}     the definition; change it and run the commands below`,
          `  ${join(kept, 'generated')}       policies, Terraform, CloudFormation, alarms, documents`,
          `  ${join(kept, 'cloudtrail')}      the CloudTrail files, in the S3 layout`,
          `  ${join(kept, 'findings.json')}   what detect found in them`,
        ].join('\n');
  return `\n${pc.green(pc.bold('All of it held'))}, in ${seconds} s. What to try next:
${look}
  npx crossaccount check examples/two-accounts/access.yaml
  npx crossaccount sandbox start --file examples/two-accounts/access.yaml`;
}
