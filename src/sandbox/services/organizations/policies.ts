import type * as organizations from '@aws-sdk/client-organizations';
import { type StoredPolicy, storedPolicy } from '../../state/stored-policy.ts';
import { AwsError, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { enter } from './access.ts';
import { requestTags } from './ask.ts';
import { kindOf, noteChange } from './default-policies.ts';
import {
  constraintViolation,
  duplicatePolicy,
  invalidInput,
  malformedPolicy,
  policyInUse,
  policyTypeNotAvailable,
} from './errors.ts';
import { policy as findPolicy } from './find.ts';
import { newId } from './ids.ts';
import { page } from './page.ts';
import { quotaOf } from './policy-types.ts';
import type { Service } from './service.ts';
import { policyShape, policySummary } from './shapes.ts';
import type { Organization, OrganizationPolicy, PolicyType } from './state.ts';
import { addTags, checkTags } from './tags.ts';

export const policyOperations = ({ world, state, ask }: Service): readonly Operation[] => [
  operation<organizations.CreatePolicyRequest, organizations.CreatePolicyResponse>({
    name: 'CreatePolicy',
    readOnly: false,
    // The resource is a policy that has no id yet.
    authorize: ({ Type, Tags }, call) => {
      const organization = state.members.get(call.caller.accountId)?.organization;
      const arn =
        organization === undefined
          ? '*'
          : `arn:aws:organizations::${organization.managementAccountId}:policy/${organization.id}/${Type.toLowerCase()}/*`;
      const context = { 'organizations:PolicyType': Type, ...requestTags(Tags) };
      const type = { 'organizations:PolicyType': Type };
      return [
        ...ask.arn('CreatePolicy', call, 'policy', arn, context),
        ...ask.tagging(call, 'policy', Tags, `policy/${Type.toLowerCase()}/*`, type),
      ];
    },
    handle: ({ Content, Description, Name, Type, Tags }, call) => {
      const organization = enter(state, call, 'policy');
      if (organization.featureSet !== 'ALL') throw policyTypeNotAvailable();
      const own = [...organization.policies.values()].filter(({ type }) => type === Type);
      if (own.some(({ name }) => name === Name)) throw duplicatePolicy();
      if (own.length >= quotaOf(Type).perOrganization) {
        throw constraintViolation(
          'POLICY_NUMBER_LIMIT_EXCEEDED',
          'You have exceeded the allowed number of policies.',
        );
      }
      checkTags(new Map(), Tags);
      const document = checked(Content, Type);
      const policy: OrganizationPolicy = {
        id: newId.policy(world.store.random),
        type: Type,
        awsManaged: false,
        name: Name,
        description: Description,
        content: Content,
        ...(document !== undefined && { document }),
        tags: new Map(),
        targets: new Set(),
      };
      addTags(policy.tags, Tags);
      organization.policies.set(policy.id, policy);
      return { Policy: policyShape(organization, policy) };
    },
  }),
  operation<organizations.UpdatePolicyRequest, organizations.UpdatePolicyResponse>({
    name: 'UpdatePolicy',
    readOnly: false,
    authorize: ({ PolicyId }, call) => ask.about('UpdatePolicy', call, 'policy', [PolicyId]),
    handle: ({ PolicyId, Name, Description, Content }, call) => {
      const organization = enter(state, call, 'policy');
      const policy = changeable(organization, PolicyId);
      if (Name !== undefined && Name !== policy.name) {
        for (const { type, name } of organization.policies.values())
          if (type === policy.type && name === Name) throw duplicatePolicy();
      }
      const document = Content === undefined ? undefined : checked(Content, policy.type);
      if (Name !== undefined) policy.name = Name;
      if (Description !== undefined) policy.description = Description;
      if (Content !== undefined) {
        policy.content = Content;
        noteChange(organization, policy.type, call.now);
      }
      if (document !== undefined) policy.document = document;
      return { Policy: policyShape(organization, policy) };
    },
  }),
  operation<organizations.DeletePolicyRequest, object>({
    name: 'DeletePolicy',
    readOnly: false,
    authorize: ({ PolicyId }, call) => ask.about('DeletePolicy', call, 'policy', [PolicyId]),
    handle: ({ PolicyId }, call) => {
      const organization = enter(state, call, 'policy');
      if (changeable(organization, PolicyId).targets.size > 0) throw policyInUse();
      organization.policies.delete(PolicyId);
      return {};
    },
  }),
  operation<organizations.DescribePolicyRequest, organizations.DescribePolicyResponse>({
    name: 'DescribePolicy',
    readOnly: true,
    authorize: ({ PolicyId }, call) => ask.about('DescribePolicy', call, 'delegate', [PolicyId]),
    handle: ({ PolicyId }, call) => {
      const organization = enter(state, call, 'delegate');
      return { Policy: policyShape(organization, findPolicy(organization, PolicyId)) };
    },
  }),
  operation<organizations.ListPoliciesRequest, organizations.ListPoliciesResponse>({
    name: 'ListPolicies',
    readOnly: true,
    authorize: ({ Filter }, call) =>
      ask.any('ListPolicies', call, 'delegate', { 'organizations:PolicyType': Filter }),
    handle: (input, call) => {
      const organization = enter(state, call, 'delegate');
      const all = [...organization.policies.values()].filter(({ type }) => type === input.Filter);
      const { items, rest } = page(all, input);
      return { Policies: items.map((policy) => policySummary(organization, policy)), ...rest };
    },
  }),
];

function changeable(organization: Organization, id: string): OrganizationPolicy {
  const policy = findPolicy(organization, id);
  if (!policy.awsManaged) return policy;
  throw invalidInput(
    'IMMUTABLE_POLICY',
    "You specified a policy that is managed by AWS and can't be modified.",
  );
}

/** The document, read when the type takes part in decisions; other types must be JSON objects at least. */
function checked(content: string, type: PolicyType): StoredPolicy | undefined {
  if (content.length > quotaOf(type).size) {
    throw constraintViolation('POLICY_CONTENT_LIMIT_EXCEEDED', 'You have exceeded the maximum policy size.');
  }
  const kind = kindOf(type);
  if (kind === undefined) {
    if (!isManagement(content, type)) throw malformedPolicy();
    return undefined;
  }
  try {
    return storedPolicy(content, kind);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw malformedPolicy();
  }
}

/**
 * What the documents of management policies begin with: orgs_manage_policies_tag-policies.html and its neighbours,
 * "syntax and examples". What stands below is for the services that read them.
 */
const topics: Readonly<Record<string, string>> = {
  TAG_POLICY: 'tags',
  BACKUP_POLICY: 'plans',
  AISERVICES_OPT_OUT_POLICY: 'services',
  CHATBOT_POLICY: 'chatbot',
  DECLARATIVE_POLICY_EC2: 'ec2_attributes',
};

function isManagement(text: string, type: PolicyType): boolean {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const topic = topics[type];
    return Object.keys(value).every((key) => topic === undefined || key === topic || key.startsWith('@@'));
  } catch {
    return false;
  }
}
