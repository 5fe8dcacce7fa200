import { isoSeconds } from '../../../base/index.ts';
import type { CloudTrailRecord, UserIdentity } from '../../../trail/index.ts';
import { uuid } from '../../state/ids.ts';
import type { Store } from '../../state/store.ts';
import type { AwsError, Call, Operation, TrailFacts } from '../../types.ts';
import { regionOf } from '../region.ts';
import { errorCode } from './errors.ts';
import { foreignIdentity, userIdentity } from './identity.ts';
import type { TrailLog } from './log.ts';
import { trailRecordForm } from './naming.ts';

type Input = Record<string, unknown>;

interface Outcome {
  readonly error?: { readonly errorCode: string; readonly errorMessage: string };
  /** `sharedEventID` of a record that another account has too. */
  readonly shared?: string | undefined;
}

/** Writes CloudTrail's record of each call: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
export class Recorder {
  readonly #store: Store;
  readonly #log: TrailLog;

  constructor(store: Store, log: TrailLog) {
    this.#store = store;
    this.#log = log;
  }

  success(operation: Operation, call: Call, input: Input, output: Input): void {
    const facts = {
      requestParameters: trailRecordForm(input),
      // CloudTrail leaves the answer of a read out.
      responseElements: operation.readOnly ? null : trailRecordForm(output),
      ...operation.trail?.(input, output, call),
    };
    const shared = facts.sharedWith === undefined ? undefined : uuid(this.#store.random);
    const { accountId } = call.caller;
    const identity = userIdentity(call.caller, this.#store);
    this.#log.add(this.#record(operation, call, identity, facts, accountId, { shared }));
    if (facts.sharedWith !== undefined) {
      const identity = foreignIdentity(call.caller);
      this.#log.add(this.#record(operation, call, identity, facts, facts.sharedWith, { shared }));
    }
  }

  /** `denied`: by policy, in which case CloudTrail records no parameters (23 of 23 real AssumeRole records). */
  failure(operation: Operation, call: Call, input: Input, error: AwsError, denied: boolean): void {
    const facts = {
      requestParameters: trailRecordForm(input),
      ...operation.trail?.(input, undefined, call),
    };
    const hidden = denied || (call.operation === 'AssumeRole' && error.code === 'AccessDenied');
    const identity = userIdentity(call.caller, this.#store);
    this.#log.add(
      this.#record(
        operation,
        call,
        identity,
        {
          // S3 tells what was asked for even when it refuses.
          requestParameters: hidden && call.service !== 's3' ? null : facts.requestParameters,
          responseElements: null,
          ...(facts.additionalEventData && { additionalEventData: facts.additionalEventData }),
        },
        call.caller.accountId,
        { error: { errorCode: errorCode(call.service, error.code), errorMessage: error.message } },
      ),
    );
  }

  #record(
    operation: Operation,
    call: Call,
    userIdentity: UserIdentity,
    facts: TrailFacts,
    recipientAccountId: string,
    { error, shared }: Outcome,
  ): CloudTrailRecord {
    // In the order in which AWS writes the fields: delivery then has nothing to sort.
    return {
      eventVersion: '1.11',
      userIdentity:
        call.invokedBy === undefined ? userIdentity : { ...userIdentity, invokedBy: call.invokedBy },
      eventTime: isoSeconds(call.now),
      eventSource: `${call.service}.amazonaws.com`,
      eventName: operation.name,
      awsRegion: regionOf(call.service, call.region),
      sourceIPAddress: call.invokedBy ?? call.sourceIp,
      userAgent: call.invokedBy ?? (call.service === 's3' ? `[${call.userAgent}]` : call.userAgent),
      ...error,
      requestParameters: facts.requestParameters ?? null,
      responseElements: facts.responseElements ?? null,
      ...(facts.additionalEventData && { additionalEventData: facts.additionalEventData }),
      requestID: call.requestId,
      eventID: uuid(this.#store.random),
      readOnly: operation.readOnly,
      ...(facts.resources && { resources: facts.resources }),
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId,
      ...(shared !== undefined && { sharedEventID: shared }),
      eventCategory: 'Management',
      // The record is the one AWS would write, and AWS only answers over TLS; the host is the client's own.
      tlsDetails: {
        tlsVersion: 'TLSv1.3',
        cipherSuite: 'TLS_AES_128_GCM_SHA256',
        clientProvidedHostHeader: call.host,
      },
    };
  }
}
