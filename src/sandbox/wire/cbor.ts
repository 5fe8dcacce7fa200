import { AwsError } from '../types.ts';
import { BadCbor, readCbor } from './cbor-read.ts';
import { writeCborTexts } from './cbor-write.ts';
import type { WireRequest } from './http.ts';
import { readStructure } from './json.ts';
import type { OperationShape } from './shape.ts';
import { isRecord } from './values.ts';

/** `/service/GraniteServiceVersion20100801/operation/PutMetricAlarm`: service and operation of an RPC v2 call. */
export function cborTarget(request: WireRequest): { service: string; operation: string } | undefined {
  const match = /(?:^|\/)service\/([^/]+)\/operation\/([^/]+)$/.exec(request.path);
  const [, service, operation] = match ?? [];
  return service === undefined || operation === undefined || request.method !== 'POST'
    ? undefined
    : { service, operation };
}

/** Decodes an RPC v2 body into an operation's input; its values are then held to the model as JSON's are. */
export function readCborInput(operation: OperationShape, body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    const value = readCbor(body);
    if (isRecord(value)) return readStructure(operation.input, value);
  } catch (error) {
    if (!(error instanceof BadCbor)) throw error;
    throw new AwsError('SerializationException', `The request body is not valid CBOR: ${error.message}.`);
  }
  throw new AwsError('SerializationException', 'The request body must be a CBOR map.');
}

export const cborHeaders = { 'Content-Type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' } as const;

export const cborError = (error: AwsError): Buffer =>
  writeCborTexts({ __type: error.code, message: error.message });
