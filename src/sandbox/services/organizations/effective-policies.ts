import type * as organizations from '@aws-sdk/client-organizations';
import type { Call, Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { enter, type Gate } from './access.ts';
import { invalidInput, noEffectivePolicy } from './errors.ts';
import { target as findTarget } from './find.ts';
import { effectivePolicy, isObject, type JsonObject } from './inheritance.ts';
import type { Service } from './service.ts';
import type { Container, Member, OrganizationPolicy, PolicyType } from './state.ts';
import { chainOf } from './structure.ts';

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeEffectivePolicy.html */
export const effectivePolicyOperations = ({ state, ask }: Service): readonly Operation[] => [
  operation<organizations.DescribeEffectivePolicyRequest, organizations.DescribeEffectivePolicyResponse>({
    name: 'DescribeEffectivePolicy',
    readOnly: true,
    authorize: ({ PolicyType, TargetId }, call) =>
      ask.about(
        'DescribeEffectivePolicy',
        call,
        gateTo(TargetId, call),
        [TargetId ?? call.caller.accountId],
        {
          'organizations:PolicyType': PolicyType,
        },
      ),
    handle: ({ PolicyType, TargetId = '' }, call) => {
      const organization = enter(state, call, gateTo(TargetId || undefined, call));
      const account = findTarget(organization, TargetId || call.caller.accountId);
      if (account.kind !== 'account') {
        throw invalidInput(
          'INVALID_PATTERN_TARGET_ID',
          'Specifying an organization root or organizational unit (OU) as the target is not supported.',
        );
      }
      const levels = [...chainOf(account), account].map((at) => attached(at, PolicyType).map(documentOf));
      const effective = effectivePolicy(PolicyType === 'TAG_POLICY' ? withOneSpelling(levels) : levels);
      if (effective === undefined) throw noEffectivePolicy();
      return {
        EffectivePolicy: {
          PolicyContent: JSON.stringify(effective),
          LastUpdatedTimestamp: new Date(
            Math.max(
              organization.policiesChangedAt?.get(PolicyType) ?? 0,
              account.movedAt ?? account.joinedAt,
            ),
          ),
          TargetId: account.id,
          PolicyType,
        },
      };
    },
  }),
];

/** "This operation can be called from any account in the organization": about itself. */
const gateTo = (targetId: string | undefined, { caller }: Call): Gate =>
  targetId === undefined || targetId === caller.accountId ? 'member' : 'delegate';

/** In the order of attaching, which decides between policies of one level. */
const attached = (at: Container | Member, type: PolicyType): OrganizationPolicy[] =>
  [...at.attached].filter((policy) => policy.type === type);

// INVARIANT: the content was read as a JSON object when it was saved (policies.ts).
const documentOf = ({ content }: OrganizationPolicy): JsonObject => JSON.parse(content) as JsonObject;

/**
 * "The policy key is not case sensitive": policies that write it differently speak of the same tag, as the first of them
 * writes it. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_example-tag-policies.html
 */
function withOneSpelling(levels: readonly (readonly JsonObject[])[]): readonly (readonly JsonObject[])[] {
  const spelled = new Map<string, string>();
  const spell = (key: string): string => {
    const known = spelled.get(key.toLowerCase()) ?? key;
    spelled.set(key.toLowerCase(), known);
    return known;
  };
  return levels.map((level) =>
    level.map((document) => {
      const { tags } = document;
      if (!isObject(tags)) return document;
      const entries = Object.entries(tags).map(([key, value]) => [spell(key), value]);
      return { ...document, tags: Object.fromEntries(entries) as JsonObject };
    }),
  );
}
