import { isoSeconds, parseArn } from '../../../base/index.ts';
import { callerOfSession } from '../../state/credentials.ts';
import { uuid } from '../../state/ids.ts';
import type { Role } from '../../state/model.ts';
import { AwsError, type Call, type Caller } from '../../types.ts';
import { errorCode } from '../record/errors.ts';
import type { World } from '../world.ts';
import { trustOf } from './role-trust.ts';
import { credentialElements } from './trail.ts';

/** A service that takes on a role of a customer, to act in the customer's account. */
export interface ServiceAssumption {
  /** The principal that the trust policy must name: `cloudformation.amazonaws.com`. */
  readonly service: string;
  readonly roleArn: string;
  /** `AWSCloudFormation`, `CloudTrail_CloudWatchLogs_Role` …: what the role's later records show. */
  readonly sessionName: string;
  /** Virtual time, ms. */
  readonly now: number;
  /** Of the resource that the service acts for: condition keys aws:SourceArn and aws:SourceAccount. */
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
  readonly externalId?: string;
  /** Default us-east-1. */
  readonly region?: string;
  /** Default an hour. */
  readonly seconds?: number;
}

/**
 * AssumeRole as an AWS service calls it: the trust policy decides for `Principal: {Service}`, the role's account gets
 * CloudTrail's record (identity `AWSService`), and the answer is the role session, ready to be a call's caller.
 * Throws AccessDenied, in the same words when the role doesn't exist; then only `sourceAccount` gets a record.
 */
export function assumeAsService(world: World, assumption: ServiceAssumption): Caller {
  const { store } = world;
  const { roleArn, sessionName, now, region = 'us-east-1', seconds = 3_600 } = assumption;
  const call = callOf(world, assumption);
  const role = store.roleByArn(roleArn);
  try {
    world.authorize([question(assumption, role, world)], call);
  } catch (error) {
    if (error instanceof AwsError) recordFailure(world, assumption, call, error);
    throw error;
  }
  // INVARIANT: nobody is trusted by a role that doesn't exist.
  if (role === undefined) throw new Error(`authorized to assume ${roleArn}, which does not exist`);
  const credentials = store.tokens.issue(
    { accountId: role.accountId, holder: { kind: 'role', id: role.id, sessionName }, chained: false },
    now,
    seconds,
  );
  const claims = store.tokens.open(credentials.SessionToken);
  const caller = claims && callerOfSession(claims, store);
  if (caller === undefined) throw new Error(`no session of ${roleArn}`);
  role.lastUsed = { at: now, region };
  world.trail.add({
    ...head(assumption, call),
    requestParameters: parameters(assumption),
    responseElements: {
      credentials: credentialElements(credentials),
      assumedRoleUser: {
        assumedRoleId: `${role.id}:${sessionName}`,
        arn: `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${sessionName}`,
      },
    },
    ...tail(world, call),
    resources: [{ accountId: role.accountId, type: 'AWS::IAM::Role', ARN: roleArn }],
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: role.accountId,
    // Real records of service assumptions carry one, though nobody else gets a copy (AWS.md §4).
    sharedEventID: uuid(store.random),
    eventCategory: 'Management',
  });
  return caller;
}

const callOf = ({ store }: World, { service, now, region = 'us-east-1' }: ServiceAssumption): Call => ({
  requestId: uuid(store.random),
  now,
  service: 'sts',
  operation: 'AssumeRole',
  region,
  // A service calls from AWS's network: there is no address that aws:SourceIp could hold.
  sourceIp: service,
  userAgent: service,
  host: `sts.${region}.amazonaws.com`,
  caller: { principal: { type: 'service', service }, accountId: '' },
});

function question(assumption: ServiceAssumption, role: Role | undefined, { store }: World) {
  const { roleArn, sessionName, sourceArn, sourceAccount, externalId } = assumption;
  return {
    action: 'sts:AssumeRole',
    resource: roleArn,
    resourceAccount: parseArn(roleArn)?.account ?? '',
    resourcePolicy: trustOf(role, store),
    context: {
      'sts:RoleSessionName': sessionName,
      'sts:ExternalId': externalId,
      'aws:SourceArn': sourceArn,
      'aws:SourceAccount': sourceAccount,
      // There is no public address that a service calls from: the key is absent.
      'aws:SourceIp': undefined,
    },
  };
}

const parameters = ({ roleArn, sessionName, externalId }: ServiceAssumption): Record<string, unknown> => ({
  roleArn,
  roleSessionName: sessionName,
  ...(externalId !== undefined && { externalId }),
});

const head = ({ service, now }: ServiceAssumption, { region }: Call) => ({
  eventVersion: '1.11',
  userIdentity: { type: 'AWSService' as const, invokedBy: service },
  eventTime: isoSeconds(now),
  eventSource: 'sts.amazonaws.com',
  eventName: 'AssumeRole',
  awsRegion: region,
  sourceIPAddress: service,
  userAgent: service,
});

const tail = ({ store }: World, call: Call) => ({
  requestID: call.requestId,
  eventID: uuid(store.random),
  readOnly: true,
});

/** unverified: whether AWS records a service's refused assumption at all; here its customer can see why nothing happened. */
function recordFailure(world: World, assumption: ServiceAssumption, call: Call, error: AwsError): void {
  const { sourceAccount } = assumption;
  if (sourceAccount === undefined || !world.store.accounts.has(sourceAccount)) return;
  world.trail.add({
    ...head(assumption, call),
    errorCode: errorCode('sts', error.code),
    errorMessage: error.message,
    requestParameters: null,
    responseElements: null,
    ...tail(world, call),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: sourceAccount,
    eventCategory: 'Management',
  });
}
