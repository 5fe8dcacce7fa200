import { ownText } from '../../own-text.ts';
import type { Call, Caller } from '../../types.ts';
import { regionOf } from '../region.ts';
import { truncated } from './limits.ts';
import { quote } from './text.ts';

/**
 * What stands in a record around its time, and at its end: the same in call after call of a client, and most of it.
 * Fields are in the order in which AWS writes them; nothing sorts them afterwards.
 */
export interface Frame {
  readonly before: Uint8Array;
  readonly behind: Uint8Array;
  readonly end: Uint8Array;
}

/** The record is the one AWS would write, and AWS only answers over TLS; the host is the client's own. */
const TLS =
  '"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":';

/** Its bytes are their own; a small Buffer is part of eight kilobytes, which it would keep. */
const utf8 = new TextEncoder();

/** `identity`: userIdentity as JSON. */
export function frameOf(call: Told, identity: string, name: string): Frame {
  const { invokedBy, service, sourceIp, userAgent, host } = call;
  const agent = invokedBy ?? (service === 's3' ? `[${userAgent}]` : userAgent);
  const who =
    invokedBy === undefined ? identity : `${identity.slice(0, -1)},"invokedBy":${quote(invokedBy)}}`;
  return {
    before: utf8.encode(`{"eventVersion":"1.11","userIdentity":${who},"eventTime":"`),
    behind: utf8.encode(
      `","eventSource":${quote(`${service}.amazonaws.com`)},"eventName":${quote(name)},"awsRegion":${quote(
        regionOf(service, call.region),
      )},"sourceIPAddress":${quote(invokedBy ?? sourceIp)},"userAgent":${quote(truncated(agent))}`,
    ),
    end: utf8.encode(`${TLS}${quote(host)}}}`),
  };
}

/** What a frame tells of its call, beside the identity and the name. */
type Told = Pick<Call, 'service' | 'region' | 'sourceIp' | 'userAgent' | 'host' | 'invokedBy'>;

interface Known {
  readonly call: Told;
  readonly identity: string;
  readonly name: string;
  readonly frame: Frame;
}

const serves = (known: Known, call: Told, identity: string, name: string): boolean =>
  known.identity === identity &&
  known.name === name &&
  known.call.service === call.service &&
  known.call.region === call.region &&
  known.call.sourceIp === call.sourceIp &&
  known.call.userAgent === call.userAgent &&
  known.call.host === call.host &&
  known.call.invokedBy === call.invokedBy;

const told = ({ service, region, sourceIp, userAgent, host, invokedBy }: Told): Told => ({
  service,
  region,
  sourceIp,
  userAgent: ownText(userAgent),
  host: ownText(host),
  ...(invokedBy !== undefined && { invokedBy }),
});

/** Of one caller: as many kinds of calls as its clients make in turn. */
const MOST_OF_A_CALLER = 8;

/** The last frames of each caller. Callers are made anew whenever something about them may have changed. */
export class Frames {
  readonly #known = new WeakMap<Caller, Known[]>();

  /** `identity`: one of the few texts that the caller has in records. */
  of(call: Call, identity: string, name: string): Frame {
    const found = this.#known.get(call.caller) ?? [];
    for (const known of found) if (serves(known, call, identity, name)) return known.frame;
    const frame = frameOf(call, identity, name);
    if (found.length >= MOST_OF_A_CALLER) found.shift();
    found.push({ call: told(call), identity, name, frame });
    this.#known.set(call.caller, found);
    return frame;
  }
}
