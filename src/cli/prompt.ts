import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { ReadStream, WriteStream } from 'node:tty';

/**
 * Asks on the terminal itself, since stdout and stderr may be piped (credential_process). Undefined: there is none.
 * `CONIN$`/`CONOUT$` are Windows's names for it.
 */
export async function ask(question: string): Promise<string | undefined> {
  const names = process.platform === 'win32' ? ['CONIN$', 'CONOUT$'] : ['/dev/tty', '/dev/tty'];
  let input: number | undefined;
  let output: number | undefined;
  try {
    input = openSync(names[0]!, 'r');
    output = openSync(names[1]!, 'w');
  } catch {
    if (input !== undefined) closeSync(input);
    return undefined;
  }
  const reader = new ReadStream(input);
  const writer = new WriteStream(output);
  const lines = createInterface({ input: reader, output: writer });
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
    reader.destroy();
    writer.destroy();
  }
}

/** True only for a clear yes; without a terminal nobody said yes. */
export async function confirm(question: string): Promise<boolean> {
  const answer = await ask(`${question} [y/N] `);
  return /^y(es)?$/i.test(answer ?? '');
}
