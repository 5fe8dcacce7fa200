import type * as organizations from '@aws-sdk/client-organizations';
import { storedPolicy } from '../../state/stored-policy.ts';
import { AwsError, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { enter } from './access.ts';
import { resourcePolicyArn } from './arns.ts';
import { requestTags } from './ask.ts';
import { constraintViolation, invalidInput, noResourcePolicy } from './errors.ts';
import { newId } from './ids.ts';
import type { Service } from './service.ts';
import { resourcePolicyShape } from './shapes.ts';
import { addTags, checkTags } from './tags.ts';

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
const SIZE = 40_000;

/** The policy by which the management account delegates to members: orgs_delegate_policies.html */
export const resourcePolicyOperations = ({ world, state, ask }: Service): readonly Operation[] => [
  operation<organizations.PutResourcePolicyRequest, organizations.PutResourcePolicyResponse>({
    name: 'PutResourcePolicy',
    readOnly: false,
    authorize: ({ Tags }, call) => {
      const organization = state.members.get(call.caller.accountId)?.organization;
      const id = organization?.resourcePolicy?.id ?? '*';
      const arn = organization === undefined ? '*' : resourcePolicyArn(organization, id);
      return [
        ...ask.arn('PutResourcePolicy', call, 'management', arn, requestTags(Tags)),
        ...ask.tagging(call, 'management', Tags, `resourcepolicy/${id}`),
      ];
    },
    handle: ({ Content, Tags }, call) => {
      const organization = enter(state, call, 'management');
      if (Content.length > SIZE) {
        throw constraintViolation(
          'POLICY_CONTENT_LIMIT_EXCEEDED',
          'You have exceeded the maximum policy size.',
        );
      }
      const known = organization.resourcePolicy;
      if (known !== undefined && Tags?.length) {
        throw invalidInput(
          'UPDATE_EXISTING_RESOURCE_POLICY_WITH_TAGS_NOT_SUPPORTED',
          'You can add tags only when you create the resource policy.',
        );
      }
      checkTags(new Map(), Tags);
      const policy = checked(Content);
      if (known !== undefined) known.policy = policy;
      else {
        const tags = new Map<string, string>();
        addTags(tags, Tags);
        organization.resourcePolicy = { id: newId.resourcePolicy(world.store.random), policy, tags };
      }
      const shape = resourcePolicyShape(organization);
      return shape === undefined ? {} : { ResourcePolicy: shape };
    },
  }),
  operation<object, organizations.DescribeResourcePolicyResponse>({
    name: 'DescribeResourcePolicy',
    readOnly: true,
    authorize: (_input, call) => ask.any('DescribeResourcePolicy', call, 'delegate'),
    handle: (_input, call) => {
      const ResourcePolicy = resourcePolicyShape(enter(state, call, 'delegate'));
      if (ResourcePolicy === undefined) throw noResourcePolicy();
      return { ResourcePolicy };
    },
  }),
  operation<object, object>({
    name: 'DeleteResourcePolicy',
    readOnly: false,
    authorize: (_input, call) => ask.any('DeleteResourcePolicy', call, 'management'),
    handle: (_input, call) => {
      const organization = enter(state, call, 'management');
      if (organization.resourcePolicy === undefined) throw noResourcePolicy();
      delete organization.resourcePolicy;
      return {};
    },
  }),
];

/** Actions that can be delegated: orgs_delegate_policies.html, "Supported actions and resources". */
const delegable =
  /^organizations:(Describe(Organization|OrganizationalUnit|Account|Policy|EffectivePolicy|ResourcePolicy|CreateAccountStatus|Handshake)|List\w+|(Create|Update|Delete|Attach|Detach)Policy|(Enable|Disable)PolicyType|(Untag|Tag)Resource)$/i;

function checked(content: string) {
  try {
    const policy = storedPolicy(content, 'resource');
    for (const { action, principal } of policy.document.statements) {
      if (principal === undefined) throw invalidPolicy();
      for (const { value } of action ?? []) {
        if (/^organizations:.*[*?]/i.test(value) || delegable.test(value)) continue;
        throw invalidInput(
          'UNSUPPORTED_ACTION_IN_RESOURCE_POLICY',
          `You specified an action that isn't supported in a resource-based delegation policy: ${value}`,
        );
      }
    }
    return policy;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'MalformedPolicyDocument') throw invalidPolicy();
    throw error;
  }
}

const invalidPolicy = (): AwsError =>
  invalidInput('INVALID_RESOURCE_POLICY_JSON', 'The provided resource policy is not valid.');
