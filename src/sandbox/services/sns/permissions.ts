import type * as sns from '@aws-sdk/client-sns';
import { isAccountId, rootArn } from '../../../base/index.ts';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { invalid } from './errors.ts';
import { findTopic } from './find.ts';
import { defaultPolicy, policyJson, topicPolicy } from './policy.ts';
import type { SnsState } from './state.ts';

export const permissionOperations = ({ store }: World, state: SnsState, ask: Ask): readonly Operation[] => [
  operation<sns.AddPermissionInput, object>({
    name: 'AddPermission',
    readOnly: false,
    authorize: ({ TopicArn }) => ask.topic('AddPermission', TopicArn),
    handle: ({ TopicArn, Label, AWSAccountId: accounts, ActionName: actions }, call) => {
      const topic = findTopic(state, TopicArn, call);
      if (!/^[A-Za-z0-9_-]{1,80}$/.test(Label)) throw invalid('Label');
      if (accounts.length === 0 || !accounts.every(isAccountId)) throw invalid('AWSAccountId');
      if (actions.length === 0) throw invalid('ActionName');
      const policy = policyJson(topic.policy);
      if (policy.Statement.some(({ Sid }) => Sid === Label)) throw invalid('Statement already exists');
      const principals = accounts.map((account) => rootArn('aws', account));
      const names = actions.map((action) => `SNS:${action}`);
      const statement = {
        Sid: Label,
        Effect: 'Allow',
        Principal: { AWS: principals.length === 1 ? principals[0] : principals },
        Action: names.length === 1 ? names[0] : names,
        Resource: topic.arn,
      };
      topic.policy = topicPolicy(
        JSON.stringify({ ...policy, Statement: [...policy.Statement, statement] }),
        store,
      );
      return {};
    },
  }),
  operation<sns.RemovePermissionInput, object>({
    name: 'RemovePermission',
    readOnly: false,
    authorize: ({ TopicArn }) => ask.topic('RemovePermission', TopicArn),
    handle: ({ TopicArn, Label }, call) => {
      const topic = findTopic(state, TopicArn, call);
      const policy = policyJson(topic.policy);
      const rest = policy.Statement.filter(({ Sid }) => Sid !== Label);
      // unverified: that an unknown label is no error.
      if (rest.length === policy.Statement.length) return {};
      // The last statement's removal leaves the policy that a topic starts with (a document needs a statement).
      topic.policy =
        rest.length === 0
          ? defaultPolicy(topic.arn, topic.accountId)
          : topicPolicy(JSON.stringify({ ...policy, Statement: rest }), store);
      return {};
    },
  }),
];
