import { AwsError } from '../../types.ts';

export const validation = (message: string): AwsError => new AwsError('ValidationError', message);
export const badValue = (message: string): AwsError => new AwsError('InvalidParameterValue', message);
export const badCombination = (message: string): AwsError =>
  new AwsError('InvalidParameterCombination', message);
export const missing = (parameter: string): AwsError =>
  new AwsError('MissingParameter', `The parameter ${parameter} is required.`);
export const noAlarm = (): AwsError => new AwsError('ResourceNotFound', 'Unknown alarm', 404);
