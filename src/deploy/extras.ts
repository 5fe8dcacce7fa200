import { ASSUME_POLICY, PERMISSION_POLICY, QUARANTINE_POLICY, REVOCATION_POLICY } from '../aws/index.ts';
import { policyLines } from './canonical.ts';
import type { Desired } from './desired.ts';
import type { Observed } from './observe.ts';
import type { Edit, Extra } from './types.ts';

/** An earlier deployment wrote them; when the definition stops giving a right, the right goes, pruning or not. */
const OURS: ReadonlySet<string> = new Set([ASSUME_POLICY, PERMISSION_POLICY]);

/**
 * What is on an owned resource beyond the definition. Reported always, removed with prune only: it may be somebody's
 * emergency measure as well as an intruder's way back in.
 */
export function extrasOf(
  desired: Desired,
  observed: Observed,
  prune: boolean,
): { extras: Extra[]; removals: Edit[] } {
  const extras: Extra[] = [];
  const removals: Edit[] = [];
  if (desired.kind === 'policy') return { extras, removals };

  const found = (extra: Extra, removal: Edit, ours = false) => {
    if (ours || (prune && extra.drift)) removals.push(removal);
    else extras.push(extra);
  };
  for (const [policyName, document] of observed.inline) {
    if (desired.inline.has(policyName)) continue;
    const measure = incidentMeasure(policyName, document);
    const step = { do: 'delete-inline', policyName } as const;
    const diff = policyLines(document).map((line) => `- ${line}`);
    found(
      measure ?? {
        kind: 'inline-policy',
        name: policyName,
        summary: `inline policy ${policyName} is not in the definition`,
        drift: true,
      },
      { step, summary: `delete inline policy ${policyName}`, diff },
      OURS.has(policyName),
    );
  }
  for (const policyArn of observed.attached)
    if (!desired.attached.includes(policyArn))
      found(
        {
          kind: 'attached-policy',
          name: policyArn,
          summary: `attached policy ${policyArn} is not in the definition`,
          drift: true,
        },
        { step: { do: 'detach', policyArn }, summary: `detach ${policyArn}`, diff: [] },
        policyArn.includes(`:${desired.account.id}:policy/${ASSUME_POLICY}-`),
      );
  if (desired.boundaryArn === undefined && observed.boundaryArn !== undefined)
    found(
      {
        kind: 'boundary',
        name: observed.boundaryArn,
        summary: `permissions boundary ${observed.boundaryArn} is not in the definition`,
        drift: true,
      },
      {
        step: { do: 'remove-boundary' },
        summary: `remove the permissions boundary ${observed.boundaryArn}`,
        diff: [],
      },
    );
  for (const key of Object.keys(observed.tags))
    if (!(key in desired.tags))
      extras.push({ kind: 'tag', name: key, summary: `tag ${key} is not in the definition`, drift: false });
  return { extras, removals };
}

/**
 * The policies of `respond` are no drift, but only while they do nothing but deny: under the same name an intruder
 * could hide an Allow that every later deployment would leave in peace.
 */
function incidentMeasure(name: string, document: unknown): Extra | undefined {
  if (name !== REVOCATION_POLICY && name !== QUARANTINE_POLICY) return undefined;
  const raw: unknown =
    typeof document === 'object' && document !== null ? Reflect.get(document, 'Statement') : undefined;
  const statements: unknown[] = Array.isArray(raw) ? raw : [raw];
  if (!statements.every((s) => typeof s === 'object' && s !== null && Reflect.get(s, 'Effect') === 'Deny'))
    return undefined;
  return name === QUARANTINE_POLICY
    ? { kind: 'quarantine', name, summary: 'quarantined by `respond quarantine`', drift: false }
    : {
        kind: 'revocation',
        name,
        summary: `sessions are revoked (${issuedBefore(statements)})`,
        drift: false,
      };
}

function issuedBefore(statements: readonly unknown[]): string {
  const time = /"aws:TokenIssueTime":"?\[?"?([^"\]]+)/i.exec(JSON.stringify(statements))?.[1];
  return time === undefined ? 'by an unusual policy' : `those issued before ${time}`;
}
