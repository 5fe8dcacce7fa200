/** Exit codes, the same for every command (DESIGN.md): scripts and CI rely on them. */
export const exit = {
  good: 0,
  /** Findings, denials, drift, failed checks. */
  findings: 1,
  /** Wrong use or bad input. */
  usage: 2,
  /** AWS, the sandbox or the machine failed. */
  outside: 3,
} as const;

export type ExitCode = (typeof exit)[keyof typeof exit];

/** An expected failure: printed as one message with a remedy, never with a stack. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  readonly help: string | undefined;

  constructor(message: string, exitCode: ExitCode = exit.usage, help?: string) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.help = help;
  }
}
