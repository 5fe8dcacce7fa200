import type * as organizations from '@aws-sdk/client-organizations';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { enter } from './access.ts';
import { targetArn } from './arns.ts';
import { attach, detach, isUndetachable, kindOf, noteChange } from './default-policies.ts';
import {
  constraintViolation,
  duplicateAttachment,
  invalidInput,
  policyNotAttached,
  policyTypeNotEnabled,
} from './errors.ts';
import { policy as findPolicy, target as findTarget } from './find.ts';
import { page } from './page.ts';
import { quotaOf } from './policy-types.ts';
import type { Service } from './service.ts';
import { policySummary } from './shapes.ts';
import type { Container, Member, PolicyType } from './state.ts';

export const attachmentOperations = ({ state, ask }: Service): readonly Operation[] => [
  operation<organizations.AttachPolicyRequest, object>({
    name: 'AttachPolicy',
    readOnly: false,
    authorize: ({ PolicyId, TargetId }, call) => ask.attachment('AttachPolicy', call, PolicyId, TargetId),
    handle: ({ PolicyId, TargetId }, call) => {
      const organization = enter(state, call, 'policy');
      const policy = findPolicy(organization, PolicyId);
      const target = findTarget(organization, TargetId);
      if (!organization.enabledTypes.has(policy.type)) throw policyTypeNotEnabled();
      if (target.attached.has(policy)) throw duplicateAttachment();
      if (attachedOf(target, policy.type).length >= quotaOf(policy.type).perTarget) {
        throw constraintViolation(
          'MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
          'You have attached the maximum number of policies to the specified target.',
        );
      }
      attach(policy, target);
      noteChange(organization, policy.type, call.now);
      return {};
    },
  }),
  operation<organizations.DetachPolicyRequest, object>({
    name: 'DetachPolicy',
    readOnly: false,
    authorize: ({ PolicyId, TargetId }, call) => ask.attachment('DetachPolicy', call, PolicyId, TargetId),
    handle: ({ PolicyId, TargetId }, call) => {
      const organization = enter(state, call, 'policy');
      const policy = findPolicy(organization, PolicyId);
      const target = findTarget(organization, TargetId);
      if (!target.attached.has(policy)) throw policyNotAttached();
      if (isUndetachable(policy)) {
        throw invalidInput('NON_DETACHABLE_POLICY', "You can't detach this AWS managed policy.");
      }
      if (kindOf(policy.type) !== undefined && attachedOf(target, policy.type).length === 1) {
        throw constraintViolation(
          'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
          'You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.',
        );
      }
      detach(policy, target);
      noteChange(organization, policy.type, call.now);
      return {};
    },
  }),
  operation<organizations.ListPoliciesForTargetRequest, organizations.ListPoliciesForTargetResponse>({
    name: 'ListPoliciesForTarget',
    readOnly: true,
    authorize: ({ TargetId, Filter }, call) =>
      ask.about('ListPoliciesForTarget', call, 'delegate', [TargetId], {
        'organizations:PolicyType': Filter,
      }),
    handle: (input, call) => {
      const organization = enter(state, call, 'delegate');
      const attached = attachedOf(findTarget(organization, input.TargetId), input.Filter);
      const { items, rest } = page(attached, input);
      return { Policies: items.map((policy) => policySummary(organization, policy)), ...rest };
    },
  }),
  operation<organizations.ListTargetsForPolicyRequest, organizations.ListTargetsForPolicyResponse>({
    name: 'ListTargetsForPolicy',
    readOnly: true,
    authorize: ({ PolicyId }, call) => ask.about('ListTargetsForPolicy', call, 'delegate', [PolicyId]),
    handle: (input, call) => {
      const organization = enter(state, call, 'delegate');
      const { items, rest } = page([...findPolicy(organization, input.PolicyId).targets], input);
      return {
        Targets: items.map((target) => ({
          TargetId: target.id,
          Arn: targetArn(organization, target),
          Name: target.name,
          Type: targetTypes[target.kind],
        })),
        ...rest,
      };
    },
  }),
];

const targetTypes = { root: 'ROOT', unit: 'ORGANIZATIONAL_UNIT', account: 'ACCOUNT' } as const;

const attachedOf = ({ attached }: Container | Member, type: PolicyType) =>
  [...attached].filter((policy) => policy.type === type);
