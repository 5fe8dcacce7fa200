import type { NamedPolicy, PolicySet } from '../engine/index.ts';
import type { PolicyKind } from '../policy/index.ts';
import { CliError } from './exit.ts';
import { readText } from './files.ts';
import { countDiagnostics, renderDiagnostics, say } from './output.ts';

/** Policy files as options name them. */
export interface PolicyFiles {
  readonly identity: readonly string[];
  readonly boundary?: string;
  readonly session: readonly string[];
  readonly trust?: string;
  readonly resourcePolicy?: string;
  /** One level of the organization each, the root first. */
  readonly scp: readonly string[];
  readonly rcp: readonly string[];
  readonly vpcEndpoint?: string;
}

export const namesFiles = (files: PolicyFiles): boolean =>
  [files.identity, files.session, files.scp, files.rcp].some((list) => list.length > 0) ||
  [files.boundary, files.trust, files.resourcePolicy, files.vpcEndpoint].some((file) => file !== undefined);

/** Reads policy files; the problems of each are printed, and the first file with errors ends the command with 2. */
export async function readPolicies(files: PolicyFiles): Promise<PolicySet> {
  if (files.trust !== undefined && files.resourcePolicy !== undefined) {
    throw new CliError('--trust and --resource-policy: a role has one of them, any other resource the other');
  }
  const all = (list: readonly string[], kind: PolicyKind) =>
    Promise.all(list.map((f) => readPolicy(f, kind)));
  const one = (file: string, kind: PolicyKind) => readPolicy(file, kind);
  const { boundary, trust, resourcePolicy, vpcEndpoint } = files;
  return {
    ...(files.identity.length > 0 && { identity: await all(files.identity, 'identity') }),
    ...(boundary !== undefined && { boundary: await one(boundary, 'boundary') }),
    ...(files.session.length > 0 && { session: await all(files.session, 'session') }),
    ...(trust !== undefined && { resource: await one(trust, 'trust') }),
    ...(resourcePolicy !== undefined && { resource: await one(resourcePolicy, 'resource') }),
    ...(files.scp.length > 0 && { scps: (await all(files.scp, 'scp')).map((p) => [p]) }),
    ...(files.rcp.length > 0 && { rcps: (await all(files.rcp, 'rcp')).map((p) => [p]) }),
    ...(vpcEndpoint !== undefined && { vpcEndpoint: await one(vpcEndpoint, 'vpc-endpoint') }),
  };
}

async function readPolicy(file: string, kind: PolicyKind): Promise<NamedPolicy> {
  const { parsePolicy } = await import('../policy/index.ts');
  const text = readText(file);
  const parsed = parsePolicy(text, { file, kind });
  if (parsed.diagnostics.length > 0) say(renderDiagnostics(parsed.diagnostics, new Map([[file, text]])));
  if (parsed.ok) return { name: file, document: parsed.value };
  throw new CliError(`${file}: ${countDiagnostics(parsed.diagnostics)}`);
}

/** What is known by other means, with files put to it: identity policies add up, any other layer is replaced. */
export const withFiles = (known: PolicySet, files: PolicySet): PolicySet => ({
  ...known,
  ...files,
  ...((known.identity ?? files.identity) && {
    identity: [...(known.identity ?? []), ...(files.identity ?? [])],
  }),
});
