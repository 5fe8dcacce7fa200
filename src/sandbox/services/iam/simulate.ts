import type * as iam from '@aws-sdk/client-iam';
import { isAccountId, parseArn } from '../../../base/index.ts';
import { compile, type NamedPolicy, type PolicySet, type Principal } from '../../../engine/index.ts';
import type { Store } from '../../state/store.ts';
import { storedPolicy } from '../../state/stored-policy.ts';
import type { Call, Operation } from '../../types.ts';
import { policiesOf } from '../dispatch/caller-view.ts';
import { type Input, operation } from '../operation.ts';
import { page } from '../page.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { invalidInput, noSuchEntity } from './find.ts';

type Common = Pick<
  Input<iam.SimulateCustomPolicyRequest>,
  | 'ActionNames'
  | 'ResourceArns'
  | 'ContextEntries'
  | 'Marker'
  | 'MaxItems'
  | 'CallerArn'
  | 'ResourcePolicy'
  | 'ResourceOwner'
>;

/**
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html: what the engine would decide,
 * without the request being made. Resource policies are left out, as AWS leaves them out unless they are passed.
 * unverified: whether CallerArn's user must exist; here it need not.
 */
export const simulateOperations = ({ store }: World, ask: Ask): readonly Operation[] => [
  operation<iam.SimulatePrincipalPolicyRequest, iam.SimulatePolicyResponse>({
    name: 'SimulatePrincipalPolicy',
    readOnly: true,
    authorize: ({ PolicySourceArn }) => [
      ...ask.any('SimulatePrincipalPolicy').map((question) => ({ ...question, resource: PolicySourceArn })),
    ],
    handle: (input, call) => {
      const { principal, policies } = source(store, call, input.PolicySourceArn);
      const more = custom(input.PolicyInputList);
      const [boundary] = custom(input.PermissionsBoundaryPolicyInputList);
      const set = {
        ...policies,
        identity: [...(policies.identity ?? []), ...more],
        ...(boundary && { boundary }),
      };
      return simulate(set, callerOf(principal, input, principal.type === 'user'), input);
    },
  }),
  operation<iam.SimulateCustomPolicyRequest, iam.SimulatePolicyResponse>({
    name: 'SimulateCustomPolicy',
    readOnly: true,
    authorize: () => ask.any('SimulateCustomPolicy'),
    handle: (input, call) => {
      const [boundary] = custom(input.PermissionsBoundaryPolicyInputList);
      const set = { identity: custom(input.PolicyInputList), ...(boundary && { boundary }) };
      return simulate(set, callerOf(somebody(call.caller.accountId), input, false), input);
    },
  }),
];

const custom = (texts: readonly string[] | undefined): NamedPolicy[] =>
  (texts ?? []).map((text, i) => ({
    name: `PolicyInputList.${i + 1}`,
    document: storedPolicy(text, 'identity').document,
  }));

/** Custom policies are tried for a user without any: the caller itself may be root, whom no policy limits. */
const somebody = (accountId: string): Principal => ({
  type: 'user',
  arn: `arn:aws:iam::${accountId}:user/simulation`,
  id: 'AIDASIMULATION',
  accountId,
});

/** The user or role behind an ARN, as the caller of the simulated request. */
function source(store: Store, call: Call, arn: string): { principal: Principal; policies: PolicySet } {
  const accountId = call.caller.accountId;
  const id = arn.startsWith(`arn:aws:iam::${accountId}:`) ? store.idOf(arn) : undefined;
  const role = store.roles.get(id ?? '');
  if (id === undefined) throw noSuchEntity(`The policy source ${arn} cannot be found.`);
  const principal: Principal =
    role === undefined
      ? { type: 'user', arn, id, accountId }
      : { type: 'role-session', arn, roleArn: arn, roleId: id, sessionName: 'simulation', accountId };
  return { principal, policies: policiesOf({ principal, accountId }, store) };
}

/** An account by its twelve digits or by the ARN of its root. */
const accountNamed = (owner: string | undefined): string | undefined =>
  owner === undefined ? undefined : (parseArn(owner)?.account ?? owner);

/** The caller to simulate. A resource policy needs a user, "so that the policy's Principal element has a value". */
function callerOf(principal: Principal, { CallerArn, ResourcePolicy }: Common, named: boolean): Principal {
  if (CallerArn === undefined) {
    if (ResourcePolicy !== undefined && !named) throw invalidInput('A ResourcePolicy needs a CallerArn.');
    return principal;
  }
  const arn = parseArn(CallerArn);
  if (arn?.service !== 'iam' || !isAccountId(arn.account) || !arn.resource.startsWith('user/'))
    throw invalidInput(`CallerArn must be the ARN of an IAM user, not ${CallerArn}.`);
  return { type: 'user', arn: CallerArn, id: 'AIDASIMULATION', accountId: arn.account };
}

function simulate(policies: PolicySet, caller: Principal, input: Common): iam.SimulatePolicyResponse {
  const resourcePolicy = input.ResourcePolicy && storedPolicy(input.ResourcePolicy, 'resource').document;
  const authorizer = compile({
    ...policies,
    ...(resourcePolicy && { resource: { name: 'ResourcePolicy', document: resourcePolicy } }),
  });
  const account = 'accountId' in caller ? caller.accountId : undefined;
  // Without a resource policy nothing of another account is looked at.
  const owner = resourcePolicy ? (accountNamed(input.ResourceOwner) ?? account) : undefined;
  const context: Record<string, string | readonly string[]> = {};
  for (const { ContextKeyName, ContextKeyType, ContextKeyValues } of input.ContextEntries ?? []) {
    if (ContextKeyName === undefined || !ContextKeyValues?.length)
      throw invalidInput('A context entry lacks name or values.');
    const [first = ''] = ContextKeyValues;
    context[ContextKeyName] = ContextKeyType?.endsWith('List') ? ContextKeyValues : first;
  }
  const questions = input.ActionNames.flatMap((action) =>
    (input.ResourceArns?.length ? input.ResourceArns : ['*']).map((resource) => ({ action, resource })),
  );
  const { items, rest } = page(questions, input);
  return {
    EvaluationResults: items.map(({ action, resource }) => {
      // ResourceOwner is "the owner of any simulated resource that does not identify its owner in the resource ARN".
      const resourceAccount = owner === undefined ? account : parseArn(resource)?.account || owner;
      const decision = authorizer.authorize({
        principal: caller,
        action,
        resource,
        ...(resourceAccount !== undefined && { resourceAccount }),
        context,
      });
      return {
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision:
          decision.because === 'allowed'
            ? 'allowed'
            : decision.because === 'explicit-deny'
              ? 'explicitDeny'
              : 'implicitDeny',
        MatchedStatements: decision.statements
          .filter(({ matched }) => matched)
          .map(({ policy, span }) => ({
            SourcePolicyId: policy,
            StartPosition: { Line: span.start.line, Column: span.start.column },
            EndPosition: { Line: span.end.line, Column: span.end.column },
          })),
        MissingContextValues: [],
      };
    }),
    ...rest,
  };
}
