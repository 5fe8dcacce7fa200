import type { Access } from '../access/index.ts';
import { QUARANTINE_POLICY } from '../aws/index.ts';
import type { PolicyJson } from '../policy/index.ts';
import { putEverywhere, removeEverywhere } from './measure.ts';
import { subjectTargets } from './targets.ts';
import type { Connect, QuarantineResult, RevokeSubject } from './types.ts';

const DENY_ALL: PolicyJson = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: ['*'], Resource: ['*'] }],
};

/**
 * Denies everything to a role or an operator, long-lived keys and future sessions included, until `release`.
 * Sessions of roles that an operator entered before are not the operator's any more: revoke them too.
 */
export async function quarantine(
  access: Access,
  subject: RevokeSubject,
  connect: Connect,
  options: { readonly concurrency?: number } = {},
): Promise<QuarantineResult> {
  const targets = subjectTargets(access, subject);
  const measures = await putEverywhere(
    targets,
    QUARANTINE_POLICY,
    DENY_ALL,
    connect,
    options.concurrency ?? 16,
  );
  return { measures, complete: measures.every((m) => m.state === 'applied') };
}

/** Ends a quarantine. */
export async function release(
  access: Access,
  subject: RevokeSubject,
  connect: Connect,
  options: { readonly concurrency?: number } = {},
): Promise<QuarantineResult> {
  const targets = subjectTargets(access, subject);
  const measures = await removeEverywhere(targets, QUARANTINE_POLICY, connect, options.concurrency ?? 16);
  return { measures, complete: measures.every((m) => m.state === 'applied') };
}
