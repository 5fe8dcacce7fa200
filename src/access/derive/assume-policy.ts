import type { PolicyJson, StatementJson } from '../../policy/index.ts';
import { limits } from '../limits.ts';
import type { Access, Path } from '../types.ts';
import { passesSourceIdentity } from './trust-policy.ts';

type AssumeContext = Pick<Access, 'partition' | 'organizationId' | 'roles' | 'paths'>;

/**
 * What a principal of this definition needs in its identity policy to call AssumeRole where a trust policy lets it in.
 * One statement that lists role ARNs (two, when some demand a source identity). What doesn't fit one managed policy
 * (6,144 characters) is written `arn:aws:iam::*:role/Name` for the organization's accounts when there is an
 * organization, and else split into several policies. Empty when the principal may enter nothing.
 */
export function assumePolicy(principalArn: string, access: AssumeContext): PolicyJson[] {
  const targets = targetsOf(principalArn, access);
  if (targets.length === 0) return [];
  const whole = document(statementsFor(targets));
  if (size(whole) <= limits.managedPolicy) return [whole];
  const { organizationId } = access;
  return organizationId === undefined
    ? split(targets)
    : split(collapse(targets, access.partition), organizationId);
}

interface Target {
  readonly arn: string;
  readonly role: string;
  readonly sourceIdentity: boolean;
  /** The ARN stands for every account of the organization. */
  readonly everywhere?: boolean;
}

const indexes = new WeakMap<readonly Path[], ReadonlyMap<string, readonly Path[]>>();

/** Paths by the ARN that they begin at; one pass a definition, for there may be hundreds of thousands. */
function pathsFrom(paths: readonly Path[]): ReadonlyMap<string, readonly Path[]> {
  let index = indexes.get(paths);
  if (index === undefined) {
    index = groupBy(paths, (path) => path.from.arn);
    indexes.set(paths, index);
  }
  return index;
}

function targetsOf(principalArn: string, access: AssumeContext): Target[] {
  const found = new Map<string, Target>();
  for (const path of pathsFrom(access.paths).get(principalArn) ?? []) {
    // A third party writes its own policies; a service needs none.
    if (path.from.kind !== 'operator' && path.from.kind !== 'role') continue;
    const before = found.get(path.roleArn)?.sourceIdentity ?? false;
    const sourceIdentity = before || passesSourceIdentity(path.entry, access);
    found.set(path.roleArn, { arn: path.roleArn, role: path.role, sourceIdentity });
  }
  return [...found.values()];
}

/** One target a role name where the role lives in several accounts. */
function collapse(targets: readonly Target[], partition: string): Target[] {
  return [...groupBy(targets, (t) => t.role).values()].flatMap((same): Target[] => {
    const [first] = same;
    if (first === undefined || same.length === 1) return same;
    const resource = first.arn.slice(first.arn.indexOf(':role/') + 1);
    const sourceIdentity = same.some((t) => t.sourceIdentity);
    return [
      { arn: `arn:${partition}:iam::*:${resource}`, role: first.role, sourceIdentity, everywhere: true },
    ];
  });
}

function statementsFor(targets: readonly Target[], organizationId?: string): StatementJson[] {
  const groups = [
    { everywhere: false, sourceIdentity: false },
    { everywhere: false, sourceIdentity: true },
    { everywhere: true, sourceIdentity: false },
    { everywhere: true, sourceIdentity: true },
  ];
  return groups.flatMap(({ everywhere, sourceIdentity }): StatementJson[] => {
    const arns = targets
      .filter((t) => (t.everywhere ?? false) === everywhere && t.sourceIdentity === sourceIdentity)
      .map((t) => t.arn);
    if (arns.length === 0) return [];
    return [
      {
        Effect: 'Allow',
        Action: sourceIdentity ? ['sts:AssumeRole', 'sts:SetSourceIdentity'] : 'sts:AssumeRole',
        Resource: arns.length === 1 ? arns[0]! : arns,
        ...(everywhere &&
          organizationId !== undefined && {
            Condition: { StringEquals: { 'aws:ResourceOrgID': organizationId } },
          }),
      },
    ];
  });
}

/** Fills policies one after the other; every ARN adds its length, quotes and a comma. */
function split(targets: readonly Target[], organizationId?: string): PolicyJson[] {
  const policies: PolicyJson[] = [];
  // The frame of four statements, generously.
  const room = limits.managedPolicy - 700;
  let chunk: Target[] = [];
  let used = 0;
  for (const target of targets) {
    const length = target.arn.length + 3;
    if (chunk.length > 0 && used + length > room) {
      policies.push(document(statementsFor(chunk, organizationId)));
      chunk = [];
      used = 0;
    }
    chunk.push(target);
    used += length;
  }
  policies.push(document(statementsFor(chunk, organizationId)));
  return policies;
}

const document = (Statement: StatementJson[]): PolicyJson => ({ Version: '2012-10-17', Statement });

const size = (policy: PolicyJson): number => JSON.stringify(policy).length;

// Map.groupBy is not in Node 20.
function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
