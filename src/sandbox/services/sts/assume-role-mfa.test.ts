import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys, trust } from '../testing.ts';
import { ADMIN, CrossAccountRig, DENIED, SECURITY, WORKLOAD } from './testing.ts';

let rig: CrossAccountRig;
beforeEach(() => {
  rig = new CrossAccountRig();
});

describe('MFA', () => {
  const condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

  it('is demanded, checked, and good once', () => {
    rig.makeRole(trust(ADMIN, condition));
    const { serial, code } = rig.mfa(rig.security, 'security-admin');
    expect(serial).toBe(`arn:aws:iam::${SECURITY}:mfa/pixel1`);
    expect(rig.refused(rig.admin)).toBe(DENIED);
    const used = code();
    expect(rig.assume(rig.admin, { SerialNumber: serial, TokenCode: used }).Credentials).toBeDefined();
    expect(rig.refused(rig.admin, { SerialNumber: serial, TokenCode: used })).toMatch(
      /^AccessDenied: MultiFactorAuthentication failed with invalid MFA one time pass code/,
    );
    rig.now += 30_000;
    expect(rig.assume(rig.admin, { SerialNumber: serial, TokenCode: code() }).Credentials).toBeDefined();
  });

  it('uses a code up across all operations', () => {
    rig.makeRole(trust(ADMIN, condition));
    const { serial, code } = rig.mfa(rig.security, 'security-admin');
    const used = code();
    rig.sts(rig.admin, 'GetSessionToken', { SerialNumber: serial, TokenCode: used });
    expect(rig.refused(rig.admin, { SerialNumber: serial, TokenCode: used })).toContain(
      'invalid MFA one time pass code',
    );
  });

  it('takes the codes next to the present one, and no others', () => {
    rig.makeRole(trust(ADMIN, condition));
    const { serial, code } = rig.mfa(rig.security, 'security-admin');
    const codeIn = (steps: number) => {
      rig.now += steps * 30_000;
      const text = code();
      rig.now -= steps * 30_000;
      return text;
    };
    rig.now += 300_000;
    expect(rig.refused(rig.admin, { SerialNumber: serial, TokenCode: codeIn(2) })).toContain('invalid MFA');
    expect(rig.refused(rig.admin, { SerialNumber: serial, TokenCode: codeIn(-2) })).toContain('invalid MFA');
    expect(rig.assume(rig.admin, { SerialNumber: serial, TokenCode: codeIn(1) }).Credentials).toBeDefined();
    expect(rig.assume(rig.admin, { SerialNumber: serial, TokenCode: codeIn(-1) }).Credentials).toBeDefined();
  });

  it("refuses another user's device, half an answer, and a device that is deactivated", () => {
    rig.makeRole(trust(ADMIN, condition));
    const own = rig.mfa(rig.security, 'security-admin');
    rig.user(rig.security, 'other');
    const others = rig.mfa(rig.security, 'other', 'pixel2');
    expect(rig.refused(rig.admin, { SerialNumber: others.serial, TokenCode: others.code() })).toContain(
      'MultiFactorAuthentication failed',
    );
    expect(rig.refused(rig.admin, { SerialNumber: own.serial })).toContain('must provide both');
    expect(rig.refused(rig.admin, { TokenCode: own.code() })).toContain('must provide both');
    rig.iam(rig.security, 'DeactivateMFADevice', { UserName: 'security-admin', SerialNumber: own.serial });
    expect(rig.refused(rig.admin, { SerialNumber: own.serial, TokenCode: own.code() })).toContain(
      'unable to validate',
    );
  });

  it('of GetSessionToken opens role after role, of the assumed role none', () => {
    rig.makeRole(trust([ADMIN, WORKLOAD], condition));
    const { serial, code } = rig.mfa(rig.security, 'security-admin');
    const { Credentials: session } = rig.sts<{ Credentials: Keys }>(rig.admin, 'GetSessionToken', {
      SerialNumber: serial,
      TokenCode: code(),
    });
    const first = rig.assume(session).Credentials;
    expect(rig.assume(session).Credentials).toBeDefined();
    rig.iam(rig.workload, 'PutRolePolicy', {
      RoleName: 'SecurityAuditRole',
      PolicyName: 'onward',
      PolicyDocument: JSON.stringify(allow('sts:AssumeRole')),
    });
    expect(rig.refused(first)).toContain('is not authorized to perform: sts:AssumeRole');
  });

  it('has an age, in seconds', () => {
    rig.makeRole(trust(ADMIN, { ...condition, NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } }));
    const { serial, code } = rig.mfa(rig.security, 'security-admin');
    const { Credentials: session } = rig.sts<{ Credentials: Keys }>(rig.admin, 'GetSessionToken', {
      SerialNumber: serial,
      TokenCode: code(),
    });
    rig.now += 3_599_000;
    expect(rig.assume(session).Credentials).toBeDefined();
    rig.now += 1_000;
    expect(rig.refused(session)).toBe(DENIED);
  });
});
