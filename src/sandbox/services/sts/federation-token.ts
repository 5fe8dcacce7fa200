import type { GetFederationTokenRequest, GetFederationTokenResponse } from '@aws-sdk/client-sts';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { sessionPolicies } from './session-policies.ts';
import { sessionTags } from './session-tags.ts';

const HOUR = 3_600;

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html */
export const getFederationToken = ({ store }: World): Operation =>
  operation<GetFederationTokenRequest, GetFederationTokenResponse>({
    name: 'GetFederationToken',
    readOnly: false,
    authorize: ({ Name, Tags }, { caller }) => {
      const resource = `arn:aws:sts::${caller.accountId}:federated-user/${Name}`;
      const context = Object.fromEntries(
        (Tags ?? []).map(({ Key, Value = '' }) => [`aws:RequestTag/${Key}`, Value]),
      );
      const keys = Tags?.length ? { 'aws:TagKeys': Tags.map(({ Key = '' }) => Key) } : {};
      const actions = ['sts:GetFederationToken', ...(Tags?.length ? ['sts:TagSession'] : [])];
      return actions.map((action) => ({ action, resource, context: { ...context, ...keys } }));
    },
    handle: (input, call) => {
      const { principal, accountId } = call.caller;
      const { tags } = sessionTags({}, input.Tags, undefined);
      const { packedSize, ...policies } = sessionPolicies(
        store,
        accountId,
        input.Policy,
        input.PolicyArns,
        input.Tags,
      );
      const asked = input.DurationSeconds ?? 12 * HOUR;
      return {
        Credentials: store.tokens.issue(
          {
            accountId,
            holder: {
              kind: 'federated',
              name: input.Name,
              ...(principal.type === 'user' && { issuer: principal.id }),
            },
            ...policies,
            tags,
          },
          call.now,
          principal.type === 'root' ? Math.min(asked, HOUR) : asked,
        ),
        FederatedUser: {
          FederatedUserId: `${accountId}:${input.Name}`,
          Arn: `arn:aws:sts::${accountId}:federated-user/${input.Name}`,
        },
        PackedPolicySize: packedSize ?? 0,
      };
    },
  });
