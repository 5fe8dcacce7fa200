import { callerArn } from '../../../engine/index.ts';
import { policySize, quotaOf } from '../../../policy/index.ts';
import type { ManagedPolicy } from '../../state/model.ts';
import type { StoredPolicy } from '../../state/stored-policy.ts';
import { storedPolicy } from '../../state/stored-policy.ts';
import { AwsError, type Call } from '../../types.ts';
import { limitExceeded } from './find.ts';

/** Parses a managed policy document and holds it against its quota. */
export function managedDocument(text: string): StoredPolicy {
  const policy = storedPolicy(text, 'identity');
  if (policySize(text) > quotaOf('identity')) {
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${quotaOf('identity')}`);
  }
  return policy;
}

/** AWS managed policies belong to AWS, whatever the caller's own policies allow. */
export function assertOwn(policy: ManagedPolicy, call: Call): void {
  if (policy.owner === call.caller.accountId) return;
  throw new AwsError(
    'AccessDenied',
    `User: ${callerArn(call.caller.principal)} is not authorized to perform: iam:${call.operation} on resource: policy ${policy.arn}`,
    403,
  );
}
