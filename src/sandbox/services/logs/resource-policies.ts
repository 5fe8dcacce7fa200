import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import { hasErrors } from '../../../base/index.ts';
import { parsePolicy } from '../../../policy/index.ts';
import { AwsError, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { Ask } from './ask.ts';
import { byText, page } from './page.ts';
import { invalid, type LogsState, placeOfCall } from './state.ts';

/** "An account can have up to 10 resource policies per AWS Region." */
const MOST = 10;
const PAGE = 50;

/** Policies that let AWS services put log events into this account's groups. */
export const resourcePolicyOperations = (state: LogsState, ask: Ask): readonly Operation[] => [
  operation<logs.PutResourcePolicyRequest, logs.PutResourcePolicyResponse>({
    name: 'PutResourcePolicy',
    readOnly: false,
    authorize: () => ask.any('PutResourcePolicy'),
    handle: ({ policyName, policyDocument, resourceArn }, call) => {
      if (resourceArn !== undefined) {
        throw new AwsError('NotImplemented', 'The sandbox serves account-wide resource policies only.', 501);
      }
      if (policyName === undefined || policyDocument === undefined) {
        throw invalid('policyName and policyDocument must be specified.');
      }
      const parsed = parsePolicy(policyDocument, { kind: 'resource' });
      if (!parsed.ok || hasErrors(parsed.diagnostics)) {
        const first = parsed.diagnostics.find(({ severity }) => severity === 'error');
        throw invalid(`PolicyDocument is invalid: ${first?.message ?? 'syntax error'}`);
      }
      const { policies } = placeOfCall(state, call);
      if (!policies.has(policyName) && policies.size >= MOST) {
        throw new AwsError('LimitExceededException', 'Resource limit exceeded.');
      }
      const policy = { document: policyDocument, updatedAt: call.now };
      policies.set(policyName, policy);
      return { resourcePolicy: describe([policyName, policy]) };
    },
  }),
  operation<logs.DescribeResourcePoliciesRequest, logs.DescribeResourcePoliciesResponse>({
    name: 'DescribeResourcePolicies',
    readOnly: true,
    authorize: () => ask.any('DescribeResourcePolicies'),
    handle: ({ nextToken: token, limit = PAGE }, call) => {
      const all = [...placeOfCall(state, call).policies].sort(byText(([name]) => name));
      const { items, nextToken } = page(all, ([name]) => name, token, limit);
      return { resourcePolicies: items.map(describe), ...(nextToken !== undefined && { nextToken }) };
    },
  }),
  operation<logs.DeleteResourcePolicyRequest, object>({
    name: 'DeleteResourcePolicy',
    readOnly: false,
    authorize: () => ask.any('DeleteResourcePolicy'),
    handle: ({ policyName = '' }, call) => {
      if (!placeOfCall(state, call).policies.delete(policyName)) {
        throw new AwsError('ResourceNotFoundException', `Policy with name [${policyName}] does not exist.`);
      }
      return {};
    },
  }),
];

const describe = ([policyName, { document, updatedAt }]: readonly [
  string,
  { document: string; updatedAt: number },
]): logs.ResourcePolicy => ({ policyName, policyDocument: document, lastUpdatedTime: updatedAt });
