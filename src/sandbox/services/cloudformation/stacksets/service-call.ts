import { isoSeconds } from '../../../../base/index.ts';
import { uuid } from '../../../state/ids.ts';
import type { AwsError, Call, Caller } from '../../../types.ts';
import { errorCode } from '../../record/errors.ts';
import { userIdentityText } from '../../record/identity.ts';
import { trailRecordForm } from '../../record/naming.ts';
import type { World } from '../../world.ts';
import { withoutValues } from '../operations/trail.ts';

export const CLOUDFORMATION = 'cloudformation.amazonaws.com';

/** A call that CloudFormation makes with a role's session. */
export const serviceCall = (
  { store }: World,
  caller: Caller,
  call: {
    readonly service: string;
    readonly operation: string;
    readonly region: string;
    readonly now: number;
  },
): Call => ({
  requestId: uuid(store.random),
  ...call,
  sourceIp: CLOUDFORMATION,
  userAgent: CLOUDFORMATION,
  host: `${call.service}.${call.region}.amazonaws.com`,
  caller,
  invokedBy: CLOUDFORMATION,
  asServiceRole: true,
});

/**
 * CloudTrail's record of what a stack set does to a stack. The engine is called directly, for what no API member can
 * say (which stack set the stack belongs to), so nobody else records it.
 */
export function recordStackCall(
  world: World,
  call: Call,
  facts: {
    readonly requestParameters: object;
    readonly responseElements?: object;
    readonly error?: AwsError;
  },
): void {
  const { error } = facts;
  const denied = error?.code === 'AccessDenied';
  world.trail.add({
    eventVersion: '1.11',
    userIdentity: { ...JSON.parse(userIdentityText(call.caller, world.store)), invokedBy: CLOUDFORMATION },
    eventTime: isoSeconds(call.now),
    eventSource: CLOUDFORMATION,
    eventName: call.operation,
    awsRegion: call.region,
    sourceIPAddress: CLOUDFORMATION,
    userAgent: CLOUDFORMATION,
    ...(error && { errorCode: errorCode('cloudformation', error.code), errorMessage: error.message }),
    requestParameters: denied ? null : (withoutValues(facts.requestParameters).requestParameters ?? null),
    responseElements: error === undefined ? trailRecordForm(facts.responseElements ?? {}) : null,
    requestID: call.requestId,
    eventID: uuid(world.store.random),
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: call.caller.accountId,
    eventCategory: 'Management',
  });
}
