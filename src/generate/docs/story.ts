import type { Access, Account, Operator, Path, Role } from '../../access/index.ts';
import { assumedRoleArn, formatDuration } from '../../base/index.ts';
import { profiles } from '../aws-config.ts';
import { commands } from '../commands.ts';
import { mainAccount, mainOperator, mainPath, mainRole } from '../layout.ts';
import { code, listed, md, shell, table } from '../text/text.ts';

/** Rows of a table before the rest is left to accounts.csv. */
export const MAX_ROWS = 25;

/** The one way in that the documents tell about, from the definition's own names. */
export interface Story {
  readonly role: Role;
  readonly account: Account;
  readonly path: Path;
  readonly operator: Operator | undefined;
  /** AWS config profile that assumes the role. */
  readonly profile: string;
  readonly sessionName: string;
  readonly duration: string;
}

export function storyOf(access: Access): Story | undefined {
  const role = mainRole(access);
  const path = mainPath(access);
  if (role === undefined || path === undefined) return undefined;
  const account = mainAccount(access, role);
  if (account === undefined) return undefined;
  const operator = access.operators.find((o) => o.arn === path.from.arn);
  return {
    role,
    account,
    path,
    operator,
    profile: profiles(access).find((p) => p.path === path)?.name ?? account.profile,
    sessionName: operator?.name ?? mainOperator(access)?.name ?? 'session',
    duration: formatDuration(path.duration),
  };
}

export const sessionArn = (access: Access, story: Story): string =>
  assumedRoleArn(access.partition, story.account.id, story.role.name, story.sessionName);

/** `aws sts assume-role …` as a user types it; `without` leaves one proof out, to see AWS refuse. */
export function assumeCommand(
  access: Access,
  story: Story,
  without: 'nothing' | 'external-id' | 'mfa' = 'nothing',
): string {
  const { path, operator } = story;
  const words = [
    'aws sts assume-role',
    `--profile ${shell(access.security.profile)}`,
    `--role-arn ${shell(path.roleArn)}`,
    `--role-session-name ${shell(story.sessionName)}`,
  ];
  if (path.externalId !== undefined && without !== 'external-id')
    words.push(`--external-id ${shell(path.externalId)}`);
  if (path.mfa && operator?.mfa !== undefined && without !== 'mfa')
    words.push(`--serial-number ${shell(operator.mfa.serialNumber)}`, '--token-code 123456');
  if (path.duration !== 3600) words.push(`--duration-seconds ${path.duration}`);
  return words.join(' \\\n  ');
}

/** The trail's files as `crossaccount detect` reads them; only what is new is copied. */
export const fetchAndDetect = (access: Access): string[] => [
  `aws s3 sync s3://${access.name}-cloudtrail-${access.security.id}/AWSLogs ./AWSLogs --profile ${shell(access.security.profile)}`,
  commands.detect('./AWSLogs'),
];

/** `the security account`; a name that says "account" itself stands alone. */
export const accountName = ({ name }: Account): string =>
  /account$/i.test(name) ? md(name) : `the ${md(name)} account`;

export const sh = (...lines: readonly string[]): string => `\`\`\`sh\n${lines.join('\n')}\n\`\`\``;

export function accountTable(access: Access): string {
  const rows = access.accounts
    .slice(0, MAX_ROWS)
    .map((account) => [
      md(account.name),
      code(account.id),
      account.id === access.security.id ? 'security account' : 'workload account',
      code(account.profile),
    ]);
  return table(['Account', 'Id', 'Part', 'AWS profile'], rows) + rest(access.accounts.length, 'accounts');
}

export function roleTable(access: Access): string {
  const rows = access.roles.map((role) => [
    code(role.name),
    role.accounts.length > 3
      ? `${role.accounts.length} accounts`
      : listed(role.accounts.map((account) => md(account.name))),
    formatDuration(role.maxSessionDuration),
    md(role.description) || '–',
  ]);
  return table(['Role', 'In', 'Longest session', 'For'], rows);
}

export function pathTable(access: Access): string {
  const rows = access.paths
    .slice(0, MAX_ROWS)
    .map((path) => [
      code(path.from.kind === 'role' || path.from.kind === 'operator' ? path.from.name : path.from.arn),
      `${code(path.role)} in ${md(path.account.name)}`,
      conditionsOf(path),
      formatDuration(path.duration),
    ]);
  return table(['From', 'Into', 'Must show', 'For at most'], rows) + rest(access.paths.length, 'paths');
}

const rest = (total: number, what: string): string =>
  total > MAX_ROWS ? `\n\n… and ${total - MAX_ROWS} more ${what}: see [accounts.csv](../accounts.csv).` : '';

/** What a caller has to prove on a path, in words. */
export function conditionsOf(path: Path): string {
  const { entry } = path;
  const parts = [
    ...(path.externalId === undefined ? [] : [`ExternalId ${code(path.externalId)}`]),
    ...(path.mfa
      ? [path.mfaMaxAge === undefined ? 'MFA' : `MFA not older than ${formatDuration(path.mfaMaxAge)}`]
      : []),
    ...(entry.networks.length === 0 ? [] : [`a source in ${listed(entry.networks.map((n) => md(n.name)))}`]),
    ...(entry.organizationOnly ? ['membership of the organization'] : []),
    ...(entry.sourceIdentity ? ['a source identity'] : []),
    ...(entry.sessionName === 'username' ? ['a session name equal to the user name'] : []),
  ];
  return parts.length === 0 ? 'who it is' : listed(parts);
}
