import type * as iam from '@aws-sdk/client-iam';
import { parseArn } from '../../../../base/index.ts';
import {
  type AuthRequest,
  compile,
  type Decision,
  type NamedPolicy,
  type PolicySet,
  type Principal,
} from '../../../../engine/index.ts';
import { storedPolicy } from '../../../state/stored-policy.ts';
import { everything } from '../../dispatch/caller-view.ts';
import type { Input } from '../../operation.ts';
import { marker, position } from '../../page.ts';
import { invalidInput } from '../find.ts';
import { contextKeysOf } from './context-keys.ts';
import { SOMEBODY } from './source.ts';
import { matchedStatements, Places } from './statements.ts';

export type Common = Pick<
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

const USUAL_PAGE = 100;
/**
 * Statements that are looked at and missing keys that are told for one page. A megabyte of policies, asked a thousand
 * questions, would else take seconds and answer with millions of matches: "IAM might return fewer results, even when
 * there are more".
 */
const MOST_PARTS = 50_000;

/** An account by its twelve digits or by the ARN of its root. */
const accountNamed = (owner: string | undefined): string | undefined =>
  owner === undefined ? undefined : (parseArn(owner)?.account ?? owner);

/** "Each operation must include the service identifier …. This operation does not support using wildcards". */
function checkActions(names: readonly string[]): void {
  for (const name of names) {
    // unverified: the words.
    if (!/^[^:*?]+:[^:*?]+$/.test(name)) throw invalidInput(`Invalid action name: ${name}`);
  }
}

function contextOf(entries: Common['ContextEntries']): AuthRequest['context'] {
  const context = new Map<string, string | readonly string[]>();
  for (const { ContextKeyName, ContextKeyType, ContextKeyValues } of entries ?? []) {
    if (ContextKeyName === undefined || !ContextKeyValues?.length)
      throw invalidInput('A context entry lacks name or values.');
    const [first = ''] = ContextKeyValues;
    context.set(ContextKeyName, ContextKeyType?.endsWith('List') ? ContextKeyValues : first);
  }
  return Object.fromEntries(context);
}

const word = ({ because }: Decision): iam.PolicyEvaluationDecisionType =>
  because === 'allowed' ? 'allowed' : because === 'explicit-deny' ? 'explicitDeny' : 'implicitDeny';

/** The stricter of two. */
const severity: readonly iam.PolicyEvaluationDecisionType[] = ['allowed', 'implicitDeny', 'explicitDeny'];

/** Condition keys whose values follow from who calls, once somebody is named, and from what is asked for. */
const fromUser = ['aws:username'];
const fromCaller = ['aws:userid', 'aws:principalarn', 'aws:principalaccount', 'aws:principaltype'];
const fromRequest = ['aws:resourceaccount', 'aws:principalisawsservice'];

function missingKeys(
  policies: readonly NamedPolicy[],
  caller: Principal,
  given: AuthRequest['context'],
  named: boolean,
): string[] {
  const known = new Set([
    ...Object.keys(given).map((key) => key.toLowerCase()),
    ...fromRequest,
    ...(named ? fromCaller : []),
    ...(named && caller.type === 'user' ? fromUser : []),
  ]);
  return contextKeysOf(policies).filter((key) => !known.has(key.toLowerCase()));
}

/**
 * What the engine would decide, one result an action: with a result a resource where resources were named
 * (https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html).
 */
