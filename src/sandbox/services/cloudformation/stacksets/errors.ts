import { AwsError } from '../../../types.ts';

export const invalid = (message: string): AwsError => new AwsError('ValidationError', message);
export const invalidOperation = (message: string): AwsError =>
  new AwsError('InvalidOperationException', message);

export const noSuchSet = (name: string): AwsError =>
  new AwsError('StackSetNotFoundException', `StackSet ${name} not found`, 404);

export const noSuchOperation = (id: string, setArn: string): AwsError =>
  new AwsError('OperationNotFoundException', `Operation ${id} not found in StackSet ${setArn}`, 404);

export const noSuchInstance = (accountId: string, region: string, setId: string): AwsError =>
  new AwsError(
    'StackInstanceNotFoundException',
    `Stack instance for account ${accountId} in region ${region} not found in StackSet ${setId}`,
    404,
  );

/** The wording is AWS's (seen in recorded answers); the Terraform provider waits when it reads its first four words. */
export const inProgress = (setArn: string, operationId: string): AwsError =>
  new AwsError(
    'OperationInProgressException',
    `Another Operation on StackSet ${setArn} is in progress: ${operationId}`,
    409,
  );
