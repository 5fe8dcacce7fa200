/** Asks on the terminal; undefined when there is none, or when nothing was answered (Ctrl-D). */
export async function ask(question: string): Promise<string | undefined> {
  const { AwsFailure } = await import('../aws/index.ts');
  const { askTerminal } = await import('../session/index.ts');
  try {
    return (await askTerminal(question)).trim();
  } catch (error) {
    if (error instanceof AwsFailure) return undefined;
    throw error;
  }
}

/** True only for a clear yes; without a terminal nobody said yes. */
export async function confirm(question: string): Promise<boolean> {
  const answer = await ask(`${question} [y/N] `);
  return /^y(es)?$/i.test(answer ?? '');
}
