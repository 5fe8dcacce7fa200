import { isoSeconds } from '../../../base/index.ts';
import { uuid } from '../../state/ids.ts';
import type { Store } from '../../state/store.ts';
import type { AwsError, Call, Operation, TrailFacts } from '../../types.ts';
import { regionOf } from '../region.ts';
import { errorCode } from './errors.ts';
import { Frames, frameOf } from './frame.ts';
import { foreignIdentityText, userIdentityText } from './identity.ts';
import { fitting, truncated } from './limits.ts';
import type { TrailLog } from './log.ts';
import { quote, trailText } from './text.ts';

type Input = Record<string, unknown>;

/** What becomes part of the record as the JSON that it is. */
interface Texts {
  readonly identity: string;
  /** All that the records of one call have in common, from an error to the request id, up to the event's own id. */
  readonly told: string;
  /** With its name, or ''. */
  readonly resources: string;
}

interface ErrorTold {
  readonly errorCode: string;
  readonly errorMessage: string;
}

/** Writes CloudTrail's record of each call: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
export class Recorder {
  readonly #store: Store;
  readonly #log: TrailLog;
  readonly #frames = new Frames();

  constructor(store: Store, log: TrailLog) {
    this.#store = store;
    this.#log = log;
  }

  success(operation: Operation, call: Call, input: Input, output: Input): void {
    const facts: TrailFacts = operation.trail?.(input, output, call) ?? nothing;
    const parameters = given(facts, 'requestParameters', () => trailText(input));
    // CloudTrail leaves the answer of a read out.
    const elements = given(facts, 'responseElements', () =>
      operation.readOnly ? 'null' : trailText(output),
    );
    const texts = {
      identity: this.#identity(facts, call),
      told: toldText(call, facts, parameters, elements),
      resources: resourcesText(facts),
    };
    const shared = facts.sharedWith === undefined ? undefined : this.#sharedId(call);
    this.#write(operation, call, texts, facts, facts.recipient ?? call.caller.accountId, shared);
    if (facts.sharedWith === undefined) return;
    const foreign = { ...texts, identity: foreignIdentityText(call.caller) };
    this.#write(operation, call, foreign, facts, facts.sharedWith, shared);
  }

  /** `denied`: by policy, in which case CloudTrail records no parameters (23 of 23 real AssumeRole records). */
  failure(operation: Operation, call: Call, input: Input, error: AwsError, denied: boolean): void {
    const facts: TrailFacts = operation.trail?.(input, undefined, call) ?? nothing;
    const hidden = denied || (call.operation === 'AssumeRole' && error.code === 'AccessDenied');
    // S3 tells what was asked for even when it refuses.
    const parameters =
      hidden && call.service !== 's3' ? 'null' : given(facts, 'requestParameters', () => trailText(input));
    const told = { errorCode: errorCode(call.service, error.code), errorMessage: error.message };
    const texts = {
      identity: this.#identity(facts, call),
      told: toldText(call, facts, parameters, 'null', told),
      // Event selectors choose data events by their resources, refused ones too.
      resources: facts.dataEvent === true ? resourcesText(facts) : '',
    };
    const owner = isToldToOwner(facts, call) ? facts.sharedWith : undefined;
    const shared = owner === undefined ? undefined : this.#sharedId(call);
    this.#write(operation, call, texts, facts, facts.recipient ?? call.caller.accountId, shared);
    if (owner === undefined) return;
    const foreign = { ...texts, identity: foreignIdentityText(call.caller) };
    this.#write(operation, call, foreign, facts, owner, shared);
  }

  /** "Present only when CloudTrail events are delivered to multiple accounts": nobody has no account. */
  #sharedId({ caller }: Call): string | undefined {
    return caller.accountId === '' ? undefined : uuid(this.#store.random);
  }

  #identity({ identity }: TrailFacts, { caller }: Call): string {
    return identity === undefined ? userIdentityText(caller, this.#store) : JSON.stringify(identity);
  }

  #write(
    operation: Operation,
    call: Call,
    { identity, told, resources }: Texts,
    facts: TrailFacts,
    account: string,
    /** `sharedEventID` of a record that another account has too. */
    shared: string | undefined,
  ): void {
    // What nobody signed is in nobody's log (confirming a subscription of SNS by its link).
    if (account === '') return;
    const { now, service } = call;
    const name = facts.eventName ?? operation.name;
    const data = facts.dataEvent === true;
    // An identity that the operation tells is made for this call only.
    const { before, behind, end } =
      facts.identity === undefined ? this.#frames.of(call, identity, name) : frameOf(call, identity, name);
    const own = `${uuid(this.#store.random)}","readOnly":${operation.readOnly}${
      resources
    },"eventType":"AwsApiCall","managementEvent":${!data},"recipientAccountId":"${account}"${
      shared === undefined ? '' : `,"sharedEventID":"${shared}"`
    },"eventCategory":"${data ? 'Data' : 'Management'}",`;
    const text = [before, isoSeconds(now), behind, told, own, end];
    if (data) this.#log.writeData(text);
    else {
      const region = regionOf(service, call.region);
      this.#log.write(text, { account, region, time: now, source: `${service}.amazonaws.com`, name });
    }
  }
}

const nothing: TrailFacts = {};

/**
 * Refused calls, too, are recorded for the owner of what they are about: those to objects of another account's bucket
 * ("CloudTrail also delivers the same logs to the bucket owner"), and those of nobody's account, which only the owner
 * can be told of ("requests in which authorization fails (AccessDenied) and requests that are made by anonymous users").
 * Of a refused AssumeRole the role's account learns nothing (AWS.md §4).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html#cloudtrail-object-level-crossaccount
 */
const isToldToOwner = ({ sharedWith, dataEvent }: TrailFacts, { caller }: Call): boolean =>
  sharedWith !== undefined && (dataEvent === true || caller.principal.type === 'anonymous');

/** Put together once for both accounts' records. */
function toldText(
  call: Call,
  { additionalEventData }: TrailFacts,
  parameters: string,
  elements: string,
  error?: ErrorTold,
): string {
  const failed =
    error === undefined
      ? ''
      : `,"errorCode":${quote(truncated(error.errorCode))},"errorMessage":${quote(truncated(error.errorMessage))}`;
  const more = additionalEventData ? `,"additionalEventData":${JSON.stringify(additionalEventData)}` : '';
  return `${failed},"requestParameters":${fitting('requestParameters', parameters)},"responseElements":${fitting(
    'responseElements',
    elements,
  )}${more},"requestID":${quote(call.requestId)},"eventID":"`;
}

/** What an operation says itself, else what follows from input and output. */
const given = (
  facts: TrailFacts,
  member: 'requestParameters' | 'responseElements',
  usual: () => string,
): string => (Object.hasOwn(facts, member) ? JSON.stringify(facts[member] ?? null) : usual());

const resourcesText = ({ resources }: TrailFacts): string =>
  resources === undefined ? '' : `,"resources":${JSON.stringify(resources)}`;
