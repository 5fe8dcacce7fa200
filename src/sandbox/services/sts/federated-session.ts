import type * as sts from '@aws-sdk/client-sts';
import { assumedRoleArn, isAccountId, parseArn } from '../../../base/index.ts';
import type { UserIdentity } from '../../../trail/index.ts';
import type { Role } from '../../state/model.ts';
import { AwsError, type Call, type Federation, type TrailFacts } from '../../types.ts';
import type { World } from '../world.ts';
import { trustOf } from './role-trust.ts';
import { sessionPolicies } from './session-policies.ts';
import { sessionTags } from './session-tags.ts';
import { credentialElements } from './trail.ts';

const HOUR = 3_600;

/** What a verified token of an identity provider says of its bearer. */
export interface Vouched {
  readonly federation: Federation;
  /** Condition keys for the trust policy alone, beside those that stay with the session. */
  readonly trustKeys?: Readonly<Record<string, string | readonly string[]>>;
  readonly sourceIdentity: string | undefined;
  readonly tags: readonly sts.Tag[];
  readonly transitive: readonly string[];
  readonly identity: UserIdentity;
}

interface Wish {
  readonly RoleArn: string;
  readonly sessionName: string;
  readonly DurationSeconds?: number | undefined;
  readonly Policy?: string | undefined;
  readonly PolicyArns?: sts.PolicyDescriptorType[] | undefined;
  /** The provider's own limit, ms. */
  readonly until?: number | undefined;
}

/** Asks the trust policy whether a federated user may have the role; throws AccessDenied in STS's words for it. */
export function authorizeFederated(world: World, call: Call, wish: Wish, vouched: Vouched): void {
  const { RoleArn, sessionName } = wish;
  const arn = parseArn(RoleArn);
  if (arn?.service !== 'iam' || !isAccountId(arn.account) || !arn.resource.startsWith('role/')) {
    throw new AwsError('ValidationError', `${RoleArn} is invalid`);
  }
  const { federation, trustKeys, sourceIdentity, tags, transitive } = vouched;
  checkTags(tags);
  const role = world.store.roleByArn(RoleArn);
  const question = {
    resource: RoleArn,
    resourceAccount: arn.account,
    resourcePolicy: trustOf(role, world.store),
    context: {
      ...trustKeys,
      ...federation.keys,
      'aws:FederatedProvider': federation.provider,
      'sts:RoleSessionName': sessionName,
      'sts:SourceIdentity': sourceIdentity,
      ...Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [`aws:RequestTag/${Key}`, Value])),
      ...(tags.length > 0 && { 'aws:TagKeys': tags.map(({ Key = '' }) => Key) }),
      ...(transitive.length > 0 && { 'sts:TransitiveTagKeys': transitive }),
      ...Object.fromEntries(
        [...(role?.tags ?? [])].flatMap(([key, value]) => [
          [`aws:ResourceTag/${key}`, value],
          [`iam:ResourceTag/${key}`, value],
        ]),
      ),
    },
  };
  const main = `sts:${call.operation}`;
  const actions = [main];
  if (tags.length > 0) actions.push('sts:TagSession');
  if (sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity');
  const principal = { type: 'federated' as const, provider: federation.provider };
  try {
    world.authorize(
      actions.map((action) => ({ action, ...question })),
      { ...call, caller: { principal, accountId: '' } },
    );
  } catch (error) {
    // These operations tell no more than this, whichever of the actions was refused.
    if (error instanceof AwsError && error.code === 'AccessDenied')
      throw new AwsError('AccessDenied', `Not authorized to perform ${main}`, 403);
    throw error;
  }
}

const TAG = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** What AssumeRole's tags are held to on the wire holds for a provider's too. unverified: the words. */
function checkTags(tags: readonly sts.Tag[]): void {
  for (const { Key = '', Value = '' } of tags) {
    const fits = Key.length >= 1 && Key.length <= 128 && Value.length <= 256;
    if (!fits || !TAG.test(Key) || !TAG.test(Value) || /^aws:/i.test(Key))
      throw new AwsError('InvalidIdentityToken', `The session tag ${Key} in the token is not valid`);
  }
}

/** Makes the session; the caller has authorized it. */
export function federatedSession(world: World, call: Call, wish: Wish, vouched: Vouched) {
  const { store } = world;
  const { RoleArn, sessionName } = wish;
  const role = store.roleByArn(RoleArn);
  // INVARIANT: nobody is trusted by a role that doesn't exist.
  if (role === undefined) throw new Error(`authorized to assume ${RoleArn}, which does not exist`);
  const seconds = duration(role, wish, call.now);
  // Who signed the call doesn't matter: the tags of a session that did would get in without sts:TagSession.
  const { tags, transitive } = sessionTags({}, vouched.tags, vouched.transitive);
  const { packedSize, ...policies } = sessionPolicies(
    store,
    role.accountId,
    wish.Policy,
    wish.PolicyArns,
    vouched.tags,
  );
  const { sourceIdentity, federation } = vouched;
  const credentials = store.tokens.issue(
    {
      accountId: role.accountId,
      holder: { kind: 'role', id: role.id, sessionName },
      ...policies,
      tags,
      transitive,
      ...(sourceIdentity !== undefined && { sourceIdentity }),
      federation,
      chained: false,
    },
    call.now,
    seconds,
  );
  role.lastUsed = { at: call.now, region: call.region };
  return {
    Credentials: credentials,
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${sessionName}`,
      Arn: assumedRoleArn('aws', role.accountId, role.name, sessionName),
    },
    ...(packedSize !== undefined && { PackedPolicySize: packedSize }),
    ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
  };
}

function duration(role: Role, { DurationSeconds: asked = HOUR, until }: Wish, now: number): number {
  if (asked > role.maxSessionDuration) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  if (until === undefined) return asked;
  // What is no time is NaN. unverified: the words.
  if (!(now < until)) throw new AwsError('ExpiredTokenException', 'Token is expired');
  return Math.min(asked, Math.floor((until - now) / 1000));
}

/**
 * What a token brings stands in the record as if it had been asked for: https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
 */
export const assertedParameters = ({
  sourceIdentity,
  tags,
  transitive,
}: Vouched): Record<string, unknown> => ({
  ...(sourceIdentity !== undefined && { sourceIdentity }),
  ...(tags.length > 0 && { principalTags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) }),
  ...(transitive.length > 0 && { transitiveTagKeys: transitive }),
});

/** What both operations' records have: the role's account is told, whoever sent the token. The token isn't in them. */
export function federatedTrail(
  { store }: World,
  RoleArn: string,
  vouched: Vouched | undefined,
  output:
    | Pick<sts.AssumeRoleResponse, 'Credentials' | 'AssumedRoleUser' | 'PackedPolicySize' | 'SourceIdentity'>
    | undefined,
  elements: Record<string, unknown>,
): TrailFacts {
  const accountId = parseArn(RoleArn)?.account ?? '';
  return {
    recipient: store.accounts.has(accountId) ? accountId : '',
    ...(vouched && { identity: vouched.identity }),
    resources: [{ accountId, type: 'AWS::IAM::Role', ARN: RoleArn }],
    ...(output && {
      responseElements: {
        credentials: credentialElements(output.Credentials),
        assumedRoleUser: {
          assumedRoleId: output.AssumedRoleUser?.AssumedRoleId,
          arn: output.AssumedRoleUser?.Arn,
        },
        ...(output.PackedPolicySize !== undefined && { packedPolicySize: output.PackedPolicySize }),
        ...(output.SourceIdentity !== undefined && { sourceIdentity: output.SourceIdentity }),
        ...elements,
      },
    }),
  };
}
