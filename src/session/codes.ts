import { openSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { ReadStream, WriteStream } from 'node:tty';
import { AwsFailure, type Env } from '../aws/index.ts';
import { decodeBase32, Secret, totp } from '../base/index.ts';
import type { CodeSource } from './types.ts';

/** Computes codes from a seed (base 32). Throws AwsFailure `bad-seed` when it is none. */
export function seedCodes(seed: Secret): CodeSource {
  const bytes = decodeBase32(seed.reveal());
  if (bytes === undefined || bytes.length < 10)
    throw noCode('bad-seed', 'the MFA seed is no base 32 text of 16 characters or more');
  return { kind: 'seed', code: async ({ now }) => totp(bytes, now) };
}

/** A code that somebody typed already: good for one try. */
export function givenCode(code: string): CodeSource {
  const clean = code.replace(/\s/g, '');
  if (!isCode(clean)) throw noCode('bad-code', `an MFA code has six digits, not \`${code.slice(0, 20)}\``);
  return { kind: 'given', code: async () => clean };
}

export interface PromptOptions {
  /** Asks and returns the line. Default: on the terminal itself, since stdin and stderr may be redirected. */
  readonly ask?: (question: string) => Promise<string>;
}

/** Asks the person at the terminal. */
export function promptCodes(options: PromptOptions = {}): CodeSource {
  const ask = options.ask ?? askTerminal;
  return {
    kind: 'prompt',
    async code({ serialNumber, reason }) {
      const name = serialNumber.slice(serialNumber.lastIndexOf('/') + 1);
      let question = `${reason === undefined ? '' : `${reason}\n`}MFA code of ${name}: `;
      for (let tries = 0; tries < 3; tries++) {
        const answer = (await ask(question)).replace(/\s/g, '');
        if (isCode(answer)) return answer;
        question = `A code has six digits.\nMFA code of ${name}: `;
      }
      throw noCode('no-code', 'no MFA code was entered');
    },
  };
}

/**
 * A TOTP seed for machines without a person: CROSSACCOUNT_MFA_SEED_FILE (readable by its owner only) or
 * CROSSACCOUNT_MFA_SEED. Whoever holds the seed and the access key is the operator: keep them apart.
 */
export async function seedFromEnvironment(env: Env): Promise<Secret | undefined> {
  const file = env['CROSSACCOUNT_MFA_SEED_FILE'];
  if (!file) {
    const seed = env['CROSSACCOUNT_MFA_SEED'];
    return seed ? new Secret(seed.trim()) : undefined;
  }
  const facts = await stat(file).catch(() => undefined);
  if (facts === undefined) throw noCode('bad-seed', `CROSSACCOUNT_MFA_SEED_FILE: ${file} cannot be read`);
  if (process.platform !== 'win32' && (facts.mode & 0o077) !== 0)
    throw noCode('bad-seed', `${file} can be read by others than its owner`, `chmod 600 ${file}`);
  return new Secret((await readFile(file, 'utf8')).trim());
}

/**
 * Asks on the terminal itself, since stdin, stdout and stderr may be redirected. Rejects with AwsFailure `no-terminal`
 * when there is none, `no-code` when it was closed (Ctrl-D).
 */
export async function askTerminal(question: string): Promise<string> {
  const windows = process.platform === 'win32';
  let input: ReadStream;
  let output: WriteStream;
  try {
    input = new ReadStream(openSync(windows ? '\\\\.\\CONIN$' : '/dev/tty', 'r+'));
    output = new WriteStream(openSync(windows ? '\\\\.\\CONOUT$' : '/dev/tty', 'r+'));
  } catch {
    throw noCode(
      'no-terminal',
      'an MFA code is needed, and there is no terminal to ask for it',
      'run `crossaccount login` first, or pass --code, or set CROSSACCOUNT_MFA_SEED_FILE',
    );
  }
  // Not `terminal: true`: the system's own line editing keeps Ctrl-C a signal.
  const reader = createInterface({ input, output, terminal: false });
  try {
    return await Promise.race([
      reader.question(question),
      new Promise<never>((_, reject) =>
        reader.once('close', () => reject(noCode('no-code', 'no MFA code was entered'))),
      ),
    ]);
  } finally {
    reader.close();
    input.destroy();
    output.destroy();
  }
}

const isCode = (text: string): boolean => /^\d{6}$/.test(text);

export const noCode = (code: string, message: string, help?: string): AwsFailure =>
  new AwsFailure({ code, message, retryable: false, ...(help === undefined ? {} : { help }) });
