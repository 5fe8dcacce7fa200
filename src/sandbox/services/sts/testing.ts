import { AwsError, type Call } from '../../types.ts';
import { allow, type Keys, Rig } from '../testing.ts';

export type Assumed = {
  Credentials: Keys & { SecretAccessKey: string; SessionToken: string; Expiration: Date };
  AssumedRoleUser: { Arn: string; AssumedRoleId: string };
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

export const SECURITY = '489157521585';
export const WORKLOAD = '657654036224';
export const ROLE = `arn:aws:iam::${WORKLOAD}:role/SecurityAuditRole`;
export const ADMIN = `arn:aws:iam::${SECURITY}:user/security-admin`;
export const DENIED = `AccessDenied: User: ${ADMIN} is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`;

/** An administrator of one account who may assume any role, and another account to make one in. */
export class CrossAccountRig extends Rig {
  readonly security = this.account(SECURITY);
  readonly workload = this.account(WORKLOAD);
  readonly admin = this.user(
    this.security,
    'security-admin',
    allow(['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'], 'arn:aws:iam::*:role/*'),
  );

  makeRole(AssumeRolePolicyDocument: string, more: object = {}): void {
    this.iam(this.workload, 'CreateRole', {
      RoleName: 'SecurityAuditRole',
      AssumeRolePolicyDocument,
      ...more,
    });
  }

  assume(keys: Keys, more: object = {}): Assumed {
    return this.sts<Assumed>(keys, 'AssumeRole', { RoleArn: ROLE, RoleSessionName: 'audit', ...more });
  }

  refused(keys: Keys, more: object = {}): string {
    return this.refusal(keys, 'sts', 'AssumeRole', { RoleArn: ROLE, RoleSessionName: 'audit', ...more });
  }
}
