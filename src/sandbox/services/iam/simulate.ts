import type * as iam from '@aws-sdk/client-iam';
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
  'ActionNames' | 'ResourceArns' | 'ContextEntries' | 'Marker' | 'MaxItems'
>;

/**
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html: what the engine would decide,
 * without the request being made. Resource policies are left out, as AWS leaves them out unless they are passed.
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
      return simulate(set, principal, input, call);
    },
  }),
  operation<iam.SimulateCustomPolicyRequest, iam.SimulatePolicyResponse>({
    name: 'SimulateCustomPolicy',
    readOnly: true,
    authorize: () => ask.any('SimulateCustomPolicy'),
    handle: (input, call) => {
      const [boundary] = custom(input.PermissionsBoundaryPolicyInputList);
      const set = { identity: custom(input.PolicyInputList), ...(boundary && { boundary }) };
      return simulate(set, somebody(call.caller.accountId), input, call);
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

function simulate(
  policies: PolicySet,
  principal: Principal,
  input: Common,
  call: Call,
): iam.SimulatePolicyResponse {
  const authorizer = compile(policies);
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
      const resourceAccount = call.caller.accountId;
      const decision = authorizer.authorize({ principal, action, resource, resourceAccount, context });
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
