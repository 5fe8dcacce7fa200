import type {
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse,
  Tag,
} from '@aws-sdk/client-sts';
import { parseArn } from '../../../base/index.ts';
import { AwsError, type Call, type Operation } from '../../types.ts';
import { iamAccount, iamState } from '../iam/state.ts';
import { type Input, operation } from '../operation.ts';
import type { World } from '../world.ts';
import {
  assertedParameters,
  authorizeFederated,
  federatedSession,
  federatedTrail,
  type Vouched,
} from './federated-session.ts';
import { isSigned, readJwt } from './jwt.ts';

type Request = Input<AssumeRoleWithWebIdentityRequest>;

interface Verified {
  readonly vouched: Vouched;
  readonly subject: string;
  readonly audience: string;
}

/** Issuers that every account knows without a provider of its own; trust policies name them by host. */
const builtIn = new Set(['accounts.google.com', 'cognito-identity.amazonaws.com']);

const invalidToken = (message: string): AwsError => new AwsError('InvalidIdentityToken', message);

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export function assumeRoleWithWebIdentity(world: World): Operation {
  /** By call: what was verified for the authorization is what the session is made of, and what is recorded. */
  const verified = new WeakMap<Call, Verified>();
  const wish = (input: Request) => ({ ...input, sessionName: input.RoleSessionName });
  return operation<AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse>({
    name: 'AssumeRoleWithWebIdentity',
    readOnly: true,
    authorize: (input, call) => {
      const found = verify(world, input, call.now);
      verified.set(call, found);
      authorizeFederated(world, call, wish(input), found.vouched);
      return [];
    },
    handle: (input, call) => {
      const { vouched, subject, audience } = verified.get(call) as Verified;
      return {
        ...federatedSession(world, call, wish(input), vouched),
        SubjectFromWebIdentityToken: subject,
        Provider: vouched.federation.provider,
        Audience: audience,
      };
    },
    trail: (input, output, call) => {
      const { RoleArn, RoleSessionName, DurationSeconds, Policy, PolicyArns } = input;
      const vouched = verified.get(call)?.vouched;
      return {
        ...federatedTrail(world, RoleArn, vouched, output, {
          subjectFromWebIdentityToken: output?.SubjectFromWebIdentityToken,
          provider: output?.Provider,
          audience: output?.Audience,
        }),
        requestParameters: {
          roleArn: RoleArn,
          roleSessionName: RoleSessionName,
          ...(vouched && assertedParameters(vouched)),
          ...(DurationSeconds !== undefined && { durationSeconds: DurationSeconds }),
          ...(Policy !== undefined && { policy: Policy }),
          ...(PolicyArns !== undefined && { policyArns: PolicyArns.map(({ arn }) => ({ arn })) }),
        },
      };
    },
  });
}

