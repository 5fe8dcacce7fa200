import { type Partition, parseArn } from '../../base/index.ts';
import { type PolicyJson, parsePolicy, type StatementJson } from '../../policy/index.ts';
import type { GrantDefinition, PermissionsDefinition } from '../definition/schema.ts';
import type { Path, Source } from '../definition/source.ts';
import { limits, patterns } from '../limits.ts';
import type { Account, Permissions } from '../types.ts';
import type { ReadFile } from './accounts.ts';
import { readText } from './files.ts';
import { items } from './references.ts';

interface Surroundings {
  readonly source: Source;
  readonly partition: Partition;
  readonly readFile: ReadFile | undefined;
  /** Where the role is deployed: a customer managed policy exists in its own account only. */
  readonly accounts: readonly Account[];
}

export function resolvePermissions(
  around: Surroundings,
  written: PermissionsDefinition = {},
  path: Path,
): Permissions {
  const { source } = around;
  const managed: string[] = [];
  for (const { item, at } of items<string>(written.managed, [...path, 'managed'])) {
    const arn = managedPolicyArn(around, item, at);
    if (arn === undefined) continue;
    if (managed.includes(arn)) source.warn('repeated', at, `managed policy ${item} is named twice`);
    else managed.push(arn);
  }
  checkCount(source, managed.length, [...path, 'managed']);
  const file = readPolicyFile(around, written.policy, [...path, 'policy']);
  const statements = [
    ...(file?.Statement ?? []),
    ...grants(source, 'Allow', written.allow, [...path, 'allow']),
    ...grants(source, 'Deny', written.deny, [...path, 'deny']),
  ];
  checkSids(source, statements, path);
  if (statements.length === 0) return { managed };
  const inline: PolicyJson = {
    Version: '2012-10-17',
    ...(file?.Id && { Id: file.Id }),
    Statement: statements,
  };
  if (file !== undefined && file.Version !== '2012-10-17') inline.Version = file.Version;
  const size = JSON.stringify(inline).length;
  if (size > limits.inlinePolicies) {
    source.error(
      'permission-policy-size',
      { key: path },
      `the permission policy has ${size} characters; a role holds at most ${limits.inlinePolicies}`,
      'Use wildcards, or move statements to managed policies.',
    );
  }
  return { managed, inline };
}

/** An ARN as written, or the ARN of the AWS managed policy of that name. */
export function managedPolicyArn(around: Surroundings, text: string, at: Path): string | undefined {
  const { source, partition, accounts } = around;
  if (!text.startsWith('arn:')) {
    if (/^(?:[A-Za-z0-9_+=,.@-]+\/)*[A-Za-z0-9_+=,.@-]{1,128}$/.test(text)) {
      return `arn:${partition}:iam::aws:policy/${text}`;
    }
    const help = 'Name an AWS managed policy (SecurityAudit, job-function/ViewOnlyAccess) or give an ARN.';
    source.error('bad-policy-arn', at, `${JSON.stringify(text.slice(0, 80))} is no managed policy`, help);
    return undefined;
  }
  const arn = parseArn(text);
  const fits =
    arn?.service === 'iam' &&
    arn.region === '' &&
    /^(?:aws|\d{12})$/.test(arn.account) &&
    /^policy\/[A-Za-z0-9_+=,.@/-]+$/.test(arn.resource);
  if (!fits) {
    const help = `Like arn:${partition}:iam::aws:policy/SecurityAudit.`;
    source.error(
      'bad-policy-arn',
      at,
      `${JSON.stringify(text.slice(0, 120))} is no ARN of a managed policy`,
      help,
    );
    return undefined;
  }
  if (arn.partition !== partition) {
    const message = `the policy is in partition ${arn.partition}, the definition in ${partition}`;
    source.error('other-partition', at, message, `Write arn:${partition}:iam::…`);
    return undefined;
  }
  const foreign = arn.account === 'aws' ? undefined : accounts.find((a) => a.id !== arn.account);
  if (foreign !== undefined) {
    source.error(
      'policy-of-other-account',
      at,
      `the policy lives in account ${arn.account} and can't be attached in ${foreign.name} (${foreign.id})`,
      'Use an AWS managed policy, or state the permissions here.',
    );
    return undefined;
  }
  return text;
}

