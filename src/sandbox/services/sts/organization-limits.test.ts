import { beforeEach, describe, expect, it } from 'vitest';
import { deny, MEMBER, OrganizationRig, STRANGER } from '../organizations/testing.ts';
import { allow, type Keys, trust } from '../testing.ts';
import { metadata, response } from './saml/testing/idp.ts';
import { type Assumed, unsigned, unsignedRefusal } from './testing.ts';

const ROLE = `arn:aws:iam::${MEMBER}:role/target`;
const PROVIDER = `arn:aws:iam::${MEMBER}:saml-provider/corp`;
const everybody = { Principal: '*' };

let rig: OrganizationRig;
/** A user of the third account, which joins the organization where a test wants it. */
let outsider: Keys;

const role = (document: string) =>
  rig.iam(rig.member, 'CreateRole', { RoleName: 'target', AssumeRolePolicyDocument: document });
const input = { RoleArn: ROLE, RoleSessionName: 'session' };
const assume = (keys: Keys, more: object = {}) =>
  rig.sts<Assumed>(keys, 'AssumeRole', { ...input, ...more }).Credentials;
const refused = (keys: Keys, more: object = {}) =>
  rig.refusal(keys, 'sts', 'AssumeRole', { ...input, ...more });
const detach = (PolicyId: string, TargetId = MEMBER) => rig.org('DetachPolicy', { PolicyId, TargetId });

beforeEach(() => {
  rig = new OrganizationRig();
  rig.enable('SERVICE_CONTROL_POLICY');
  rig.enable('RESOURCE_CONTROL_POLICY');
  outsider = rig.user(rig.stranger, 'outsider', allow('sts:*'));
});

describe('AssumeRole in an organization', () => {
  it("is limited by the RCPs of the role's account, for callers from anywhere", () => {
    role(trust([STRANGER, MEMBER]));
    const own = rig.user(rig.member, 'own', allow('sts:*'));
    expect(assume(outsider)).toBeDefined();
    const rcp = rig.policy('RESOURCE', MEMBER, {
      ...everybody,
      ...deny('sts:AssumeRole', {
        StringNotEqualsIfExists: { 'aws:PrincipalOrgID': rig.organizationId },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
      }),
    });
    expect(refused(outsider)).toContain('with an explicit deny');
    expect(assume(own)).toBeDefined();
    detach(rcp);
    expect(assume(outsider)).toBeDefined();
  });

  it("is limited by the SCPs of the caller's account, not of the role's; the session by those of the role's", () => {
    role(trust([STRANGER]));
    rig.join(rig.stranger, STRANGER);
    rig.iam(rig.member, 'PutRolePolicy', {
      RoleName: 'target',
      PolicyName: 'all',
      PolicyDocument: JSON.stringify(allow('*')),
    });
    const scp = rig.policy('SERVICE', MEMBER, deny(['sts:AssumeRole', 'iam:ListRoles']));
    const session = assume(outsider);
    expect(rig.refusal(session, 'iam', 'ListRoles')).toContain('service control policy');
    expect(rig.refusal(session, 'sts', 'AssumeRole', input)).toContain('explicit deny');
    detach(scp);
    expect(rig.iam(session, 'ListRoles')).toBeDefined();
    rig.org('AttachPolicy', { PolicyId: scp, TargetId: STRANGER });
    expect(refused(outsider)).toContain('explicit deny');
  });

  it('asks RCPs about the tags and the source identity as well', () => {
    role(trust([STRANGER], undefined, ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']));
    rig.policy('RESOURCE', MEMBER, { ...everybody, ...deny(['sts:TagSession', 'sts:SetSourceIdentity']) });
    expect(assume(outsider)).toBeDefined();
    expect(refused(outsider, { Tags: [{ Key: 'team', Value: 'red' }] })).toContain('sts:TagSession');
    expect(refused(outsider, { SourceIdentity: 'alice' })).toContain('sts:SetSourceIdentity');
  });
});

describe('AssumeRoleWithSAML in an organization', () => {
  const federated = (subject = 'alice') => ({
    RoleArn: ROLE,
    PrincipalArn: PROVIDER,
    SAMLAssertion: Buffer.from(
      response({ now: rig.now, subject, attributes: { Role: [`${ROLE},${PROVIDER}`] } }),
    ).toString('base64'),
  });
  const signIn = (subject?: string) => unsigned<Assumed>(rig, 'AssumeRoleWithSAML', federated(subject));
  const refusedIn = (subject?: string) => unsignedRefusal(rig, 'AssumeRoleWithSAML', federated(subject));

  beforeEach(() => {
    rig.iam(rig.member, 'CreateSAMLProvider', { Name: 'corp', SAMLMetadataDocument: metadata });
    const Statement = [
      { Effect: 'Allow', Principal: { Federated: PROVIDER }, Action: 'sts:AssumeRoleWithSAML' },
    ];
    role(JSON.stringify({ Version: '2012-10-17', Statement }));
  });

  it("is limited by the RCPs of the role's account, which see who federates", () => {
    expect(signIn()).toBeDefined();
    const rcp = rig.policy('RESOURCE', MEMBER, {
      ...everybody,
      ...deny('sts:AssumeRoleWithSAML', { StringNotEquals: { 'saml:sub': 'bob' } }),
    });
    expect(refusedIn()).toBe('AccessDenied: Not authorized to perform sts:AssumeRoleWithSAML');
    expect(signIn('bob')).toBeDefined();
    detach(rcp);
    rig.policy('RESOURCE', MEMBER, { ...everybody, ...deny('sts:*') });
    expect(refusedIn('bob')).toContain('Not authorized');
  });

  it('is not limited by SCPs, of which the federated user has none; the session is', () => {
    rig.iam(rig.member, 'PutRolePolicy', {
      RoleName: 'target',
      PolicyName: 'all',
      PolicyDocument: JSON.stringify(allow('*')),
    });
    rig.policy('SERVICE', MEMBER, deny(['sts:AssumeRoleWithSAML', 'iam:ListRoles']));
    const { Credentials } = signIn();
    expect(rig.refusal(Credentials, 'iam', 'ListRoles')).toContain('service control policy');
    expect(rig.iam(Credentials, 'ListUsers')).toBeDefined();
  });
});
