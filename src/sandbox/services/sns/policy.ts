import { hasErrors, isAccountId, parseArn } from '../../../base/index.ts';
import { parsePolicy, policySize } from '../../../policy/index.ts';
import type { Store } from '../../state/store.ts';
import { StoredPolicy, storedPolicy } from '../../state/stored-policy.ts';
import { AwsError } from '../../types.ts';
import { invalid } from './errors.ts';

/** Actions that a topic's policy can name ("Amazon SNS API permissions"), in lower case. */
const topicActions = new Set(
  [
    'AddPermission',
    'ConfirmSubscription',
    'DeleteTopic',
    'GetDataProtectionPolicy',
    'GetTopicAttributes',
    'ListSubscriptionsByTopic',
    'ListTagsForResource',
    'Publish',
    'PutDataProtectionPolicy',
    'Receive',
    'RemovePermission',
    'SetTopicAttributes',
    'Subscribe',
    'TagResource',
    'UntagResource',
  ].map((action) => `sns:${action.toLowerCase()}`),
);

/** https://docs.aws.amazon.com/general/latest/gr/sns.html: "Maximum size of the policy", 30 KB. */
const LARGEST = 30_720;

/** What a topic starts with: its owner may do everything to it, and services that act for the owner may publish. */
export function defaultPolicy(arn: string, accountId: string): StoredPolicy {
  const actions = [
    'GetTopicAttributes',
    'SetTopicAttributes',
    'AddPermission',
    'RemovePermission',
    'DeleteTopic',
    'Subscribe',
    'ListSubscriptionsByTopic',
    'Publish',
  ];
  return storedPolicy(
    JSON.stringify({
      Version: '2008-10-17',
      Id: '__default_policy_ID',
      Statement: [
        {
          Sid: '__default_statement_ID',
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: actions.map((action) => `SNS:${action}`),
          Resource: arn,
          Condition: { StringEquals: { 'AWS:SourceOwner': accountId } },
        },
      ],
    }),
    'resource',
  );
}

/** Reads a policy that is to be a topic's; throws InvalidParameter. Texts are AWS's where they are known. */
export function topicPolicy(text: string, store: Store): StoredPolicy {
  if (policySize(text) > LARGEST) throw invalid('Policy', 'The policy is too large');
  const policy = parsed(text);
  for (const { action, notAction, principal, notPrincipal } of policy.document.statements) {
    for (const { value } of [...(action ?? []), ...(notAction ?? [])]) {
      if (!inScope(value))
        throw new AwsError(
          'InvalidParameter',
          'Invalid parameter: Policy statement action out of service scope!',
        );
    }
    for (const element of [principal, notPrincipal]) {
      for (const { value } of element?.kind === 'map' ? (element.AWS ?? []) : []) {
        if (!exists(value, store))
          throw new AwsError('InvalidParameter', 'Invalid parameter: Policy Error: PrincipalNotFound');
      }
    }
  }
  return policy;
}

function parsed(text: string): StoredPolicy {
  const read = parsePolicy(text, { kind: 'resource' });
  if (read.ok && !hasErrors(read.diagnostics)) return new StoredPolicy(text, 'resource', read.value);
  const wrong = read.diagnostics.find(({ severity }) => severity === 'error');
  throw new AwsError('InvalidParameter', `Invalid parameter: Policy Error: ${wrong?.message ?? 'null'}`);
}

/** unverified: `sns:*` and prefixes like `sns:Get*`, which we take. */
function inScope(action: string): boolean {
  const name = action.toLowerCase();
  if (!name.startsWith('sns:')) return false;
  return name.includes('*') || name.includes('?') || topicActions.has(name);
}

/** Principals of accounts that live in this cloud must exist; of others we can't know. */
function exists(principal: string, store: Store): boolean {
  if (principal === '*' || isAccountId(principal)) return true;
  if (/^A(IDA|ROA)[A-Z0-9]{16,}$/.test(principal)) return store.arnOf(principal) !== undefined;
  const arn = parseArn(principal);
  if (arn === undefined || !isAccountId(arn.account) || !['iam', 'sts'].includes(arn.service)) return false;
  if (!/^(user|role|assumed-role)\//.test(arn.resource)) return true;
  return !store.knowsAccount(arn.account) || store.idOf(principal) !== undefined;
}

export type Statements = { readonly Sid?: string }[];

/** A topic's policy as JSON, for AddPermission and RemovePermission to change. */
export const policyJson = ({ text }: StoredPolicy): { Statement: Statements } => {
  const json = JSON.parse(text) as { Statement: Statements | Statements[number] };
  return { ...json, Statement: [json.Statement].flat() };
};
