import type { AuthRequest } from '../../../src/engine/index.ts';
import type { Case } from '../load.ts';

type Policies = Case['policies'];

/** An account's place in an organization, as a case names it; real ids take the place of these. */
export interface Place {
  readonly account: string;
  /** `o-exampleorgid` */
  readonly organization: string;
  /** Ids of the root and the OUs down to the account. */
  readonly path: readonly string[];
  /** By level: root, OUs, account. */
  readonly scps: readonly (readonly unknown[])[];
  readonly rcps: readonly (readonly unknown[])[];
}

/** What a case needs of organizations: the caller's place and the resource's, one when they are the same account. */
export interface OrganizationPlan {
  readonly places: readonly Place[];
  /** Condition keys that such a request carries, lower case. */
  readonly supplied: readonly string[];
}

/** The organization of cases that don't name one. */
const UNNAMED = 'o-exampleorgid';
const OWN_PATH = /^(o-[a-z0-9]+)\/(r-[a-z0-9]+(?:\/ou-[a-z0-9]+-[a-z0-9]+)*)\/$/;

/** undefined: the case has nothing to do with organizations. A text: why it can't be built. */
export function organizationPlan(
  { policies }: Case,
  request: AuthRequest,
  resourceAccount: string | undefined,
): OrganizationPlan | string | undefined {
  const { principal } = request;
  const account = 'accountId' in principal ? principal.accountId : undefined;
  const own = named(request, 'principal');
  const theirs = named(request, 'resource');
  for (const read of [own, theirs]) if (typeof read === 'string') return read;
  if (typeof own === 'string' || typeof theirs === 'string') return undefined;
  const bySide = [
    { side: 'principal', account, read: own, scps: policies.scps, rcps: undefined },
    { side: 'resource', account: resourceAccount, read: theirs, scps: undefined, rcps: policies.rcps },
  ].filter(({ read, scps, rcps }) => read !== undefined || scps !== undefined || rcps !== undefined);
  if (bySide.length === 0) return undefined;
  const wrong = unbuildable(policies.scps, 'SCPs') ?? unbuildable(policies.rcps, 'RCPs');
  if (wrong !== undefined) return wrong;
  const places: Place[] = [];
  for (const { account: id, read, scps = [], rcps = [] } of bySide) {
    if (id === undefined) return 'organizations of callers without an account';
    const levels = Math.max(scps.length, rcps.length);
    const units = Array.from({ length: Math.max(0, levels - 2) }, (_, i) => `ou-case-0000000${i}`);
    const place: Place = {
      account: id,
      organization: read?.organization ?? UNNAMED,
      path: read?.path ?? ['r-case', ...units],
      scps,
      rcps,
    };
    const same = places.find((other) => other.account === id);
    if (same === undefined) places.push(place);
    else if (same.organization !== place.organization) return 'an account in two organizations';
    else {
      const path = same.path.length > place.path.length ? same.path : place.path;
      places[places.indexOf(same)] = {
        ...place,
        path,
        scps: [...same.scps, ...scps],
        rcps: [...same.rcps, ...rcps],
      };
    }
  }
  const supplied = ['principal', 'resource'].flatMap((side) => {
    const at = side === 'principal' ? account : resourceAccount;
    const member = places.some((place) => place.account === at);
    return member ? [`aws:${side}orgid`, `aws:${side}orgpaths`] : [];
  });
  return { places, supplied };
}

type Named = { readonly organization: string; readonly path?: readonly string[] };

/** What the request's keys say of one side's organization. */
function named({ context }: AuthRequest, side: string): Named | string | undefined {
  const values = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value].flat()]));
  const [id, ...otherIds] = values.get(`aws:${side}orgid`) ?? [];
  const [path, ...otherPaths] = values.get(`aws:${side}orgpaths`) ?? [];
  if (otherIds.length + otherPaths.length > 0) return 'an account in several organizations';
  if (id === undefined && path === undefined) return undefined;
  const parts = path === undefined ? undefined : OWN_PATH.exec(path);
  if (parts === null || (id !== undefined && !/^o-[a-z0-9]+$/.test(id)))
    return `organizations named ${id ?? path}`;
  const [, organization = id ?? '', ids] = parts ?? [];
  if (id !== undefined && id !== organization) return 'an organization whose id and path differ';
  return { organization, ...(ids !== undefined && { path: ids.split('/') }) };
}

/** AWS keeps at least one policy on each level, and lets RCPs deny only. */
function unbuildable(levels: Policies['scps'], kind: 'SCPs' | 'RCPs'): string | undefined {
  for (const level of levels ?? []) {
    if (level.length === 0) return `${kind}: a level without policies`;
    if (kind === 'RCPs' && !level.some(isFullAccess)) return `${kind}: a level without RCPFullAWSAccess`;
    if (kind === 'RCPs' && level.some((one) => !isFullAccess(one) && JSON.stringify(one).includes('"Allow"')))
      return `${kind}: an RCP that allows`;
  }
  return undefined;
}

/** Is it what AWS attaches by itself? */
export function isFullAccess(document: unknown): boolean {
  const { Statement } = document as { Statement?: unknown };
  const [only, ...more] = [Statement].flat() as Record<string, unknown>[];
  return (
    more.length === 0 &&
    only?.['Effect'] === 'Allow' &&
    only['Action'] === '*' &&
    only['Resource'] === '*' &&
    only['Condition'] === undefined
  );
}
