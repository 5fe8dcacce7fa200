import type { Template } from './model.ts';

/** The member that names each resource which can change permissions; '' for those without a custom name. */
const named: Readonly<Record<string, string>> = {
  'AWS::IAM::AccessKey': '',
  'AWS::IAM::Group': 'GroupName',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Policy': '',
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::RolePolicy': '',
  'AWS::IAM::User': 'UserName',
  'AWS::IAM::UserToGroupAddition': '',
  'AWS::IAM::GroupPolicy': '',
  'AWS::IAM::UserPolicy': '',
};

export interface NeededCapabilities {
  readonly capabilities: readonly ('CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM')[];
  readonly reason?: string;
}

/**
 * What the caller has to acknowledge before the template may run.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html, Capabilities
 */
export function neededCapabilities(template: Template): NeededCapabilities {
  const types = new Set<string>();
  let custom = false;
  for (const { type, properties } of template.resources.values()) {
    const name = Object.hasOwn(named, type) ? named[type] : undefined;
    if (name === undefined) continue;
    types.add(type);
    custom ||= name !== '' && Object.hasOwn(properties, name);
  }
  if (types.size === 0) return { capabilities: [] };
  return {
    capabilities: [custom ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'],
    reason: `The following resource(s) require capabilities: [${[...types].join(', ')}]`,
  };
}

/** CAPABILITY_NAMED_IAM includes CAPABILITY_IAM. The missing one, if any. */
export function missingCapability(template: Template, given: readonly string[]): string | undefined {
  const [needed] = neededCapabilities(template).capabilities;
  if (needed === undefined || given.includes('CAPABILITY_NAMED_IAM')) return undefined;
  return needed === 'CAPABILITY_IAM' && given.includes(needed) ? undefined : needed;
}