export function simulate(set: PolicySet, caller: Principal, input: Common): iam.SimulatePolicyResponse {
  checkActions(input.ActionNames);
  const text = input.ResourcePolicy;
  const resource = text
    ? { name: 'ResourcePolicy', document: storedPolicy(text, 'resource').document }
    : undefined;
  const { identity = [], boundary, scps } = set;
  const own = [...identity, ...(boundary ? [boundary] : []), ...(resource ? [resource] : [])];
  const places = new Places(own);
  const whole = compile({ ...set, ...(resource && { resource }) });
  const ofCaller = compile(set);
  // What one kind of policy says alone, where nothing else refuses.
  const alone = (part: PolicySet) => compile({ identity: [everything], ...part });
  const ofResource = resource && alone({ resource });
  const ofOrganization = scps && alone({ scps });
  const ofBoundary = boundary && alone({ boundary });
  const account = 'accountId' in caller ? caller.accountId : undefined;
  // Without a resource policy nothing of another account is looked at.
  const owner = resource ? (accountNamed(input.ResourceOwner) ?? account) : undefined;
  const context = contextOf(input.ContextEntries);
  const named = caller.type !== 'user' || caller.id !== SOMEBODY || input.CallerArn !== undefined;
  const missing = missingKeys([...own, ...(scps ?? []).flat()], caller, context, named);

  const evaluate = (action: string, arn: string) => {
    // ResourceOwner is "the owner of any simulated resource that does not identify its owner in the resource ARN".
    const resourceAccount = owner === undefined ? account : parseArn(arn)?.account || owner;
    const request: AuthRequest = {
      principal: caller,
      action,
      resource: arn,
      ...(resourceAccount !== undefined && { resourceAccount }),
      context,
    };
    const decision = whole.authorize(request);
    // What the caller's own policies say alone: in its own account no resource policy is needed.
    const asOwner = { ...request, ...(account !== undefined && { resourceAccount: account }) };
    const organization = ofOrganization?.authorize(asOwner).allowed;
    const crossing = ofResource !== undefined && resourceAccount !== account && organization !== false;
    return {
      decision: word(decision),
      MatchedStatements: matchedStatements(decision, places),
      organization,
      ...(ofBoundary && {
        PermissionsBoundaryDecisionDetail: {
          AllowedByPermissionsBoundary: ofBoundary.authorize(asOwner).allowed,
        },
      }),
      // "Populated for only cross-account simulations"; "if an SCP … denies access, … not returned".
      details: crossing && {
        'IAM Policy': word(ofCaller.authorize(asOwner)),
        'Resource Policy': word(ofResource.authorize(request)),
      },
    };
  };

  const resources = input.ResourceArns?.length ? input.ResourceArns : ['*'];
  const specific = resources.length > 1 || resources[0] !== '*';
  // Every action with every resource, which may be hundreds of millions: only this page's are made.
  const total = input.ActionNames.length * resources.length;
  const start = position(input.Marker, total);
  const statements = [...own, ...(scps ?? []).flat()].reduce(
    (sum, p) => sum + p.document.statements.length,
    0,
  );
  const actions = Math.min(input.MaxItems ?? USUAL_PAGE, input.ActionNames.length);
  const wanted = (Math.floor(start / resources.length) + actions) * resources.length;
  const parts = Math.max(1, statements + missing.length);
  const end = Math.min(total, wanted, start + Math.ceil(MOST_PARTS / parts));

  const results: iam.EvaluationResult[] = [];
  for (let at = start; at < end; ) {
    const number = Math.floor(at / resources.length);
    const action = input.ActionNames[number] ?? '';
    // An action with too many resources for one page goes on in the next.
    const until = Math.min(end, (number + 1) * resources.length);
    const asked = resources.slice(at - number * resources.length, until - number * resources.length);
    results.push(
      resultOf(
        action,
        asked,
        specific,
        asked.map((arn) => evaluate(action, arn)),
        missing,
      ),
    );
    at = until;
  }
  return {
    EvaluationResults: results,
    ...(end < total ? { IsTruncated: true, Marker: marker(end) } : { IsTruncated: false }),
  };
}

interface Evaluated {
  readonly decision: iam.PolicyEvaluationDecisionType;
  readonly MatchedStatements: iam.Statement[];
  readonly organization: boolean | undefined;
  readonly PermissionsBoundaryDecisionDetail?: iam.PermissionsBoundaryDecisionDetail;
  readonly details: Record<string, iam.PolicyEvaluationDecisionType> | false;
}

/**
 * Of many resources the strictest decision stands for all, so that who reads no further isn't told of an access that
 * one of them refuses. unverified: which decision, and which name, AWS gives the whole.
 */
function resultOf(
  EvalActionName: string,
  resources: readonly string[],
  specific: boolean,
  evaluated: readonly Evaluated[],
  missing: readonly string[],
): iam.EvaluationResult {
  const [strictest] = evaluated.toSorted(
    (a, b) => severity.indexOf(b.decision) - severity.indexOf(a.decision),
  );
  if (strictest === undefined) throw new Error('a simulation without a resource');
  const { decision, MatchedStatements, organization, PermissionsBoundaryDecisionDetail, details } = strictest;
  return {
    EvalActionName,
    EvalResourceName: resources.length === 1 ? resources[0] : '*',
    EvalDecision: decision,
    MatchedStatements,
    MissingContextValues: specific ? [] : [...missing],
    ...(organization !== undefined && {
      OrganizationsDecisionDetail: { AllowedByOrganizations: organization },
    }),
    ...(PermissionsBoundaryDecisionDetail && { PermissionsBoundaryDecisionDetail }),
    // "Present but … empty" within an account when a resource is named, "not returned" for all resources.
    ...(organization !== false && (specific || details) && { EvalDecisionDetails: details || {} }),
    ...(specific && {
      ResourceSpecificResults: evaluated.map((one, i) => ({
        EvalResourceName: resources[i],
        EvalResourceDecision: one.decision,
        MatchedStatements: one.MatchedStatements,
        MissingContextValues: [...missing],
        ...(one.details && { EvalDecisionDetails: one.details }),
        ...(one.PermissionsBoundaryDecisionDetail && {
          PermissionsBoundaryDecisionDetail: one.PermissionsBoundaryDecisionDetail,
        }),
      })),
    }),
  };
}
