import type { GetSessionTokenRequest, GetSessionTokenResponse } from '@aws-sdk/client-sts';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { checkMfa } from './mfa.ts';

const HOUR = 3_600;

/**
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html: no permission is needed, "the purpose
 * … is to authenticate the user using MFA". Session credentials can't call it (dispatch/limits.ts).
 */
export const getSessionToken = ({ store }: World): Operation =>
  operation<GetSessionTokenRequest, GetSessionTokenResponse>({
    name: 'GetSessionToken',
    // Real records say so.
    readOnly: false,
    authorize: () => [],
    handle: ({ DurationSeconds, SerialNumber, TokenCode }, call) => {
      const mfa = checkMfa(store, call, SerialNumber, TokenCode);
      const { principal, accountId } = call.caller;
      const isRoot = principal.type === 'root';
      const asked = DurationSeconds ?? 12 * HOUR;
      return {
        Credentials: store.tokens.issue(
          {
            accountId,
            holder: principal.type === 'user' ? { kind: 'user', id: principal.id } : { kind: 'root' },
            mfa,
            ...(mfa && { mfaAt: call.now }),
          },
          call.now,
          // "If the duration is longer than one hour, the session for AWS account owners defaults to one hour."
          isRoot ? Math.min(asked, HOUR) : asked,
        ),
      };
    },
  });
