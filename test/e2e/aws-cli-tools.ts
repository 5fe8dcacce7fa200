import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { decodeBase32, TOTP_STEP_MS, totpAtStep } from '../../src/base/index.ts';
import { type RunningSandbox, SandboxControl, startSandbox } from '../../src/sandbox/index.ts';
import type { Run } from './tools.ts';

/** The CLI is driven in a process of its own language (fixtures/aws_cli_driver.py): the same code, much cheaper. */
export const hasCli = spawnSync('python3', ['-c', 'import awscli.clidriver']).status === 0;
if (!hasCli)
  process.stderr.write('not on this machine, so its tests are not run: aws (as a Python package)\n');

/** What the CLI prints is whatever AWS answers; the tests look into it. */
type Json = ReturnType<typeof JSON.parse>;

interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A key as `aws` prints it. */
export const keyOf = (printed: Json): Key => ({
  accessKeyId: printed.AccessKeyId,
  secretAccessKey: printed.SecretAccessKey,
  ...(printed.SessionToken !== undefined && { sessionToken: printed.SessionToken }),
});

const environment = (key: Key) => ({
  AWS_ACCESS_KEY_ID: key.accessKeyId,
  AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
  ...(key.sessionToken !== undefined && { AWS_SESSION_TOKEN: key.sessionToken }),
});

export const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
export const allow = (Action: string | readonly string[], Resource: string | readonly string[] = '*') => ({
  Effect: 'Allow',
  Action,
  Resource,
});

type RunCli = (args: readonly string[], env: Readonly<Record<string, string>>) => Promise<Run>;

/** Somebody at a shell. Commands are split at blanks; what contains blanks itself (JSON) follows as arguments. */
export class Shell {
  readonly #run: RunCli;
  readonly #env: Readonly<Record<string, string>>;

  constructor(run: RunCli, env: Readonly<Record<string, string>>) {
    this.#run = run;
    this.#env = env;
  }

  /** The same terminal with another key. */
  as(key: Key): Shell {
    return new Shell(this.#run, environment(key));
  }

  /** The same with more in its environment. */
  with(env: Readonly<Record<string, string>>): Shell {
    return new Shell(this.#run, { ...this.#env, ...env });
  }

  /** What a command prints; it has to succeed. */
  async text(command: string, ...rest: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.#run([...command.split(' '), ...rest], this.#env);
    if (code !== 0) throw new Error(`aws ${command}: ${code} ${stderr}${stdout}`);
    return stdout;
  }

  /** The same, of a command that prints JSON (or nothing). */
  async ok(command: string, ...rest: readonly string[]): Promise<Json> {
    const text = await this.text(command, ...rest);
    return text.trim() === '' ? undefined : JSON.parse(text);
  }

  /** What a command complains of; it has to fail. */
  async complaint(command: string, ...rest: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.#run([...command.split(' '), ...rest], this.#env);
    if (code === 0) throw new Error(`aws ${command}: did not fail: ${stdout}`);
    return `${stderr}${stdout}`;
  }

  /** The error code of a command that has to be refused by the service. */
  async refused(command: string, ...rest: readonly string[]): Promise<string> {
    const complaint = await this.complaint(command, ...rest);
    return /An error occurred \(([\w.]+)\)/.exec(complaint)?.[1] ?? `no error code: ${complaint}`;
  }
}

/** A sandbox and the CLI beside it. */
export interface CliWorld {
  readonly sandbox: RunningSandbox;
  readonly control: SandboxControl;
  /** An empty folder, where commands run. */
  readonly folder: string;
  /** A new account's root user at a shell. */
  root(accountId: string): Promise<Shell>;
  /** A one-time password, by steps from the sandbox's present one. */
  code(seed: string, steps: number): Promise<string>;
  close(): Promise<void>;
}

export async function cliWorld(): Promise<CliWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'xa-aws-'));
  const sandbox = await startSandbox();
  const control = new SandboxControl(sandbox.url);
  const child = spawn('python3', [join(import.meta.dirname, 'fixtures', 'aws_cli_driver.py')], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      LANG: 'C.UTF-8',
      PYTHONDONTWRITEBYTECODE: '1',
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_DEFAULT_OUTPUT: 'json',
      AWS_MAX_ATTEMPTS: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
      NO_PROXY: '127.0.0.1',
    },
  });
  const run = conversation(child);
  return {
    sandbox,
    control,
    folder,
    root: async (accountId) => new Shell(run, environment(await control.createAccount(accountId))),
    code: async (seed, steps) => {
      const step = Math.floor((await control.now()).getTime() / TOTP_STEP_MS);
      const key = decodeBase32(seed);
      if (key === undefined) throw new Error('the seed is not base32');
      return totpAtStep(key, step + steps);
    },
    close: async () => {
      child.stdin.end();
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One question after the other, each answered with a line. */
function conversation(child: ChildProcessByStdio<Writable, Readable, null>): RunCli {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  return (args, env) => {
    const answer = last.then(async () => {
      child.stdin.write(`${JSON.stringify({ args, env })}\n`);
      const line = await lines.next();
      if (line.done === true) throw new Error('the AWS CLI ended');
      return JSON.parse(line.value) as Run;
    });
    last = answer.catch(() => {});
    return answer;
  };
}
