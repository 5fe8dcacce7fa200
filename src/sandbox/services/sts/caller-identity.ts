import type {
  GetAccessKeyInfoRequest,
  GetAccessKeyInfoResponse,
  GetCallerIdentityRequest,
  GetCallerIdentityResponse,
} from '@aws-sdk/client-sts';
import { callerArn, type Principal } from '../../../engine/index.ts';
import { accountOfKey } from '../../state/ids.ts';
import { AwsError, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';

export const identityOperations = (): readonly Operation[] => [
  operation<GetCallerIdentityRequest, GetCallerIdentityResponse>({
    name: 'GetCallerIdentity',
    readOnly: true,
    // "No permissions are required … even if an explicit deny": who signs already knows who they are.
    authorize: () => [],
    handle: (_input, { caller }) => ({
      UserId: userId(caller.principal),
      Account: caller.accountId,
      Arn: callerArn(caller.principal),
    }),
    trail: () => ({ requestParameters: null, responseElements: null }),
  }),
  operation<GetAccessKeyInfoRequest, GetAccessKeyInfoResponse>({
    name: 'GetAccessKeyInfo',
    readOnly: true,
    authorize: () => [{ action: 'sts:GetAccessKeyInfo', resource: '*' }],
    handle: ({ AccessKeyId }) => {
      // The account is encoded in the id: the key need not exist.
      const Account = accountOfKey(AccessKeyId);
      if (Account === undefined) {
        throw new AwsError('ValidationError', `Access key ${AccessKeyId} is not valid.`);
      }
      return { Account };
    },
  }),
];

function userId(principal: Principal): string {
  switch (principal.type) {
    case 'user':
      return principal.id;
    case 'role-session':
      return `${principal.roleId}:${principal.sessionName}`;
    case 'federated-user':
      return `${principal.accountId}:${principal.name}`;
    case 'root':
      return principal.accountId;
    default:
      return principal.type;
  }
}
