import { mkdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Access, Path } from '../access/index.ts';
import { exclusively, sharedFiles, writeAtomically } from '../aws/index.ts';
import type { Diagnostic, Result } from '../base/index.ts';
import { findBlock, profileNames, replaceBlock } from './ini.ts';
import { waysOf } from './route.ts';
import type { ProfileOptions, ProfilesWritten } from './types.ts';

/**
 * Writes a profile for every role that the operator can reach into an own block of ~/.aws/config; every byte outside
 * the block stays, a backup is made, and ~/.aws/credentials is only read. A profile that exists outside the block, or
 * a value that some SDK would read differently, is refused, and nothing is written.
 */
export async function writeProfiles(
  access: Access,
  options: ProfileOptions,
): Promise<Result<ProfilesWritten>> {
  const ways = pathsOf(access, options.operator);
  if (!ways.ok) return ways;
  const nameOf = options.profileName ?? ((path: Path) => `${path.account.name}-${path.role}`);
  const profiles = ways.value.map((path) => {
    const name = nameOf(path);
    return { name, roleArn: path.roleArn, command: options.credentialProcessCommand(path, name) };
  });
  const files = sharedFiles(options.env ?? process.env);
  const file = options.configFile ?? files.config;
  return edit(access.name, file, async (text) => {
    const outside = replaceBlock(text, access.name, []);
    const credentials = await readFile(files.credentials, 'latin1').catch(() => '');
    const problems = [
      ...profiles.flatMap(({ name, command }) => [...badName(name), ...badValue(name, command)]),
      ...duplicates(profiles.map(({ name }) => name)),
      ...taken(profiles, profileNames(outside, 'config'), file),
      ...taken(profiles, profileNames(credentials, 'credentials'), files.credentials),
    ];
    if (problems.length > 0) return { ok: false, diagnostics: problems };
    const lines = profiles.flatMap(({ name, command }, i) => [
      ...(i === 0 ? [] : ['']),
      `[profile ${name}]`,
      `credential_process = ${Buffer.from(command, 'utf8').toString('latin1')}`,
      `region = ${access.region}`,
    ]);
    const written = profiles.map(({ name, roleArn }) => ({ name, roleArn }));
    return {
      ok: true,
      value: { text: replaceBlock(text, access.name, lines), profiles: written },
      diagnostics: [],
    };
  });
}

/** Takes the block out again. */
export async function removeProfiles(
  access: Access,
  options: Pick<ProfileOptions, 'configFile' | 'env'> = {},
): Promise<Result<ProfilesWritten>> {
  const file = options.configFile ?? sharedFiles(options.env ?? process.env).config;
  return edit(access.name, file, async (text) => ({
    ok: true,
    value: { text: replaceBlock(text, access.name, []), profiles: [] },
    diagnostics: [],
  }));
}

type Change = (text: string) => Promise<Result<{ text: string; profiles: ProfilesWritten['profiles'] }>>;

async function edit(name: string, link: string, change: Change): Promise<Result<ProfilesWritten>> {
  // A link (dotfiles) stays a link: its target is replaced.
  const file = await realpath(link).catch(() => link);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  return exclusively(`${file}.crossaccount.lock`, async () => {
    const facts = await stat(file).catch(() => undefined);
    const text = facts === undefined ? '' : await readFile(file, 'latin1');
    if (findBlock(text, name) === 'broken')
      return refuse(
        'broken-block',
        `the block of crossaccount ${name} in ${file} has lost one of its two lines`,
        'remove what is left of it by hand',
      );
    const result = await change(text);
    if (!result.ok) return result;
    const { profiles } = result.value;
    if (result.value.text === text)
      return { ok: true, value: { file, changed: false, profiles }, diagnostics: result.diagnostics };
    const backup = `${file}.crossaccount-backup`;
    const mode = (facts?.mode ?? 0o600) & 0o777;
    if (facts !== undefined) await writeAtomically(backup, Buffer.from(text, 'latin1'), mode);
    await writeAtomically(file, Buffer.from(result.value.text, 'latin1'), mode);
    const value = { file, changed: true, profiles, ...(facts === undefined ? {} : { backup }) };
    return { ok: true, value, diagnostics: result.diagnostics };
  });
}

function pathsOf(access: Access, operator: string | undefined): Result<readonly Path[]> {
  const who =
    operator === undefined
      ? access.operators.length === 1
        ? access.operators[0]
        : undefined
      : access.operators.find((o) => o.name === operator);
  if (who === undefined)
    return refuse(
      'no-operator',
      operator === undefined
        ? 'the definition has several operators'
        : `there is no operator \`${operator}\``,
      `name one of ${access.operators.map((o) => o.name).join(', ')}`,
    );
  return { ok: true, value: waysOf(access, who.arn).map((route) => route.at(-1)!), diagnostics: [] };
}

const badName = (name: string): Diagnostic[] =>
  /^[\w\-@+.%:/]+$/.test(name)
    ? []
    : [
        problem(
          'profile-name',
          `\`${name}\` cannot be the name of a profile`,
          'use letters, digits and -_.@+%:/',
        ),
      ];

const badValue = (name: string, command: string): Diagnostic[] =>
  // botocore and the other SDKs disagree on where a comment begins.
  /[\r\n]|\s[#;]/.test(command) || command.trim() !== command || command === ''
    ? [
        problem(
          'profile-value',
          `the command of profile \`${name}\` holds a line end, or a # or ; after a space, which SDKs read differently`,
        ),
      ]
    : [];

const duplicates = (names: readonly string[]): Diagnostic[] =>
  [...new Set(names.filter((name, i) => names.indexOf(name) !== i))].map((name) =>
    problem(
      'profile-twice',
      `two roles would get the profile \`${name}\``,
      'give a profileName that tells them apart',
    ),
  );

const taken = (
  profiles: readonly { name: string }[],
  existing: readonly string[],
  file: string,
): Diagnostic[] =>
  profiles
    .filter(({ name }) => existing.includes(name))
    .map(({ name }) =>
      problem(
        'profile-exists',
        `${file} has a profile \`${name}\` already`,
        'rename or remove it: two of one name break the AWS CLI',
      ),
    );

const problem = (code: string, message: string, help?: string): Diagnostic => ({
  code,
  severity: 'error',
  message,
  ...(help === undefined ? {} : { help }),
});

const refuse = (code: string, message: string, help?: string): { ok: false; diagnostics: Diagnostic[] } => ({
  ok: false,
  diagnostics: [problem(code, message, help)],
});
