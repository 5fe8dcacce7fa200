import type { Account } from '../access/index.ts';
import { OWNER_TAG } from '../aws/index.ts';
import { policyLines, samePolicy } from './canonical.ts';
import type { Desired } from './desired.ts';
import { diffLines } from './diff.ts';
import { extrasOf } from './extras.ts';
import type { Observed } from './observe.ts';
import type { Change, Edit, Step } from './types.ts';

/** What has to be done so that `observed` becomes `desired`. */
export function compare(
  desired: Desired,
  observed: Observed | undefined,
  options: { owner: string; prune?: boolean; adopt?: boolean },
): Change {
  const { account, kind, name, arn, phase, dependsOn } = desired;
  const base = { account, kind, name, arn, phase, dependsOn, extras: [] };
  if (observed === undefined) return { ...base, action: 'create', edits: creation(desired) };

  const owner = observed.tags[OWNER_TAG];
  if (observed.path !== desired.path)
    return {
      ...base,
      action: 'conflict',
      edits: [],
      reason: `a ${kind} ${name} exists with the path ${observed.path}; IAM cannot move it to ${desired.path}: delete it first, or write its path into the definition`,
    };
  if (owner !== options.owner && options.adopt !== true)
    return {
      ...base,
      action: 'conflict',
      edits: [],
      reason:
        owner === undefined
          ? `a ${kind} ${name} exists that this definition did not make (no tag ${OWNER_TAG}): choose another name, or take it over with --adopt`
          : `the ${kind} ${name} belongs to the definition ${owner}: choose another name, or take it over with --adopt`,
    };

  const { extras, removals } = extrasOf(desired, observed, options.prune === true);
  const edits = [...updates(desired, observed), ...removals];
  return { ...base, action: edits.length === 0 ? 'unchanged' : 'update', edits, extras };
}

/** Removes a resource with all that IAM wants gone before. */
export function deletion(
  account: Account,
  observed: Observed,
  phase: number,
  secrets: { keys: readonly string[]; devices: readonly string[] } = { keys: [], devices: [] },
): Change {
  const { kind, name, arn } = observed;
  const edits = [
    ...secrets.keys.map((accessKeyId) =>
      edit({ do: 'delete-access-key', accessKeyId }, `delete access key ${accessKeyId}`),
    ),
    ...secrets.devices.map((serialNumber) =>
      edit({ do: 'delete-mfa', serialNumber }, `delete MFA device ${serialNumber}`),
    ),
    ...observed.attached.map((policyArn) => edit({ do: 'detach', policyArn }, `detach ${policyArn}`)),
    ...[...observed.inline.keys()].map((policyName) =>
      edit({ do: 'delete-inline', policyName }, `delete inline policy ${policyName}`),
    ),
    edit({ do: 'delete' }, `delete ${kind} ${name}`),
  ];
  return { account, kind, name, arn, action: 'delete', edits, extras: [], phase, dependsOn: [] };
}

const edit = (step: Step, summary: string, diff: readonly string[] = []): Edit => ({
  step,
  summary,
  diff,
});

function creation(desired: Desired): Edit[] {
  const { name, path, tags } = desired;
  if (desired.kind === 'policy') {
    const { policy } = desired;
    return [edit({ do: 'create-policy', path, policy, tags }, `create policy ${name}`, added(policy))];
  }
  const first =
    desired.kind === 'user'
      ? edit({ do: 'create-user', path, tags }, `create user ${name}`)
      : edit(
          {
            do: 'create-role',
            path,
            tags,
            description: desired.description,
            trust: desired.trust,
            maxSessionDuration: desired.maxSessionDuration,
            ...(desired.boundaryArn === undefined ? {} : { boundaryArn: desired.boundaryArn }),
          },
          `create role ${name}`,
          added(desired.trust),
        );
  return [
    first,
    ...[...desired.inline].map(([policyName, policy]) =>
      edit({ do: 'put-inline', policyName, policy }, `add inline policy ${policyName}`, added(policy)),
    ),
    ...desired.attached.map((policyArn) => edit({ do: 'attach', policyArn }, `attach ${policyArn}`)),
  ];
}

function updates(desired: Desired, observed: Observed): Edit[] {
  const edits: Edit[] = [];
  const tags = Object.fromEntries(Object.entries(desired.tags).filter(([k, v]) => observed.tags[k] !== v));
  if (Object.keys(tags).length > 0)
    edits.push(edit({ do: 'tag', tags }, 'set tags', tagDiff(tags, observed.tags)));
  if (desired.kind === 'policy') {
    const { policy } = desired;
    if (!samePolicy(policy, observed.policy))
      edits.push(
        edit({ do: 'update-policy', policy }, 'replace the policy', changed(observed.policy, policy)),
      );
    return edits;
  }
  if (desired.kind === 'role') {
    const { trust, description, maxSessionDuration } = desired;
    if (!samePolicy(trust, observed.trust))
      edits.push(
        edit({ do: 'update-trust', trust }, 'replace the trust policy', changed(observed.trust, trust)),
      );
    const before = [
      `description: ${observed.description}`,
      `maximum session: ${observed.maxSessionDuration} s`,
    ];
    const after = [`description: ${description}`, `maximum session: ${maxSessionDuration} s`];
    if (before.join() !== after.join())
      edits.push(
        edit(
          { do: 'update-role', description, maxSessionDuration },
          'change the role',
          diffLines(before, after, 0),
        ),
      );
  }
  for (const [policyName, policy] of desired.inline) {
    const existing = observed.inline.get(policyName);
    if (existing !== undefined && samePolicy(existing, policy)) continue;
    const verb = observed.inline.has(policyName) ? 'replace' : 'add';
    edits.push(
      edit(
        { do: 'put-inline', policyName, policy },
        `${verb} inline policy ${policyName}`,
        changed(existing, policy),
      ),
    );
  }
  for (const policyArn of desired.attached)
    if (!observed.attached.includes(policyArn))
      edits.push(edit({ do: 'attach', policyArn }, `attach ${policyArn}`));
  if (desired.boundaryArn !== observed.boundaryArn) {
    const { boundaryArn } = desired;
    // A boundary that the definition doesn't name limits the role further: whoever set it knows why. It is an extra.
    if (boundaryArn !== undefined)
      edits.push(edit({ do: 'set-boundary', boundaryArn }, `set the permissions boundary ${boundaryArn}`));
  }
  return edits;
}

const added = (policy: unknown): string[] => policyLines(policy).map((line) => `+ ${line}`);

const changed = (before: unknown, after: unknown): string[] =>
  before === undefined ? added(after) : diffLines(policyLines(before), policyLines(after));

const tagDiff = (
  tags: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): string[] =>
  Object.entries(tags).flatMap(([key, value]) => [
    ...(before[key] === undefined ? [] : [`- ${key} = ${before[key]}`]),
    `+ ${key} = ${value}`,
  ]);
