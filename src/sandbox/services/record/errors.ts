/** Codes of IAM and STS that CloudTrail writes with the name of the exception (`NoSuchEntityException`). */
const exceptions = new Set([
  'NoSuchEntity',
  'EntityAlreadyExists',
  'DeleteConflict',
  'LimitExceeded',
  'MalformedPolicyDocument',
  'InvalidInput',
  'InvalidAuthenticationCode',
  'EntityTemporarilyUnmodifiable',
  'PolicyNotAttachable',
  'UnmodifiableEntity',
  'InvalidUserType',
]);

/** `errorCode` of a record: EC2's client errors are prefixed, IAM's have their exception's name (seen in real records). */
export function errorCode(service: string, code: string): string {
  if (service === 'ec2') return `Client.${code}`;
  if (code === 'AccessDeniedException') return 'AccessDenied';
  // unverified: which of the two STS's MalformedPolicyDocument and both services' ValidationError get.
  if (code === 'ValidationError') return 'ValidationException';
  return exceptions.has(code) ? `${code}Exception` : code;
}
