import type {
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse,
} from '@aws-sdk/client-sts';
import { AwsError, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html */
export const decodeAuthorizationMessage = ({ store }: World): Operation =>
  operation<DecodeAuthorizationMessageRequest, DecodeAuthorizationMessageResponse>({
    name: 'DecodeAuthorizationMessage',
    readOnly: true,
    authorize: () => [{ action: 'sts:DecodeAuthorizationMessage', resource: '*' }],
    handle: ({ EncodedMessage }, { caller }) => {
      const message = store.messages.open(Buffer.from(EncodedMessage, 'base64url')) as
        | { account?: string }
        | undefined;
      // A message tells what another account's policies say: it is that account's only.
      if (message === undefined || message.account !== caller.accountId) {
        throw new AwsError('InvalidAuthorizationMessageException', 'Invalid token');
      }
      const { account: _, ...shown } = message;
      return { DecodedMessage: JSON.stringify(shown) };
    },
  });
