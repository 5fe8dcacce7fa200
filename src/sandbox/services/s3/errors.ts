import { AwsError } from '../../types.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export const noSuchBucket = (): AwsError =>
  new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
export const noSuchKey = (): AwsError => new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
export const noSuchVersion = (): AwsError =>
  new AwsError('NoSuchVersion', 'The specified version does not exist.', 404);
export const accessDenied = (message = 'Access Denied'): AwsError =>
  new AwsError('AccessDenied', message, 403);
export const malformedXml = (): AwsError =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
export const invalidArgument = (message: string): AwsError => new AwsError('InvalidArgument', message);
export const invalidRequest = (message: string): AwsError => new AwsError('InvalidRequest', message);
