import type * as iam from '@aws-sdk/client-iam';
import { isAccountId, parseArn } from '../../../../base/index.ts';
import type { NamedPolicy, Principal } from '../../../../engine/index.ts';
import type { PolicyKind } from '../../../../policy/index.ts';
import { storedPolicy } from '../../../state/stored-policy.ts';
import type { Operation } from '../../../types.ts';
import { operation } from '../../operation.ts';
import { structureOf } from '../../organizations/structure.ts';
import type { World } from '../../world.ts';
import type { Ask } from '../ask.ts';
import { invalidInput } from '../find.ts';
import { contextKeysOf } from './context-keys.ts';
import { type Common, simulate } from './evaluate.ts';
import { without } from './exclude.ts';
import { SOMEBODY, somebody, sourceOf } from './source.ts';

/**
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html: what the engine would decide,
 * without the request being made. Resource policies are left out, as AWS leaves them out unless they are passed, and so
 * are RCPs, which the simulator doesn't support.
 * unverified: whether CallerArn's user must exist; here it need not.
 */
export const simulateOperations = (world: World, ask: Ask): readonly Operation[] => [
  operation<iam.SimulatePrincipalPolicyRequest, iam.SimulatePolicyResponse>({
    name: 'SimulatePrincipalPolicy',
    readOnly: true,
    authorize: ({ PolicySourceArn }, call) => ask.entity('SimulatePrincipalPolicy', call, PolicySourceArn),
    handle: (input, call) => {
      const source = sourceOf(world.store, call, input.PolicySourceArn);
      const { principal, policies, limitedByScps, ...own } = without(source, input.PolicyExclusionList);
      // "If a permissions boundary is attached … and you pass in a different …, then the new … is used".
      const boundary = boundaryOf(input.PermissionsBoundaryPolicyInputList) ?? own.boundary;
      // "The IAM policy simulator evaluates statements in identity-based policies, service control policies (SCPs) …".
      const scps = limitedByScps ? structureOf(world).standing(call.caller.accountId)?.scps : undefined;
      const set = {
        identity: [...policies, ...passed('PolicyInputList', input.PolicyInputList)],
        ...(boundary && { boundary }),
        ...(scps && { scps }),
      };
      const named = principal.type === 'user' && principal.id !== SOMEBODY;
      return simulate(set, callerOf(principal, input, named), input);
    },
  }),
  operation<iam.SimulateCustomPolicyRequest, iam.SimulatePolicyResponse>({
    name: 'SimulateCustomPolicy',
    readOnly: true,
    authorize: () => ask.any('SimulateCustomPolicy'),
    handle: (input, call) => {
      const boundary = boundaryOf(input.PermissionsBoundaryPolicyInputList);
      const levels = input.OrderedOrganizationPolicyInputList ?? [];
      // From the root to the account; a level without a policy allows nothing, as in an organization.
      const scps = levels.map(({ ServiceControlPolicyInputList }, level) =>
        passed(
          `OrderedOrganizationPolicyInputList.${level + 1}.ServiceControlPolicyInputList`,
          ServiceControlPolicyInputList,
          'scp',
        ),
      );
      const set = {
        identity: passed('PolicyInputList', input.PolicyInputList),
        ...(boundary && { boundary }),
        ...(scps.length > 0 && { scps }),
      };
      return simulate(set, callerOf(somebody(call.caller.accountId), input, false), input);
    },
  }),
  operation<iam.GetContextKeysForCustomPolicyRequest, iam.GetContextKeysForPolicyResponse>({
    name: 'GetContextKeysForCustomPolicy',
    readOnly: true,
    authorize: () => ask.any('GetContextKeysForCustomPolicy'),
    handle: ({ PolicyInputList }) => ({
      ContextKeyNames: [...contextKeysOf(passed('PolicyInputList', PolicyInputList))],
    }),
  }),
  operation<iam.GetContextKeysForPrincipalPolicyRequest, iam.GetContextKeysForPolicyResponse>({
    name: 'GetContextKeysForPrincipalPolicy',
    readOnly: true,
    authorize: ({ PolicySourceArn }, call) =>
      ask.entity('GetContextKeysForPrincipalPolicy', call, PolicySourceArn),
    // "All of the context keys referenced in all of the IAM policies that are attached": a boundary is none of these.
    handle: ({ PolicySourceArn, PolicyInputList }, call) => {
      const { policies } = sourceOf(world.store, call, PolicySourceArn);
      const more = passed('PolicyInputList', PolicyInputList);
      return { ContextKeyNames: [...contextKeysOf([...policies, ...more])] };
    },
  }),
];

const passed = (
  list: string,
  texts: readonly string[] | undefined,
  kind: PolicyKind = 'identity',
): NamedPolicy[] =>
  (texts ?? []).map((text, i) => ({
    name: `${list}.${i + 1}`,
    document: storedPolicy(text, kind).document,
  }));

/** "You can input only one permissions boundary": the second one must not be passed over. unverified: the words. */
function boundaryOf(texts: readonly string[] | undefined): NamedPolicy | undefined {
  const [boundary, ...others] = passed('PermissionsBoundaryPolicyInputList', texts);
  if (others.length > 0) throw invalidInput('Only one permissions boundary policy can be simulated.');
  return boundary;
}

/** The caller to simulate. A resource policy needs a user, "so that the policy's Principal element has a value". */
function callerOf(principal: Principal, { CallerArn, ResourcePolicy }: Common, named: boolean): Principal {
  if (CallerArn === undefined) {
    if (ResourcePolicy !== undefined && !named) throw invalidInput('A ResourcePolicy needs a CallerArn.');
    return principal;
  }
  const arn = parseArn(CallerArn);
  if (arn?.service !== 'iam' || !isAccountId(arn.account) || !arn.resource.startsWith('user/'))
    throw invalidInput(`CallerArn must be the ARN of an IAM user, not ${CallerArn}.`);
  return { type: 'user', arn: CallerArn, id: SOMEBODY, accountId: arn.account };
}
