import { AwsError } from '../../../types.ts';

/** CloudFormation's error for everything that is wrong with a request or its template. */
export const invalid = (message: string): AwsError => new AwsError('ValidationError', message);

export const formatError = (message: string): AwsError => invalid(`Template format error: ${message}`);
export const templateError = (message: string): AwsError => invalid(`Template error: ${message}`);
