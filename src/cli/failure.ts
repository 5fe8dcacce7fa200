import { AwsFailure, describeAwsError } from '../aws/index.ts';
import { CliError, exit } from './exit.ts';
import { errnoOf, fileReason } from './files.ts';

/** Failures of AWS, network and disk as messages with a remedy; undefined for what can only be a bug. */
export function explainFailure(error: unknown): CliError | undefined {
  if (error instanceof AwsFailure)
    return new CliError(error.problem.message, exit.outside, error.problem.help);
  // By its name: the sandbox's room is too heavy to load for a message.
  if (error instanceof Error && error.name === 'ControlError' && 'status' in error)
    return new CliError(error.message, Number(error.status) < 500 ? exit.usage : exit.outside);
  const problem = describeAwsError(error);
  if (problem.status !== undefined || problem.retryable) {
    return new CliError(`${problem.code}: ${problem.message}`, exit.outside, problem.help);
  }
  if (errnoOf(error)?.startsWith('E') && error instanceof Error && 'syscall' in error) {
    const path = 'path' in error && typeof error.path === 'string' ? `${error.path}: ` : '';
    return new CliError(`${path}${fileReason(error)}`, exit.outside);
  }
  return undefined;
}
