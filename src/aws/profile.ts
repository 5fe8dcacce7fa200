import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { loadSharedConfigFiles } from '@smithy/shared-ini-file-loader';
import { Secret, suggest } from '../base/index.ts';
import { AwsFailure, type Credentials } from './types.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** The paths of the two shared files, as every SDK finds them. */
export function sharedFiles(env: Env): { config: string; credentials: string } {
  const home = env['HOME'] || env['USERPROFILE'] || homedir();
  return {
    config: env['AWS_CONFIG_FILE'] || join(home, '.aws', 'config'),
    credentials: env['AWS_SHARED_CREDENTIALS_FILE'] || join(home, '.aws', 'credentials'),
  };
}

/** Credentials of the environment; undefined when there are none. */
export function environmentCredentials(env: Env): Credentials | undefined {
  const id = env['AWS_ACCESS_KEY_ID'];
  const secret = env['AWS_SECRET_ACCESS_KEY'];
  if (!id || !secret) return undefined;
  const expiration = env['AWS_CREDENTIAL_EXPIRATION'];
  return credentials(id, secret, env['AWS_SESSION_TOKEN'], expiration);
}

/**
 * Credentials of a profile: keys written in it, or its credential_process. Profiles that assume roles are not followed:
 * that is this tool's own work. Throws AwsFailure `no-credentials` that says which file was looked at.
 */
export async function profileCredentials(profile: string, env: Env): Promise<Credentials> {
  const files = sharedFiles(env);
  const { configFile, credentialsFile } = await loadSharedConfigFiles({
    configFilepath: files.config,
    filepath: files.credentials,
    ignoreCache: true,
  });
  const settings = { ...configFile?.[profile], ...credentialsFile?.[profile] };
  const where = `${files.credentials} and ${files.config}`;
  if (Object.keys(settings).length === 0) {
    const known = [...Object.keys(configFile ?? {}), ...Object.keys(credentialsFile ?? {})];
    const nearest = suggest(profile, known);
    throw failure(
      `there is no profile \`${profile}\` in ${where}`,
      nearest === undefined ? `aws configure --profile ${profile}` : `did you mean \`${nearest}\`?`,
    );
  }
  const id = settings['aws_access_key_id'];
  const secret = settings['aws_secret_access_key'];
  if (id && secret) return credentials(id, secret, settings['aws_session_token']);
  if (id || secret)
    throw failure(
      `profile \`${profile}\` has ${id ? 'an access key id without a secret access key' : 'a secret access key without an access key id'}`,
      'write both aws_access_key_id and aws_secret_access_key, or neither',
    );
  const command = settings['credential_process'];
  if (command) return processCredentials(profile, command, env);
  throw failure(
    `profile \`${profile}\` holds neither keys nor a credential_process`,
    'role_arn, sso_session and web identities are not followed here: name the profile with the keys they start from',
  );
}

/** The process prints JSON on stdout; its words on stderr are for people and may be shown, its stdout never. */
async function processCredentials(profile: string, command: string, env: Env): Promise<Credentials> {
  const output = await new Promise<string>((resolve, reject) => {
    const shell = process.platform === 'win32' ? ['cmd.exe', '/d', '/s', '/c'] : ['/bin/sh', '-c'];
    const [file, ...args] = shell as [string, ...string[]];
    execFile(
      file,
      [...args, command],
      { env: { ...env }, timeout: 120_000, maxBuffer: 1 << 20 },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        // Not error.message and not the command: both may carry what somebody wrote into the config.
        else reject(failure(`the credential_process of profile \`${profile}\` failed: ${lastLine(stderr)}`));
      },
    );
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(output);
  } catch {
    throw failure(`the credential_process of profile \`${profile}\` printed no JSON`);
  }
  const text = (key: string): string | undefined => {
    const value: unknown =
      typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, key) : undefined;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const version: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'Version') : 0;
  const id = text('AccessKeyId');
  const secret = text('SecretAccessKey');
  if (version !== 1 || id === undefined || secret === undefined)
    throw failure(
      `the credential_process of profile \`${profile}\` printed no credentials of version 1`,
      'it must print {"Version":1,"AccessKeyId":…,"SecretAccessKey":…}',
    );
  return credentials(id, secret, text('SessionToken'), text('Expiration'));
}

function credentials(id: string, secret: string, token?: string, expiration?: string): Credentials {
  const expires = expiration === undefined ? Number.NaN : Date.parse(expiration);
  return {
    accessKeyId: id,
    secretAccessKey: new Secret(secret),
    ...(token ? { sessionToken: new Secret(token) } : {}),
    ...(Number.isNaN(expires) ? {} : { expiration: expires }),
  };
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 300) || 'it said nothing';

const failure = (message: string, help?: string): AwsFailure =>
  new AwsFailure({
    code: 'no-credentials',
    message,
    retryable: false,
    ...(help === undefined ? {} : { help }),
  });
