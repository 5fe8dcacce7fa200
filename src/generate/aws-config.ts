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

/** aws-config/config: to be appended to the operator's ~/.aws/config. Holds no secret. */
export function awsConfig(access: Access): GeneratedFile {
  const operator = mainOperator(access);
  const lines = [
    `# Profiles of "${access.name}"${operator === undefined ? '' : ` for ${operator.name}`}, to be appended to ~/.aws/config. Nothing here is secret.`,
    '#',
    '# credential_process asks crossaccount for a session: one MFA code opens all profiles, and the access key stays',
    `# where \`${commands.enroll(operator?.name ?? 'OPERATOR')}\` put it. AWS tools run the line from any folder, so the path of the`,
    `# definition has to be absolute; \`${commands.profiles}\` writes such profiles by itself.`,
    '#',
    '# The lines behind "The AWS CLI alone" need no crossaccount: the AWS CLI asks for a code per role and reads the',
    `# access key from [${oneLine(access.security.profile)}] in ~/.aws/credentials.`,
    '',
    section(access.security.profile),
    `region = ${access.region}`,
  ];
  for (const { name, path } of profiles(access)) {
    const { role, account } = path;
    const from = operator === undefined ? [] : ['--operator', operator.name];
    const words = [role, '--account', account.name, ...from, '--file', '/path/to/access.yaml'];
    lines.push(
      '',
      section(name),
      `region = ${access.region}`,
      `credential_process = crossaccount credentials ${words.map(processWord).join(' ')}`,
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
function processWord(word: string): string {
  const clean = oneLine(word);
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(clean) ? clean : `"${clean.replace(/(["\\$`])/g, '\\$1')}"`;
}
