import { parseArn } from '../../../base/index.ts';
import { AwsError, type Call } from '../../types.ts';
import { invalid } from './errors.ts';

/** A role that EventBridge is to use: of the caller's own account. */
export function passableRole(arn: string | undefined, { caller }: Call): void {
  if (arn === undefined) return;
  const parsed = parseArn(arn);
  if (parsed?.service !== 'iam' || !parsed.resource.startsWith('role/'))
    throw invalid(`Provided role '${arn.slice(0, 256)}' is not valid.`);
  if (parsed.account !== caller.accountId) {
    throw new AwsError('AccessDenied', 'Cross-account pass role is not allowed.', 403);
  }
}
