import { type Keys, Rig } from '../testing.ts';

type Answer = Record<string, unknown>;

export const MANAGEMENT = '111111111111';
export const MEMBER = '222222222222';
export const STRANGER = '999999999999';

/** A cloud with an organization: a management account, one invited member, and a stranger outside. */
export class OrganizationRig extends Rig {
  readonly management: Keys;
  readonly member: Keys;
  readonly stranger: Keys;
  readonly organizationId: string;
  readonly rootId: string;

  constructor(featureSet: 'ALL' | 'CONSOLIDATED_BILLING' = 'ALL') {
    super();
    this.management = this.account(MANAGEMENT);
    this.member = this.account(MEMBER);
    this.stranger = this.account(STRANGER);
    const { Organization } = this.org<{ Organization: { Id: string } }>('CreateOrganization', {
      FeatureSet: featureSet,
    });
    this.organizationId = Organization.Id;
    this.rootId = this.org<{ Roots: { Id: string }[] }>('ListRoots').Roots[0]?.Id ?? '';
    this.join(this.member, MEMBER);
  }

  /** As the management account. */
  org<T = Answer>(operation: string, input: object = {}): T {
    return this.call<T>(this.management, 'organizations', operation, input);
  }

  orgRefusal(operation: string, input: object = {}): string {
    return this.refusal(this.management, 'organizations', operation, input);
  }

  join(keys: Keys, Id: string): void {
    const { Handshake } = this.org<{ Handshake: { Id: string } }>('InviteAccountToOrganization', {
      Target: { Type: 'ACCOUNT', Id },
    });
    this.call(keys, 'organizations', 'AcceptHandshake', { HandshakeId: Handshake.Id });
  }

  unit(Name: string, ParentId = this.rootId): string {
    const { OrganizationalUnit } = this.org<{ OrganizationalUnit: { Id: string } }>(
      'CreateOrganizationalUnit',
      { Name, ParentId },
    );
    return OrganizationalUnit.Id;
  }

  move(AccountId: string, SourceParentId: string, DestinationParentId: string): void {
    this.org('MoveAccount', { AccountId, SourceParentId, DestinationParentId });
  }

  enable(PolicyType: string): void {
    this.org('EnablePolicyType', { RootId: this.rootId, PolicyType });
  }

  #policies = 0;

  /** Makes a policy and attaches it; its id. */
  policy(kind: 'SERVICE' | 'RESOURCE', targetId: string | undefined, ...Statement: object[]): string {
    const { Policy } = this.org<{ Policy: { PolicySummary: { Id: string } } }>('CreatePolicy', {
      Name: `policy-${this.#policies++}`,
      Description: '',
      Type: `${kind}_CONTROL_POLICY`,
      Content: JSON.stringify({ Version: '2012-10-17', Statement }),
    });
    const PolicyId = Policy.PolicySummary.Id;
    if (targetId !== undefined) this.org('AttachPolicy', { PolicyId, TargetId: targetId });
    return PolicyId;
  }

  /** An account made by CreateAccount, and a session of its access role. */
  created(AccountName: string): { accountId: string; admin: Keys } {
    const Email = `${AccountName}@corp.example`;
    const { CreateAccountStatus: asked } = this.org<{ CreateAccountStatus: { Id: string } }>(
      'CreateAccount',
      { AccountName, Email },
    );
    this.now += 5_000;
    const { CreateAccountStatus: done } = this.org<{ CreateAccountStatus: { AccountId: string } }>(
      'DescribeCreateAccountStatus',
      { CreateAccountRequestId: asked.Id },
    );
    const accountId = done.AccountId;
    const operator = this.user(this.management, `op-${AccountName}`, {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
    });
    const { Credentials } = this.sts<{ Credentials: Keys }>(operator, 'AssumeRole', {
      RoleArn: `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`,
      RoleSessionName: 'admin',
    });
    return { accountId, admin: Credentials };
  }
}

export const deny = (Action: string | string[], Condition?: object) => ({
  Effect: 'Deny',
  Action,
  Resource: '*',
  ...(Condition && { Condition }),
});
