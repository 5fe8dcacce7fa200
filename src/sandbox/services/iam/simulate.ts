import type * as iam from '@aws-sdk/client-iam';
import { isAccountId, parseArn } from '../../../base/index.ts';
import { compile, type NamedPolicy, type PolicySet, type Principal } from '../../../engine/index.ts';
import type { Group } from '../../state/model.ts';
import type { Store } from '../../state/store.ts';
import { storedPolicy } from '../../state/stored-policy.ts';
import { AwsError, type Call, type Operation } from '../../types.ts';
import { policiesOf } from '../dispatch/caller-view.ts';
import { type Input, operation } from '../operation.ts';
import { structureOf } from '../organizations/structure.ts';
import { marker, position } from '../page.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { accountOf, invalidInput, noSuchEntity } from './find.ts';
import { findSubject } from './last-accessed.ts';

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
export const simulateOperations = (world: World, ask: Ask): readonly Operation[] => [
  operation<iam.SimulatePrincipalPolicyRequest, iam.SimulatePolicyResponse>({
    name: 'SimulatePrincipalPolicy',
    readOnly: true,
    authorize: ({ PolicySourceArn }, call) => ask.entity('SimulatePrincipalPolicy', call, PolicySourceArn),
    handle: (input, call) => {
      refuseUnserved('PolicyExclusionList', input.PolicyExclusionList);
      const { principal, policies } = source(world.store, call, input.PolicySourceArn);
      const more = custom(input.PolicyInputList);
      const boundary = boundaryOf(input.PermissionsBoundaryPolicyInputList);
      // "The IAM policy simulator evaluates statements in identity-based policies, service control policies (SCPs) …".
      const scps = structureOf(world).standing(call.caller.accountId)?.scps;
      const set = {
        ...policies,
        identity: [...(policies.identity ?? []), ...more],
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
      refuseUnserved('OrderedOrganizationPolicyInputList', input.OrderedOrganizationPolicyInputList);
      const boundary = boundaryOf(input.PermissionsBoundaryPolicyInputList);
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

/** "You can input only one permissions boundary": the second one must not be passed over. unverified: the words. */
function boundaryOf(texts: readonly string[] | undefined): NamedPolicy | undefined {
  const [boundary, ...others] = custom(texts);
  if (others.length > 0) throw invalidInput('Only one permissions boundary policy can be simulated.');
  return boundary;
}

/** What would change the decisions must not be passed over in silence. */
function refuseUnserved(name: string, list: readonly unknown[] | undefined): void {
  if (list !== undefined && list.length > 0)
    throw new AwsError('NotImplemented', `The sandbox does not serve ${name}.`, 501, 'Receiver');
}

/** "Each operation must include the service identifier …. This operation does not support using wildcards". */
function checkActions(names: readonly string[]): void {
  for (const name of names) {
    // unverified: the words.
    if (!/^[^:*?]+:[^:*?]+$/.test(name)) throw invalidInput(`Invalid action name: ${name}`);
  }
}

const SOMEBODY = 'AIDASIMULATION';

/** Custom policies are tried for a user without any: the caller itself may be root, whom no policy limits. */
const somebody = (accountId: string): Principal => ({
  type: 'user',
  arn: `arn:aws:iam::${accountId}:user/simulation`,
  id: SOMEBODY,
  accountId,
});

/** A group's own policies: what they would give whoever is in it. */
const groupPolicies = (group: Group): NamedPolicy[] => [
  ...[...group.inline].map(({ name, policy }) => ({ name, document: policy.document })),
  ...[...group.attached].flatMap(({ arn, versions, defaultVersion }) => {
    const document = versions.get(defaultVersion)?.policy.document;
    return document === undefined ? [] : [{ name: arn, document }];
  }),
];

/** The user, group or role behind an ARN, as the caller of the simulated request. */
function source(store: Store, call: Call, arn: string): { principal: Principal; policies: PolicySet } {
  const accountId = call.caller.accountId;
  const group = findSubject(store, accountOf(store, call), arn);
  if (group?.kind === 'group')
    return { principal: somebody(accountId), policies: { identity: groupPolicies(group) } };
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
  return { type: 'user', arn: CallerArn, id: SOMEBODY, accountId: arn.account };
}

const USUAL_PAGE = 100;
/**
 * Statements that are looked at for one page. A megabyte of policies, asked a thousand questions, would else take
 * seconds and answer with millions of matches: "IAM might return fewer results, even when there are more".
 */
const MOST_STATEMENTS = 50_000;

const statementsOf = ({ identity = [], boundary, scps = [] }: PolicySet): number =>
  [...identity, ...(boundary ? [boundary] : []), ...scps.flat()].reduce(
    (sum, { document }) => sum + document.statements.length,
    0,
  );

function simulate(policies: PolicySet, caller: Principal, input: Common): iam.SimulatePolicyResponse {
  checkActions(input.ActionNames);
  const resourcePolicy = input.ResourcePolicy && storedPolicy(input.ResourcePolicy, 'resource').document;
  const authorizer = compile({
    ...policies,
    ...(resourcePolicy && { resource: { name: 'ResourcePolicy', document: resourcePolicy } }),
  });
  const account = 'accountId' in caller ? caller.accountId : undefined;
  // Without a resource policy nothing of another account is looked at.
  const owner = resourcePolicy ? (accountNamed(input.ResourceOwner) ?? account) : undefined;
  const context = new Map<string, string | readonly string[]>();
  for (const { ContextKeyName, ContextKeyType, ContextKeyValues } of input.ContextEntries ?? []) {
    if (ContextKeyName === undefined || !ContextKeyValues?.length)
      throw invalidInput('A context entry lacks name or values.');
    const [first = ''] = ContextKeyValues;
    context.set(ContextKeyName, ContextKeyType?.endsWith('List') ? ContextKeyValues : first);
  }
  const resources = input.ResourceArns?.length ? input.ResourceArns : ['*'];
  // Every action with every resource, which may be hundreds of millions: only this page's are made.
  const total = input.ActionNames.length * resources.length;
  const start = position(input.Marker, total);
  const statements = statementsOf(policies) + (resourcePolicy ? resourcePolicy.statements.length : 0);
  const size = Math.min(input.MaxItems ?? USUAL_PAGE, Math.ceil(MOST_STATEMENTS / Math.max(1, statements)));
  const end = Math.min(total, start + size);
  const asked = Object.fromEntries(context);
  return {
    EvaluationResults: Array.from({ length: end - start }, (_, i) => {
      const action = input.ActionNames[Math.floor((start + i) / resources.length)] ?? '';
      const resource = resources[(start + i) % resources.length] ?? '*';
      // ResourceOwner is "the owner of any simulated resource that does not identify its owner in the resource ARN".
      const resourceAccount = owner === undefined ? account : parseArn(resource)?.account || owner;
      const decision = authorizer.authorize({
        principal: caller,
        action,
        resource,
        ...(resourceAccount !== undefined && { resourceAccount }),
        context: asked,
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
    ...(end < total ? { IsTruncated: true, Marker: marker(end) } : { IsTruncated: false }),
  };
}
