import { cborHeaders } from './cbor.ts';
import { writeCbor } from './cbor-write.ts';
import type { WireResponse } from './http.ts';
import { writeJson } from './json.ts';
import type { Protocol, ServiceInfo } from './model.ts';
import { writeRest } from './rest-bind.ts';
import type { OperationShape } from './shape.ts';
import { writeMembers } from './xml-write.ts';

/** Headers that carry the request id, by protocol. */
export function idHeaders(protocol: Protocol, requestId: string): Record<string, string> {
  return protocol === 'rest'
    ? { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId }
    : { 'x-amzn-RequestId': requestId };
}

/** What stands around an answer of the query protocol and its request id. */
interface Envelope {
  readonly begin: string;
  readonly middle: string;
  readonly end: string;
}

const envelopes = new WeakMap<OperationShape, Envelope>();

function envelopeOf({ xmlNamespace }: ServiceInfo, operation: OperationShape): Envelope {
  let envelope = envelopes.get(operation);
  if (envelope === undefined) {
    const { name, output } = operation;
    const [open, close] = output === undefined ? ['', ''] : [`<${name}Result>`, `</${name}Result>`];
    envelope = {
      begin: `<${name}Response xmlns="${xmlNamespace}">${open}`,
      middle: `${close}<ResponseMetadata><RequestId>`,
      end: `</RequestId></ResponseMetadata></${name}Response>`,
    };
    envelopes.set(operation, envelope);
  }
  return envelope;
}

/** An operation's output in its protocol's envelope. */
export function writeResponse(
  info: ServiceInfo,
  operation: OperationShape,
  output: Record<string, unknown>,
  requestId: string,
): WireResponse {
  const headers = idHeaders(info.protocol, requestId);
  const { name, output: shape } = operation;
  switch (info.protocol) {
    case 'json':
      headers['Content-Type'] = `application/x-amz-json-${info.jsonVersion ?? '1.1'}`;
      return { status: 200, headers, body: writeJson(shape, output) };
    case 'cbor':
      return { status: 200, headers: { ...headers, ...cborHeaders }, body: writeCbor(shape, output) };
    case 'rest': {
      const answer = writeRest(info, operation, output);
      return { status: answer.status, headers: { ...headers, ...answer.headers }, body: answer.body };
    }
    case 'ec2': {
      headers['Content-Type'] = 'text/xml;charset=UTF-8';
      const members = shape === undefined ? '<return>true</return>' : writeMembers(shape, output, 'millis');
      const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${name}Response xmlns="${info.xmlNamespace}/"><requestId>${requestId}</requestId>${members}</${name}Response>`;
      return { status: 200, headers, body };
    }
    default: {
      headers['Content-Type'] = 'text/xml';
      const { begin, middle, end } = envelopeOf(info, operation);
      const result = shape === undefined ? '' : writeMembers(shape, output, 'seconds');
      return { status: 200, headers, body: begin + result + middle + requestId + end };
    }
  }
}