/** Whose token it is, and for whom, once signature, times and audience hold. */
function verify(world: World, { WebIdentityToken, RoleArn }: Request, now: number): Verified {
  const jwt = readJwt(WebIdentityToken);
  const { iss, sub, exp } = jwt?.claims ?? {};
  if (jwt === undefined || typeof iss !== 'string' || typeof sub !== 'string' || typeof exp !== 'number') {
    throw invalidToken(
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    );
  }
  const issuer = iss.replace(/^https:\/\//i, '');
  const account = parseArn(RoleArn)?.account ?? '';
  const arn = `arn:aws:iam::${account}:oidc-provider/${issuer}`;
  const own = world.store.accounts.has(account) ? iamAccount(world, account).oidc.get(arn) : undefined;
  if (own === undefined && !builtIn.has(issuer))
    throw invalidToken(`No OpenIDConnect provider found in your account for ${iss}`);
  const keys = iamState(world).issuers.get(issuer);
  if (keys === undefined) {
    throw invalidToken(
      "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    );
  }
  // unverified: the words.
  if (!isSigned(jwt, keys)) throw invalidToken('Provided Token signature is invalid');
  checkTimes(jwt.claims, exp, now);
  const audiences = [jwt.claims['aud']].flat().filter((aud) => typeof aud === 'string');
  const azp = jwt.claims['azp'];
  // "azp … is used as the value of aud, and aud is then oaud".
  const audience =
    typeof azp === 'string' ? azp : audiences.find((aud) => own?.clientIds.includes(aud) ?? true);
  if (audience === undefined || (own !== undefined && !own.clientIds.includes(audience)))
    throw invalidToken('Incorrect token audience');
  const provider = own?.arn ?? issuer;
  return {
    subject: sub,
    audience,
    vouched: vouch(jwt.claims, { issuer, provider, sub, audience, audiences }),
  };
}

function checkTimes(claims: Readonly<Record<string, unknown>>, exp: number, now: number): void {
  const seconds = Math.floor(now / 1000);
  if (!(seconds < exp)) {
    throw new AwsError(
      'ExpiredTokenException',
      `Token expired: current date/time ${seconds} must be before the expiration date/time ${exp}`,
    );
  }
  // unverified: how far a provider's clock may be ahead.
  for (const name of ['nbf', 'iat']) {
    const from = claims[name];
    if (from !== undefined && !(typeof from === 'number' && from <= seconds + 300))
      throw invalidToken(`Token is not yet valid: ${name}`);
  }
}

const TAGS = 'https://aws.amazon.com/tags';
const SOURCE_IDENTITY = 'https://aws.amazon.com/source_identity';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif */
function vouch(
  claims: Readonly<Record<string, unknown>>,
  who: { issuer: string; provider: string; sub: string; audience: string; audiences: readonly string[] },
): Vouched {
  const { issuer, provider, sub, audience, audiences } = who;
  const amr = [claims['amr']].flat().filter((value) => typeof value === 'string');
  const source = claims[SOURCE_IDENTITY];
  if (source !== undefined && !(typeof source === 'string' && /^(?!aws:)[\w+=,.@-]{2,64}$/i.test(source)))
    throw new AwsError('IDPRejectedClaim', 'Source Identity in the token is not valid', 403);
  const { tags, transitive } = sessionTagsOf(claims[TAGS]);
  const [oaud] = audiences;
  return {
    federation: {
      provider,
      kind: 'web',
      keys: {
        [`${issuer}:sub`]: sub,
        [`${issuer}:aud`]: audience,
        // "When the azp field is not set … aud matches both", and only oaud when it is (the key ck_oaud, of Google's).
        [`${issuer}:oaud`]: claims['azp'] === undefined ? audience : (oaud ?? audience),
        ...(amr.length > 0 && { [`${issuer}:amr`]: amr }),
        ...(typeof claims['email'] === 'string' && { [`${issuer}:email`]: claims['email'] }),
      },
    },
    sourceIdentity: typeof source === 'string' ? source : undefined,
    tags,
    transitive,
    identity: {
      type: 'WebIdentityUser',
      principalId: `${provider}:${audience}:${sub}`,
      userName: sub,
      identityProvider: provider,
    },
  };
}

/**
 * `{"principal_tags": {"team": ["a"]}, "transitive_tag_keys": ["team"]}`:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
 */
function sessionTagsOf(claim: unknown): { tags: Tag[]; transitive: string[] } {
  if (claim === undefined) return { tags: [], transitive: [] };
  const { principal_tags: given = {}, transitive_tag_keys: transitive = [] } = (claim ?? {}) as {
    principal_tags?: unknown;
    transitive_tag_keys?: unknown;
  };
  const rejected = new AwsError('IDPRejectedClaim', 'The session tags in the token are not valid', 403);
  if (typeof given !== 'object' || given === null || !Array.isArray(transitive)) throw rejected;
  const tags = Object.entries(given).map(([Key, values]) => {
    const [Value, ...more] = Array.isArray(values) ? values : [values];
    if (typeof Value !== 'string' || more.length > 0) throw rejected;
    return { Key, Value };
  });
  return { tags, transitive: transitive.map(String) };
}
