import { AwsError, type Call } from '../../types.ts';
import type { Keys, Rig } from '../testing.ts';

export type Assumed = {
  Credentials: Keys & { SecretAccessKey: string; SessionToken: string; Expiration: Date };
  AssumedRoleUser: { Arn: string };
  [member: string]: unknown;
};

let calls = 0;

/** An unsigned call of STS, as the wire makes it. */
export function unsigned<T = Assumed>(rig: Rig, operation: string, input: object): T {
  const call: Call = {
    requestId: `00000000-0000-4000-9000-${String(++calls).padStart(12, '0')}`,
    now: rig.now,
    service: 'sts',
    operation,
    region: 'us-east-1',
    sourceIp: '203.0.113.9',
    userAgent: 'test',
    host: 'sts.us-east-1.amazonaws.com',
    caller: { principal: { type: 'anonymous' }, accountId: '' },
  };
  return rig.cloud.invoke(call, { ...input }) as T;
}

/** The error of an unsigned call that must fail, as `Code: message`. */
export function unsignedRefusal(rig: Rig, operation: string, input: object): string {
  try {
    unsigned(rig, operation, input);
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error(`${operation} was allowed`);
}
