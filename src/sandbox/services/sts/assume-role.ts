import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import { assumedRoleArn, isAccountId, parseArn } from '../../../base/index.ts';
import type { Role } from '../../state/model.ts';
import type { Store } from '../../state/store.ts';
import { type Authorization, AwsError, type Call, type Operation, type TrailFacts } from '../../types.ts';
import { type Input, operation } from '../operation.ts';
import { trailRecordForm } from '../record/naming.ts';
import type { World } from '../world.ts';
import { checkMfa } from './mfa.ts';
import { trustOf } from './role-trust.ts';
import { sessionPolicies } from './session-policies.ts';
import { inheritedTags, sessionTags } from './session-tags.ts';
import { credentialElements } from './trail.ts';

const HOUR = 3_600;
type Request = Input<AssumeRoleRequest>;

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const assumeRole = ({ store }: World): Operation =>
  operation<AssumeRoleRequest, AssumeRoleResponse>({
    name: 'AssumeRole',
    readOnly: true,
    authorize: (input, call) => authorize(store, input, call),
    handle: (input, call) => handle(store, input, call),
    trail: (input, output, call) => (output === undefined ? {} : trail(input, output, call)),
  });

function authorize(store: Store, input: Request, call: Call): readonly Authorization[] {
  const arn = parseArn(input.RoleArn);
  if (arn?.service !== 'iam' || !isAccountId(arn.account) || !arn.resource.startsWith('role/')) {
    throw new AwsError('ValidationError', `${input.RoleArn} is invalid`);
  }
  if (call.caller.principal.type === 'root') {
    throw new AwsError('AccessDenied', 'Roles may not be assumed by root accounts.', 403);
  }
  const mfa = checkMfa(store, call, input.SerialNumber, input.TokenCode);
  const role = store.roleByArn(input.RoleArn);
  const sourceIdentity = input.SourceIdentity ?? call.caller.session?.sourceIdentity;
  const context: Record<string, string | readonly string[] | undefined> = {
    'sts:ExternalId': input.ExternalId,
    'sts:RoleSessionName': input.RoleSessionName,
    'sts:SourceIdentity': sourceIdentity,
  };
  if (input.Tags?.length) Object.assign(context, tagContext(input));
  if (role !== undefined) addResourceTags(context, role);
  // True for this call's trust evaluation; the credentials that come of it don't carry it (AWS.md §1).
  if (mfa) Object.assign(context, { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '0' });
  const resourcePolicy = trustOf(role, store);
  const actions = ['sts:AssumeRole'];
  // Inherited tags need it too, but are no aws:RequestTag, "the tag key-value pair that was passed in the request"
  // (id_session-tags.html): the next trust policy sees them as aws:PrincipalTag. unverified: the documents show a chain
  // without saying what its second role must allow.
  if (input.Tags?.length || Object.keys(inheritedTags(call)).length > 0) actions.push('sts:TagSession');
  // Also when it is inherited: "sts:SetSourceIdentity … for each role in the chain".
  if (sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity');
  return actions.map((action) => ({
    action,
    resource: input.RoleArn,
    resourceAccount: arn.account,
    resourcePolicy,
    context,
  }));
}

function addResourceTags(context: Record<string, unknown>, { tags }: Role): void {
  for (const [key, value] of tags) {
    context[`aws:ResourceTag/${key}`] = value;
    context[`iam:ResourceTag/${key}`] = value;
  }
}

function tagContext({ Tags, TransitiveTagKeys }: Request): Record<string, string | readonly string[]> {
  if (!Tags?.length) return {};
  const context: Record<string, string | readonly string[]> = {
    'aws:TagKeys': Tags.map(({ Key = '' }) => Key),
  };
  for (const { Key = '', Value = '' } of Tags) context[`aws:RequestTag/${Key}`] = Value;
  if (TransitiveTagKeys?.length) context['sts:TransitiveTagKeys'] = TransitiveTagKeys;
  return context;
}

function handle(store: Store, input: Request, call: Call): AssumeRoleResponse {
  const role = store.roleByArn(input.RoleArn);
  // INVARIANT: a role without a trust policy has been refused before.
  if (role === undefined) throw new Error(`authorized to assume ${input.RoleArn}, which does not exist`);
  if (input.ProvidedContexts?.length) {
    // They are "signed and encrypted by AWS STS" for IAM Identity Center, which isn't here: none can be genuine.
    // unverified: the words.
    throw new AwsError('ValidationError', 'The provided context assertion is invalid.');
  }
  const chained = call.caller.principal.type === 'role-session';
  const seconds = duration(role, input.DurationSeconds, chained);
  const inherited = call.caller.session?.sourceIdentity;
  if (inherited !== undefined && input.SourceIdentity !== undefined && input.SourceIdentity !== inherited) {
    throw new AwsError(
      'ValidationError',
      'SourceIdentity cannot be changed once it is set in a role session.',
    );
  }
  const sourceIdentity = inherited ?? input.SourceIdentity;
  const { tags, transitive } = sessionTags(inheritedTags(call), input.Tags, input.TransitiveTagKeys);
  // What is inherited takes room too: a chain could grow a session without end. unverified: that AWS counts it.
  const packed = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const asked = sessionPolicies(store, role.accountId, input.Policy, input.PolicyArns, packed);
  const credentials = store.tokens.issue(
    {
      accountId: role.accountId,
      holder: { kind: 'role', id: role.id, sessionName: input.RoleSessionName },
      policy: asked.policy,
      policyArns: asked.policyArns,
      tags,
      transitive,
      sourceIdentity,
      chained: chained || undefined,
    },
    call.now,
    seconds,
  );
  role.lastUsed = { at: call.now, region: call.region };
  return {
    Credentials: credentials,
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${input.RoleSessionName}`,
      Arn: assumedRoleArn('aws', role.accountId, role.name, input.RoleSessionName),
    },
    PackedPolicySize: asked.packedSize,
    SourceIdentity: sourceIdentity,
  };
}

function duration(role: Role, asked: number | undefined, chained: boolean): number {
  const seconds = asked ?? HOUR;
  if (chained && seconds > HOUR) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  if (seconds > role.maxSessionDuration) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  return seconds;
}

/** AssumeRole is a read, but CloudTrail records its answer: `accessKeyId` joins the assumption to the session's calls. */
function responseElements(output: AssumeRoleResponse): Record<string, unknown> {
  const { Credentials, AssumedRoleUser, PackedPolicySize, SourceIdentity } = output;
  return {
    credentials: credentialElements(Credentials),
    assumedRoleUser: { assumedRoleId: AssumedRoleUser?.AssumedRoleId, arn: AssumedRoleUser?.Arn },
    packedPolicySize: PackedPolicySize,
    sourceIdentity: SourceIdentity,
  };
}

function trail(input: Request, output: AssumeRoleResponse, call: Call): TrailFacts {
  const accountId = parseArn(input.RoleArn)?.account ?? '';
  const facts = {
    resources: [{ accountId, type: 'AWS::IAM::Role', ARN: input.RoleArn }],
    responseElements: responseElements(output),
  };
  const inherited = inheritedTags(call);
  return Object.assign(
    facts,
    accountId !== call.caller.accountId && { sharedWith: accountId },
    // Where inherited tags can be seen: https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
    Object.keys(inherited).length > 0 && {
      requestParameters: { incomingTransitiveTags: inherited, ...trailRecordForm(input) },
    },
  );
}
