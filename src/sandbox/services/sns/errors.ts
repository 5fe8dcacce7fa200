import { AwsError } from '../../types.ts';

/** SNS's own way of saying so: `Invalid parameter: TopicArn` or `Invalid parameter: Attributes Reason: …`. */
export const invalid = (what: string, reason?: string): AwsError =>
  new AwsError(
    'InvalidParameter',
    `Invalid parameter: ${what}${reason === undefined ? '' : ` Reason: ${reason}`}`,
  );

export const notFound = (what: string): AwsError => new AwsError('NotFound', `${what} does not exist`, 404);
