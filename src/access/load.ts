import { hasErrors, type Partition, type Result } from '../base/index.ts';
import type { Definition } from './definition/schema.ts';
import { readShape } from './definition/shape.ts';
import { Source } from './definition/source.ts';
import { readYaml } from './definition/yaml.ts';
import { patterns } from './limits.ts';
import { resolveAccounts } from './resolve/accounts.ts';
import { checkChains } from './resolve/chains.ts';
import { resolveMonitoring } from './resolve/monitoring.ts';
import { resolvePaths } from './resolve/paths.ts';
import { resolveGroups, resolveNetworks, resolveOperators } from './resolve/people.ts';
import { checkAssumeSizes, checkTrustSizes } from './resolve/quotas.ts';
import { resolveRoles } from './resolve/roles.ts';
import type { Access } from './types.ts';

export interface LoadOptions {
  /** Name of the definition's file, for diagnostics. */
  readonly file?: string;
  /**
   * Reads a file that the definition names (CSV of accounts, policy document). `path` is as written there: relative
   * to the definition. May throw: the error's message becomes part of a diagnostic.
   */
  readonly readFile?: (path: string) => string;
}

/**
 * Reads a definition: YAML, shape, references, what AWS accepts, and whether every path can be walked.
 * Never throws; each problem is a diagnostic with file, line and column, in the order of the text.
 * Linear in accounts × roles × principals.
 */
export function loadAccess(text: string, options: LoadOptions = {}): Result<Access> {
  const source = new Source(text, options.file);
  const value = load(source, options);
  const diagnostics = inOrder(source);
  return value === undefined || hasErrors(diagnostics)
    ? { ok: false, diagnostics }
    : { ok: true, value, diagnostics };
}

function load(source: Source, options: LoadOptions): Access | undefined {
  const yaml = readYaml(source);
  if (yaml === undefined) return undefined;
  const definition = readShape(source, yaml.value);
  if (definition === undefined) return undefined;

  const { partition = 'aws', region, organization } = definition;
  checkHead(source, definition, partition);
  const accounts = resolveAccounts(source, definition, options.readFile);
  const { security } = accounts;
  if (security === undefined) return undefined;
  const operators = resolveOperators(source, definition.operators, partition, security);
  const groups = resolveGroups(source, definition.groups, operators);
  const networks = resolveNetworks(source, definition.networks);
  const known = { partition, organizationId: organization, accounts, operators, groups, networks };
  const roles = resolveRoles(source, definition, known, options.readFile);
  const monitoring = resolveMonitoring(source, definition.monitoring, networks);
  checkChains(source, roles);
  const head = {
    ...(options.file !== undefined && { file: options.file }),
    name: definition.name,
    partition,
    region,
    ...(organization !== undefined && { organizationId: organization }),
  };
  checkTrustSizes(source, { ...head, roles });
  if (hasErrors(source.diagnostics)) return undefined;

  const access: Access = {
    ...head,
    security,
    accounts: [...accounts.byName.values()],
    operators: [...operators.values()],
    groups: [...groups.values()],
    networks: [...networks.values()],
    roles,
    paths: resolvePaths(roles, partition),
    monitoring,
  };
  checkAssumeSizes(source, access);
  return access;
}

function checkHead(source: Source, { name, region, organization }: Definition, partition: Partition): void {
  if (!patterns.definitionName.test(name)) {
    const help = 'At most 32 small letters, digits and dashes, like two-accounts.';
    source.error('bad-name', ['name'], `${JSON.stringify(name.slice(0, 60))} can't name a definition`, help);
  }
  if (!patterns.region.test(region)) {
    source.error(
      'bad-region',
      ['region'],
      `${JSON.stringify(region.slice(0, 40))} is no region`,
      'Like us-east-1.',
    );
  } else {
    const home = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
    if (home !== partition) {
      const message = `region ${region} is in partition ${home}, not ${partition}`;
      source.error(
        'other-partition',
        ['region'],
        message,
        `Write \`partition: ${home}\`, or another region.`,
      );
    }
  }
  if (organization !== undefined && !patterns.organizationId.test(organization)) {
    const help = 'Like o-a1b2c3d4e5: `aws organizations describe-organization` shows it.';
    source.error('bad-organization', ['organization'], 'this is no organization id', help);
  }
}

/** The definition's own problems by place, then those of other files. */
function inOrder(source: Source): Source['diagnostics'] {
  const rank = (d: Source['diagnostics'][number]) => (d.file === source.file ? 0 : 1);
  return source.diagnostics.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      (rank(a) === 1 ? (a.file ?? '').localeCompare(b.file ?? '') : 0) ||
      (a.span?.start.offset ?? 0) - (b.span?.start.offset ?? 0),
  );
}
