import type { CloudTrailRecord } from '../../../../trail/index.ts';
import { allow, type Keys, Rig, trust } from '../../testing.ts';

export const ADMIN = '111111111111';
export const TARGETS = ['222222222222', '333333333333', '444444444444', '555555555555'] as const;
export const ADMIN_ROLE = 'AWSCloudFormationStackSetAdministrationRole';
export const EXECUTION_ROLE = 'AWSCloudFormationStackSetExecutionRole';
export const REGION = 'us-east-1';

/** One role that trusts the administrator account, with the ExternalId that the parameter gives. */
export const TEMPLATE = `
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  ExternalId: { Type: String, Default: shared-id, AllowedPattern: '[a-z-]+' }
Resources:
  Audit:
    Type: AWS::IAM::Role
    Properties:
      RoleName: Audit
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: { AWS: 'arn:aws:iam::${ADMIN}:root' }
            Action: sts:AssumeRole
            Condition: { StringEquals: { sts:ExternalId: !Ref ExternalId } }
`;

export const serviceTrust = (Service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
  });

export const executionTrust = (administrator = ADMIN, Condition?: object) =>
  trust(`arn:aws:iam::${administrator}:role/${ADMIN_ROLE}`, Condition);

/** A rig with an administrator account whose user may do everything, and target accounts. */
export class SetsRig extends Rig {
  readonly root: Keys = this.account(ADMIN);
  readonly admin: Keys = this.user(this.root, 'admin', allow('*'));
  readonly targets: Readonly<Record<string, Keys>> = Object.fromEntries(
    TARGETS.map((id) => [id, this.account(id)]),
  );

  cfn<T = Record<string, unknown>>(operation: string, input: object = {}, keys: Keys = this.admin): T {
    return this.call<T>(keys, 'cloudformation', operation, input);
  }

  refused(operation: string, input: object = {}, keys: Keys = this.admin): string {
    return this.refusal(keys, 'cloudformation', operation, input);
  }

  /** The roles that self-managed sets need, as AWS's documents make them. */
  selfManaged(accounts: readonly string[] = TARGETS): void {
    this.iam(this.root, 'CreateRole', {
      RoleName: ADMIN_ROLE,
      AssumeRolePolicyDocument: serviceTrust('cloudformation.amazonaws.com'),
    });
    this.iam(this.root, 'PutRolePolicy', {
      RoleName: ADMIN_ROLE,
      PolicyName: 'assume',
      PolicyDocument: JSON.stringify(allow('sts:AssumeRole', `arn:aws:iam::*:role/${EXECUTION_ROLE}`)),
    });
    for (const account of accounts) this.executionRole(account, executionTrust());
  }

  executionRole(account: string, AssumeRolePolicyDocument: string, policy: object = allow('*')): void {
    const keys = this.target(account);
    this.iam(keys, 'CreateRole', { RoleName: EXECUTION_ROLE, AssumeRolePolicyDocument });
    this.iam(keys, 'PutRolePolicy', {
      RoleName: EXECUTION_ROLE,
      PolicyName: 'all',
      PolicyDocument: JSON.stringify(policy),
    });
  }

  target(account: string): Keys {
    const keys = this.targets[account];
    if (keys === undefined) throw new Error(`no account ${account}`);
    return keys;
  }

  createSet(more: object = {}, keys: Keys = this.admin): string {
    return this.cfn<{ StackSetId: string }>(
      'CreateStackSet',
      { StackSetName: 'audit', TemplateBody: TEMPLATE, Capabilities: ['CAPABILITY_NAMED_IAM'], ...more },
      keys,
    ).StackSetId;
  }

  start(operation: string, input: object, keys: Keys = this.admin): string {
    return this.cfn<{ OperationId: string }>(operation, { StackSetName: 'audit', ...input }, keys)
      .OperationId;
  }

  /** Starts an operation and lets it end; its status. */
  run(operation: string, input: object, keys: Keys = this.admin): string {
    const id = this.start(operation, input, keys);
    this.pass(10_000);
    return this.status(id);
  }

  pass(ms: number): void {
    this.now += ms;
    this.cloud.tick(this.now);
  }

  status(OperationId: string, more: object = {}): string {
    const { StackSetOperation: operation } = this.cfn<{ StackSetOperation: { Status: string } }>(
      'DescribeStackSetOperation',
      { StackSetName: 'audit', OperationId, ...more },
    );
    return operation.Status;
  }

  /** `ACCOUNT STATUS/DETAILED reason` of each instance. */
  instances(more: object = {}): string[] {
    const { Summaries } = this.cfn<{ Summaries: InstanceSummary[] }>('ListStackInstances', {
      StackSetName: 'audit',
      ...more,
    });
    return Summaries.map(
      ({ Account, Region, Status, StackInstanceStatus, StatusReason }) =>
        `${Account}${Region === REGION ? '' : ` ${Region}`} ${Status}/${StackInstanceStatus.DetailedStatus}${StatusReason === undefined ? '' : ` ${StatusReason}`}`,
    );
  }

  /** `ACCOUNT STATUS reason` of each result. */
  results(OperationId: string): string[] {
    const { Summaries } = this.cfn<{ Summaries: ResultSummary[] }>('ListStackSetOperationResults', {
      StackSetName: 'audit',
      OperationId,
    });
    return Summaries.map(({ Account, Status, StatusReason }) =>
      [Account, Status, ...(StatusReason === undefined ? [] : [StatusReason])].join(' '),
    );
  }

  roles(account: string): string[] {
    const { Roles } = this.iam<{ Roles: { RoleName: string }[] }>(this.target(account), 'ListRoles');
    return Roles.map(({ RoleName }) => RoleName);
  }

  /** The trust policy of the role that the template makes. */
  trustOf(account: string): string {
    const { Role } = this.iam<{ Role: { AssumeRolePolicyDocument: string } }>(
      this.target(account),
      'GetRole',
      {
        RoleName: 'Audit',
      },
    );
    return decodeURIComponent(Role.AssumeRolePolicyDocument);
  }

  records(): readonly CloudTrailRecord[] {
    return this.cloud.takeRecords();
  }
}

interface InstanceSummary {
  readonly Account: string;
  readonly Region: string;
  readonly Status: string;
  readonly StatusReason?: string;
  readonly StackInstanceStatus: { readonly DetailedStatus: string };
}

interface ResultSummary {
  readonly Account: string;
  readonly Status: string;
  readonly StatusReason?: string;
}
