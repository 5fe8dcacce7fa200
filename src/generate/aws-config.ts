import type { Access, Path } from '../access/index.ts';
import { commands } from './commands.ts';
import { mainOperator } from './layout.ts';
import { uniqueNames } from './text/text.ts';
import type { GeneratedFile } from './types.ts';

/** Profiles of the main operator: the security account and one for each role that this operator can enter. */
export interface Profile {
  readonly name: string;
  readonly path: Path;
}

export function profiles(access: Access): Profile[] {
  const operator = mainOperator(access);
  const paths = access.paths.filter((path) => operator !== undefined && path.from.arn === operator.arn);
  const taken = new Set([access.security.profile]);
  const wanted = paths.map(({ account, role }) => {
    // The account's own profile goes to its first role; an account's further roles carry the role's name.
    const name = taken.has(account.profile) ? `${account.profile}-${role}` : account.profile;
    taken.add(name);
    return name;
  });
  const names = uniqueNames(wanted, '-');
  return paths.map((path, i) => ({ name: names[i] ?? '', path }));
}

/** aws-config/config: to be appended to ~/.aws/config. Holds no secret. */
export function awsConfig(access: Access): GeneratedFile {
  const operator = mainOperator(access);
  const all = profiles(access);
  const lines = [
    `# Profiles of "${access.name}"${operator === undefined ? '' : ` for ${operator.name}`}. Append to ~/.aws/config; nothing here is secret.`,
    '#',
    '# credential_process asks crossaccount for a session: one MFA code opens all profiles, and nothing long-lived',
    '# lies in ~/.aws/credentials. The plain variant below each profile needs no crossaccount: the AWS CLI then asks',
    '# for a code per role, and reads the access key from ~/.aws/credentials.',
    '',
    section(access.security.profile),
    `region = ${access.region}`,
    `credential_process = ${commands.credentials(processWord(access.security.profile))}`,
  ];
  for (const { name, path } of all) {
    lines.push(
      '',
      section(name),
      `region = ${access.region}`,
      `credential_process = ${commands.credentials(processWord(name))}`,
      '# The AWS CLI alone:',
      `#   role_arn = ${oneLine(path.roleArn)}`,
      `#   source_profile = ${oneLine(access.security.profile)}`,
      ...(path.mfa && operator?.mfa !== undefined ? [`#   mfa_serial = ${operator.mfa.serialNumber}`] : []),
      ...(path.externalId === undefined ? [] : [`#   external_id = ${oneLine(path.externalId)}`]),
      ...(operator === undefined ? [] : [`#   role_session_name = ${operator.name}`]),
      `#   duration_seconds = ${path.duration}`,
    );
  }
  return { path: 'aws-config/config', content: `${lines.join('\n')}\n` };
}

const oneLine = (text: string): string => text.replace(/[\p{Cc}\s]+/gu, ' ').trim();

/** Names with blanks are quoted; a bracket or a quote would end the section. */
function section(profile: string): string {
  const name = oneLine(profile).replace(/["\][]/g, '');
  return /^[^\s#;]+$/.test(name) ? `[profile ${name}]` : `[profile "${name}"]`;
}

/** Some SDKs split the line themselves, others hand it to a shell: double quotes mean the same to both. */
function processWord(profile: string): string {
  const name = oneLine(profile).replace(/["\][$`\\]/g, '');
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(name) ? name : `"${name}"`;
}
