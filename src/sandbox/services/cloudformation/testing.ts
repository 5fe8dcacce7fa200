import { AwsError } from '../../types.ts';
import { type Keys, Rig } from '../testing.ts';

export const ACCOUNT = '111111111111';

interface Described {
  readonly StackId: string;
  readonly StackStatus: string;
  readonly StackStatusReason?: string;
  readonly Outputs?: readonly { readonly OutputKey: string; readonly OutputValue: string }[];
}

/** A cloud with one account, and CloudFormation called as the wire does. */
export class StackRig extends Rig {
  readonly root: Keys = this.account(ACCOUNT);

  cfn<T = Record<string, unknown>>(operation: string, input: object = {}, keys: Keys = this.root): T {
    return this.call<T>(keys, 'cloudformation', operation, input);
  }

  refused(operation: string, input: object = {}, keys: Keys = this.root): string {
    return this.refusal(keys, 'cloudformation', operation, input);
  }

  /** Lets what was begun end. */
  settle(): void {
    this.now += 1_000;
    this.cloud.tick(this.now);
  }

  /** Creates a stack and waits for its end; its status. */
  create(StackName: string, template: object | string, more: object = {}, keys: Keys = this.root): string {
    this.cfn('CreateStack', { StackName, TemplateBody: bodyOf(template), ...all, ...more }, keys);
    this.settle();
    return this.stack(StackName).StackStatus;
  }

  update(StackName: string, template: object | string, more: object = {}, keys: Keys = this.root): string {
    this.cfn('UpdateStack', { StackName, TemplateBody: bodyOf(template), ...all, ...more }, keys);
    this.settle();
    return this.stack(StackName).StackStatus;
  }

  remove(StackName: string, more: object = {}): string {
    const { StackId } = this.stack(StackName);
    this.cfn('DeleteStack', { StackName, ...more });
    this.settle();
    return this.stack(StackId).StackStatus;
  }

  stack(StackName: string): Described {
    const { Stacks } = this.cfn<{ Stacks: [Described] }>('DescribeStacks', { StackName });
    return Stacks[0];
  }

  /** `Role CREATE_FAILED: reason`, oldest first. */
  events(StackName: string): string[] {
    interface Event {
      readonly LogicalResourceId: string;
      readonly ResourceStatus: string;
      readonly ResourceStatusReason?: string;
    }
    const { StackEvents } = this.cfn<{ StackEvents: Event[] }>('DescribeStackEvents', { StackName });
    return StackEvents.reverse().map(
      ({ LogicalResourceId: id, ResourceStatus: status, ResourceStatusReason: reason }) =>
        `${id} ${status}${reason === undefined ? '' : `: ${reason}`}`,
    );
  }

  roles(): string[] {
    const { Roles } = this.iam<{ Roles: { RoleName: string }[] }>(this.root, 'ListRoles');
    return Roles.map(({ RoleName }) => RoleName);
  }

  /** The code and message of an AwsError that `action` throws. */
  static failure(action: () => unknown): string {
    try {
      action();
    } catch (error) {
      if (error instanceof AwsError) return `${error.code}: ${error.message}`;
      throw error;
    }
    throw new Error('nothing was refused');
  }
}

const all = { Capabilities: ['CAPABILITY_NAMED_IAM'] };
export const bodyOf = (template: object | string): string =>
  typeof template === 'string' ? template : JSON.stringify(template);

export const trusts = (principal: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
});

/** A resource that any account can make: a role. */
export const role = (properties: object = {}, more: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: trusts({ AWS: ACCOUNT }), ...properties },
  ...more,
});

export const group = (properties: object = {}, more: object = {}) => ({
  Type: 'AWS::IAM::Group',
  ...(Object.keys(properties).length > 0 && { Properties: properties }),
  ...more,
});