function checkCount(source: Source, count: number, path: Path): void {
  if (count <= limits.managedPolicies) return;
  const message = `${count} managed policies; a role takes ${limits.managedPolicies} by default`;
  if (count > limits.managedPoliciesRaised) source.error('too-many-managed-policies', path, message);
  else {
    const help = `Service Quotas can raise it to ${limits.managedPoliciesRaised} in each account.`;
    source.warn('too-many-managed-policies', path, message, help);
  }
}

/** Plain actions share one statement, the others get one each. */
function grants(
  source: Source,
  effect: 'Allow' | 'Deny',
  written: readonly (string | GrantDefinition)[] = [],
  path: Path,
): StatementJson[] {
  const plain: string[] = [];
  const rest: StatementJson[] = [];
  for (const [i, grant] of written.entries()) {
    const at = [...path, i];
    if (typeof grant === 'string') {
      checkAction(source, grant, at);
      if (plain.includes(grant)) source.warn('repeated', at, `${grant} is named twice`);
      else plain.push(grant);
      continue;
    }
    for (const action of items<string>(grant.actions, [...at, 'actions'])) {
      checkAction(source, action.item, action.at);
    }
    for (const key of ['actions', 'resources'] as const) {
      if (Array.isArray(grant[key]) && grant[key].length === 0) {
        source.error(
          'empty-list',
          [...at, key],
          `the list of ${key} is empty`,
          `Name ${key}, or leave it out.`,
        );
      }
    }
    if (grant.sid !== undefined && !/^[A-Za-z0-9]+$/.test(grant.sid)) {
      source.error('bad-sid', [...at, 'sid'], 'a sid takes letters and digits only');
    }
    rest.push({
      ...(grant.sid !== undefined && { Sid: grant.sid }),
      Effect: effect,
      Action: grant.actions,
      Resource: grant.resources ?? '*',
      ...(grant.condition && { Condition: condition(grant.condition) }),
    });
  }
  return plain.length === 0 ? rest : [{ Effect: effect, Action: plain, Resource: '*' }, ...rest];
}

function checkAction(source: Source, action: string, at: Path): void {
  if (patterns.action.test(action)) return;
  const shown = JSON.stringify(action.slice(0, 80));
  const help = 'Write service:Action, like ec2:Describe* or s3:GetObject.';
  source.error('bad-action', at, `${shown} is no action`, help);
}

/** Policy documents want strings; YAML reads `true` and `3600` as something else. */
function condition(written: NonNullable<GrantDefinition['condition']>): StatementJson['Condition'] {
  const map = <A, B>(record: Record<string, A>, f: (value: A) => B) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]));
  return map(written, (keys) => map(keys, (v) => (Array.isArray(v) ? v.map(String) : String(v))));
}

function checkSids(source: Source, statements: readonly StatementJson[], path: Path): void {
  const seen = new Set<string>();
  for (const { Sid } of statements) {
    if (Sid === undefined) continue;
    if (seen.has(Sid)) {
      source.error(
        'duplicate-sid',
        { key: path },
        `two statements have the sid ${Sid}`,
        'Name one differently.',
      );
    }
    seen.add(Sid);
  }
}

function readPolicyFile(around: Surroundings, file: string | undefined, at: Path): PolicyJson | undefined {
  if (file === undefined) return undefined;
  const { source } = around;
  const text = readText(source, file, at, around.readFile);
  if (text === undefined) return undefined;
  const parsed = parsePolicy(text, { file, kind: 'inline-role' });
  source.diagnostics.push(...parsed.diagnostics);
  if (!parsed.ok) return undefined;
  // The strict parser has accepted this text as a policy document.
  const json = JSON.parse(text) as Omit<PolicyJson, 'Statement'> & {
    Statement: StatementJson | StatementJson[];
  };
  return {
    ...json,
    Version: parsed.value.version,
    Statement: Array.isArray(json.Statement) ? json.Statement : [json.Statement],
  };
}
