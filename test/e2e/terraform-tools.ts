import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasTool } from './tools.ts';

/** The folder that `terraform init -plugin-dir` wants; where no AWS provider is installed there is nothing to run. */
function pluginDir(): string | undefined {
  if (!hasTool('terraform')) return undefined;
  const args = ['/', '-xdev', '-path', '/proc', '-prune', '-o'];
  args.push('-name', 'terraform-provider-aws_v*', '-print', '-quit');
  const found = spawnSync('find', args, { encoding: 'utf8' }).stdout.split('\n')[0] ?? '';
  for (let folder = dirname(found); folder !== dirname(folder); folder = dirname(folder))
    if (found !== '' && readdirSync(folder).includes('registry.terraform.io')) return realpathSync(folder);
  return undefined;
}

/** undefined where Terraform or its AWS provider is missing. */
export const plugins = pluginDir();
if (plugins === undefined) console.warn('skipped: terraform or its AWS provider is not installed');

export type Terraform = (...args: string[]) => Promise<{ readonly status: number; readonly output: string }>;

/** Runs Terraform in a folder, with nothing of this machine's configuration. */
export function terraformIn(cwd: string, env: Readonly<Record<string, string>>): Terraform {
  return (...args) =>
    // Not spawnSync: the sandbox answers from this very process.
    new Promise((resolve, reject) => {
      const child = spawn('terraform', args, {
        cwd,
        env: {
          PATH: process.env['PATH'],
          HOME: cwd,
          AWS_EC2_METADATA_DISABLED: 'true',
          TF_CLI_CONFIG_FILE: '/dev/null',
          TF_IN_AUTOMATION: '1',
          CHECKPOINT_DISABLE: '1',
          ...env,
        },
      });
      let output = '';
      const add = (chunk: Buffer) => {
        output += chunk.toString();
      };
      child.stdout.on('data', add);
      child.stderr.on('data', add);
      child.on('error', reject);
      child.on('close', (code) => resolve({ status: code ?? -1, output }));
    });
}
