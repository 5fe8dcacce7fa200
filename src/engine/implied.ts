import type { AuthRequest, ContextValue } from './types.ts';

const ASSUMING = new Set(['sts:assumerole', 'sts:assumerolewithsaml', 'sts:assumerolewithwebidentity']);

/**
 * The further requests that must be allowed too, on both sides: passing session tags needs `sts:TagSession`, passing a
 * source identity needs `sts:SetSourceIdentity` ("Passing session tags in AWS STS", "Monitor and control actions taken
 * with assumed roles"). Tags show as `aws:RequestTag/…` or `aws:TagKeys`, the source identity as `sts:SourceIdentity`.
 * A source identity that the caller's session has already (`aws:SourceIdentity`) is passed on by AssumeRole and needs the
 * permission at every further hop (the same page, "Permissions required to set source identity").
 */
export function impliedRequests(request: AuthRequest): AuthRequest[] {
  const action = request.action.toLowerCase();
  const implied: AuthRequest[] = [];
  const tags = ASSUMING.has(action) || action === 'sts:getfederationtoken';
  if (tags && has(request, (key) => key === 'aws:tagkeys' || key.startsWith('aws:requesttag/')))
    implied.push({ ...request, action: 'sts:TagSession' });
  const chained = (key: string) => action === 'sts:assumerole' && key === 'aws:sourceidentity';
  if (ASSUMING.has(action) && has(request, (key) => key === 'sts:sourceidentity' || chained(key)))
    implied.push({ ...request, action: 'sts:SetSourceIdentity' });
  return implied;
}

const has = (request: AuthRequest, wanted: (key: string) => boolean): boolean =>
  Object.entries(request.context).some(([key, value]) => wanted(key.toLowerCase()) && isPresent(value));

const isPresent = (value: ContextValue | undefined): boolean =>
  value !== undefined && (typeof value === 'string' || value.length > 0);
