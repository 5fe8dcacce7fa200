import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { type Access, loadAccess } from '../access/index.ts';
import type { GeneratedFile } from './types.ts';

export const EXAMPLE = join(import.meta.dirname, '../../examples/two-accounts');

/** Loads a definition that a test relies on; throws with its diagnostics when it is none. */
function define(yaml: string): Access {
  const result = loadAccess(yaml, { file: 'access.yaml' });
  if (!result.ok) throw new Error(result.diagnostics.map((d) => `${d.code}: ${d.message}`).join('\n'));
  return result.value;
}

export const exampleAccess = (): Access => define(readFileSync(join(EXAMPLE, 'access.yaml'), 'utf8'));

export interface Shape {
  readonly workloads: number;
  readonly partition?: string;
  readonly region?: string;
  readonly derived?: boolean;
  /** An organization, with every account in an organizational unit. */
  readonly organization?: boolean;
  readonly networks?: readonly string[];
}

/** A definition with any number of workload accounts, a direct and a chained role, tags and managed policies. */
export function accessOf(shape: Shape): Access {
  const partition = shape.partition ?? 'aws';
  const ou = shape.organization ? ', ou: ou-ab12-cdefgh34' : '';
  const accounts = Array.from(
    { length: shape.workloads },
    (_, i) => `  workload-${i + 1}: { id: "${String(i + 1).padStart(12, '0')}"${ou} }`,
  );
  const names = accounts.map((_, i) => `workload-${i + 1}`).join(', ');
  return define(`version: 1
name: fleet
partition: ${partition}
region: ${shape.region ?? 'eu-central-1'}
${shape.organization ? 'organization: o-abcdef1234\n' : ''}security: security
accounts:
  security: { id: "999999999999" }
${accounts.join('\n')}
operators:
  alice: { mfa: phone }
  bob: { mfa: bobs-phone }
networks:
  office: [${(shape.networks ?? ['203.0.113.0/24']).map((n) => `"${n}"`).join(', ')}]
roles:
  Audit:
    description: 'Reads "everything", \${nothing} %{else}'
    accounts: [${names}]
    trust:
      operators: [alice, bob]
      externalId: ${shape.derived ? '{ prefix: audit- }' : 'SharedValue123'}
      mfa: required
      networks: office
    permissions:
      managed: [SecurityAudit]
      allow: [ec2:Describe*]
      deny: [ec2:TerminateInstances]
    tags: { 'team: x': 'on' }
  Hop:
    accounts: security
    trust: { operators: alice, mfa: required }
  Deep:
    accounts: [workload-1]
    trust: { roles: Hop, mfa: none }
    permissions: { allow: [ec2:DescribeRegions] }
monitoring:
  knownNetworks: [office]
`);
}

export function contentOf(files: readonly GeneratedFile[], path: string): string {
  const file = files.find((f) => f.path === path);
  if (file === undefined) throw new Error(`${path} is not among ${files.map((f) => f.path).join(', ')}`);
  return file.content;
}

/** Whether a program is on the PATH; tests of other people's tools run where they are installed. */
export const has = (program: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

export function run(
  program: string,
  args: readonly string[],
  input = '',
): { status: number; output: string } {
  const { status, stdout, stderr } = spawnSync(program, args, {
    input,
    encoding: 'utf8',
    env: { ...process.env, TF_CLI_CONFIG_FILE: '/dev/null', NO_COLOR: '1', CHECKPOINT_DISABLE: '1' },
  });
  return { status: status ?? -1, output: status === 0 ? stdout : `${stdout}${stderr}` };
}

export function writeAll(folder: string, files: readonly GeneratedFile[]): void {
  for (const { path, content } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}
