import type * as iam from '@aws-sdk/client-iam';
import type { AccessKey, User } from '../../state/model.ts';
import type { Store } from '../../state/store.ts';
import type { Call, Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { page } from '../page.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { accountOf, limitExceeded, noSuchEntity, userOrSelf } from './find.ts';
import { keyMetadata } from './shapes.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const KEYS_PER_USER = 2;

const keysOf = (store: Store, call: Call, user: User | undefined): Map<string, AccessKey> =>
  user?.keys ?? accountOf(store, call).rootKeys;

function findKey(store: Store, call: Call, userName: string | undefined, id: string): AccessKey {
  const key = keysOf(store, call, userOrSelf(store, call, userName)).get(id);
  if (key === undefined) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  return key;
}

export const accessKeyOperations = ({ store }: World, ask: Ask): readonly Operation[] => [
  operation<iam.CreateAccessKeyRequest, iam.CreateAccessKeyResponse>({
    name: 'CreateAccessKey',
    readOnly: false,
    authorize: ({ UserName }, call) => ask.user('CreateAccessKey', call, UserName),
    handle: ({ UserName }, call) => {
      const user = userOrSelf(store, call, UserName);
      if (keysOf(store, call, user).size >= KEYS_PER_USER) {
        throw limitExceeded(`Cannot exceed quota for AccessKeysPerUser: ${KEYS_PER_USER}`);
      }
      const key = store.addKey(accountOf(store, call), user);
      return {
        AccessKey: {
          UserName: user?.name,
          AccessKeyId: key.id,
          Status: 'Active',
          SecretAccessKey: key.secret,
          CreateDate: new Date(key.createdAt),
        },
      };
    },
  }),
  operation<iam.ListAccessKeysRequest, iam.ListAccessKeysResponse>({
    name: 'ListAccessKeys',
    readOnly: true,
    authorize: ({ UserName }, call) => ask.user('ListAccessKeys', call, UserName),
    handle: (input, call) => {
      const keys = keysOf(store, call, userOrSelf(store, call, input.UserName));
      const { items, rest } = page([...keys.values()], input);
      return { AccessKeyMetadata: items.map(keyMetadata), ...rest };
    },
  }),
  operation<iam.UpdateAccessKeyRequest, object>({
    name: 'UpdateAccessKey',
    readOnly: false,
    authorize: ({ UserName }, call) => ask.user('UpdateAccessKey', call, UserName),
    handle: ({ UserName, AccessKeyId, Status }, call) => {
      findKey(store, call, UserName, AccessKeyId).active = Status === 'Active';
      return {};
    },
  }),
  operation<iam.DeleteAccessKeyRequest, object>({
    name: 'DeleteAccessKey',
    readOnly: false,
    authorize: ({ UserName }, call) => ask.user('DeleteAccessKey', call, UserName),
    handle: ({ UserName, AccessKeyId }, call) => {
      const key = findKey(store, call, UserName, AccessKeyId);
      keysOf(store, call, key.user).delete(key.id);
      store.keys.delete(key.id);
      return {};
    },
  }),
  operation<iam.GetAccessKeyLastUsedRequest, iam.GetAccessKeyLastUsedResponse>({
    name: 'GetAccessKeyLastUsed',
    readOnly: true,
    authorize: ({ AccessKeyId }, call) => {
      const key = store.keys.get(AccessKeyId);
      const own = key?.accountId === call.caller.accountId ? key.user?.name : undefined;
      return ask.user('GetAccessKeyLastUsed', call, own ?? '*');
    },
    handle: ({ AccessKeyId }, call) => {
      const key = store.keys.get(AccessKeyId);
      if (key === undefined || key.accountId !== call.caller.accountId) {
        throw noSuchEntity(`The Access Key with id ${AccessKeyId} cannot be found.`);
      }
      const used = key.lastUsed;
      return {
        ...(key.user && { UserName: key.user.name }),
        AccessKeyLastUsed: {
          ...(used && { LastUsedDate: new Date(used.at) }),
          ServiceName: used?.service ?? 'N/A',
          Region: used?.region ?? 'N/A',
        },
      };
    },
  }),
];
