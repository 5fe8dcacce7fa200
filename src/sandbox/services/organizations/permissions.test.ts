import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys } from '../testing.ts';
import { deny, MEMBER, OrganizationRig } from './testing.ts';

let rig: OrganizationRig;
beforeEach(() => {
  rig = new OrganizationRig();
  rig.enable('SERVICE_CONTROL_POLICY');
  rig.enable('RESOURCE_CONTROL_POLICY');
});

describe('organizations:PolicyType', () => {
  const only = (type: string) =>
    allow(['organizations:AttachPolicy', 'organizations:DetachPolicy'], '*', {
      StringEquals: { 'organizations:PolicyType': type },
    });
  const attach = (keys: Keys, PolicyId: string) =>
    rig.call(keys, 'organizations', 'AttachPolicy', { PolicyId, TargetId: MEMBER });

  it('lets an administrator of SCPs attach and detach them, and no RCPs', () => {
    const scp = rig.policy('SERVICE', undefined, deny('s3:*'));
    const rcp = rig.policy('RESOURCE', undefined, { Principal: '*', ...deny('s3:*') });
    const admin = rig.user(rig.management, 'scps', only('SERVICE_CONTROL_POLICY'));
    attach(admin, scp);
    rig.call(admin, 'organizations', 'DetachPolicy', { PolicyId: scp, TargetId: MEMBER });
    expect(() => attach(admin, rcp)).toThrow('not authorized to perform: organizations:AttachPolicy');
  });
});
