import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Credentials, Env } from '../aws/index.ts';
import { isoSeconds } from '../base/index.ts';

/** Would win over, or be mixed with, the credentials that are set. */
const UNSET = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SECURITY_TOKEN',
  'AWS_SESSION_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
];

/** The environment in which a command acts with these credentials. The base is not changed. */
export function execEnvironment(
  credentials: Credentials,
  where: { readonly region: string; readonly endpoint?: string },
  base: Env,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(base))
    if (value !== undefined && !UNSET.includes(name)) env[name] = value;
  env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId;
  env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey.reveal();
  if (credentials.sessionToken !== undefined) env['AWS_SESSION_TOKEN'] = credentials.sessionToken.reveal();
  if (credentials.expiration !== undefined)
    env['AWS_CREDENTIAL_EXPIRATION'] = isoSeconds(credentials.expiration);
  env['AWS_REGION'] = where.region;
  env['AWS_DEFAULT_REGION'] = where.region;
  // Else the command would take the sandbox's credentials to AWS itself.
  if (where.endpoint !== undefined) env['AWS_ENDPOINT_URL'] = where.endpoint;
  return env;
}

/** Exit codes of a shell: 127 not found, 126 not executable, 128 + n ended by signal n. */
export async function execCommand(
  argv: readonly string[],
  env: Env,
  options: { readonly cwd?: string } = {},
): Promise<number> {
  const [command, ...args] = argv;
  if (command === undefined) throw new Error('no command');
  // The terminal sends Ctrl-C and Ctrl-\\ to the whole foreground group, so the child has them already.
  const own: NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR2'];
  const shared: NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
  const survive = () => undefined;
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  const listeners = [
    ...own.map((signal) => [signal, forward] as const),
    ...shared.map((signal) => [signal, process.stdin.isTTY ? survive : forward] as const),
  ];
  // Before the child begins: a signal in between would end us and leave it alone. They run after spawn returned.
  for (const [signal, listener] of listeners) process.on(signal, listener);
  const child = spawn(command, args, { env: { ...env }, stdio: 'inherit', ...options });
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') resolve(127);
        else if (error.code === 'EACCES') resolve(126);
        else reject(error);
      });
      child.once('exit', (code, signal) =>
        resolve(code ?? 128 + (signal === null ? 0 : (constants.signals[signal] ?? 0))),
      );
    });
  } finally {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  }
}
