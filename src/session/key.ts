import { createHash } from 'node:crypto';
import type { Partition } from '../base/index.ts';
import type { AssumeIdentity } from './types.ts';

// The AWS CLI's cache key leaves out the source principal: two users of one machine get each other's sessions.
// Here everything that AWS would answer differently for is in it. Fields are named and nested in JSON, so that no
// two different requests run together into one text.

export const keyOfAssume = (identity: AssumeIdentity): string =>
  hash({
    kind: 'role',
    source: identity.sourceArn,
    route: identity.route.map(({ roleArn, externalId }) => [roleArn, externalId ?? null]),
    sessionName: identity.sessionName,
    duration: identity.duration,
    sourceIdentity: identity.sourceIdentity ?? null,
    tags: Object.entries(identity.tags ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
    policy: identity.policy ?? null,
    mfa: [identity.mfa, identity.mfaSerial ?? null],
    where: [identity.partition, identity.endpoint ?? null],
  });

export const keyOfLogin = (identity: {
  readonly sourceArn: string;
  readonly mfaSerial?: string;
  readonly duration: number;
  readonly partition: Partition;
  readonly endpoint?: string;
}): string =>
  hash({
    kind: 'login',
    source: identity.sourceArn,
    mfa: identity.mfaSerial ?? null,
    duration: identity.duration,
    where: [identity.partition, identity.endpoint ?? null],
  });

const hash = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');
