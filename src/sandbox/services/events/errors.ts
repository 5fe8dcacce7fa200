import { AwsError } from '../../types.ts';

export const notFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', message);
export const exists = (message: string): AwsError => new AwsError('ResourceAlreadyExistsException', message);
export const invalid = (message: string): AwsError => new AwsError('ValidationException', message);
export const badPattern = (reason: string): AwsError =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
export const limit = (message: string): AwsError => new AwsError('LimitExceededException', message);
