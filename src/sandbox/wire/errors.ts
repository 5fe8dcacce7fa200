import { AwsError } from '../types.ts';
import { cborError, cborHeaders } from './cbor.ts';
import type { Protocol, ServiceModel } from './model.ts';
import { BadValue } from './values.ts';
import { escapeXml } from './xml-write.ts';

interface Renamed {
  readonly code: string;
  readonly status: number;
  /** Replaces the text, where the service says it in its own words. */
  readonly message?: string;
}

/**
 * Failures of authentication and validation happen before a service sees the request, but each protocol family has its
 * own names for them. Rooms above and below use the query names; this table is the only place that knows the others.
 * unverified: statuses and texts other than those in AWS.md §3 and the services' "Common errors" pages.
 */
const names: Readonly<Record<Exclude<Protocol, 'cbor'>, Readonly<Record<string, Renamed>>>> = {
  query: {
    SignatureExpired: { code: 'SignatureDoesNotMatch', status: 403 },
    RequestExpired: { code: 'SignatureDoesNotMatch', status: 403 },
    HeadersNotSigned: { code: 'SignatureDoesNotMatch', status: 403 },
  },
  ec2: {
    InvalidClientTokenId: {
      code: 'AuthFailure',
      status: 401,
      message: 'AWS was not able to validate the provided access credentials',
    },
    SignatureDoesNotMatch: {
      code: 'AuthFailure',
      status: 401,
      message: 'AWS was not able to validate the provided access credentials',
    },
    SignatureExpired: { code: 'RequestExpired', status: 400 },
    HeadersNotSigned: { code: 'AuthFailure', status: 401 },
    ExpiredToken: { code: 'RequestExpired', status: 400, message: 'Request has expired.' },
    AccessDenied: { code: 'UnauthorizedOperation', status: 403 },
    ValidationError: { code: 'InvalidParameterValue', status: 400 },
  },
  json: {
    InvalidClientTokenId: { code: 'UnrecognizedClientException', status: 400 },
    SignatureDoesNotMatch: { code: 'InvalidSignatureException', status: 400 },
    SignatureExpired: { code: 'InvalidSignatureException', status: 400 },
    RequestExpired: { code: 'InvalidSignatureException', status: 400 },
    HeadersNotSigned: { code: 'InvalidSignatureException', status: 400 },
    IncompleteSignature: { code: 'IncompleteSignatureException', status: 400 },
    MissingAuthenticationToken: { code: 'MissingAuthenticationTokenException', status: 400 },
    ExpiredToken: { code: 'ExpiredTokenException', status: 400 },
    AccessDenied: { code: 'AccessDeniedException', status: 400 },
    ValidationError: { code: 'ValidationException', status: 400 },
    InvalidAction: { code: 'UnknownOperationException', status: 400 },
    NotImplemented: { code: 'NotImplementedException', status: 501 },
  },
  rest: {
    InvalidClientTokenId: {
      code: 'InvalidAccessKeyId',
      status: 403,
      message: 'The AWS Access Key Id you provided does not exist in our records.',
    },
    SignatureExpired: {
      code: 'RequestTimeTooSkewed',
      status: 403,
      message: 'The difference between the request time and the current time is too large.',
    },
    RequestExpired: { code: 'AccessDenied', status: 403, message: 'Request has expired' },
    HeadersNotSigned: { code: 'AccessDenied', status: 403 },
    ExpiredToken: { code: 'ExpiredToken', status: 400, message: 'The provided token has expired.' },
    MissingAuthenticationToken: { code: 'AccessDenied', status: 403, message: 'Access Denied' },
    IncompleteSignature: { code: 'AuthorizationHeaderMalformed', status: 400 },
    ValidationError: { code: 'InvalidArgument', status: 400 },
    InvalidAction: { code: 'MethodNotAllowed', status: 405 },
  },
};

/** The error as a protocol calls it, with the status that the model gives it when the service left 400. */
export function nameError(error: unknown, protocol: Protocol, model: ServiceModel | undefined): AwsError {
  const known =
    error instanceof AwsError
      ? error
      : error instanceof BadValue
        ? new AwsError('ValidationError', error.message, 400)
        : new AwsError(
            'InternalFailure',
            'The sandbox failed on this request; that is a bug.',
            500,
            'Receiver',
          );
  const renamed = names[protocol === 'cbor' ? 'json' : protocol][known.code];
  if (renamed !== undefined) {
    return new AwsError(renamed.code, renamed.message ?? known.message, renamed.status, known.fault);
  }
  const modelled = model?.error(known.code);
  if (modelled === undefined) return known;
  const code = protocol === 'json' || protocol === 'cbor' ? modelled.shape : modelled.code;
  const status = known.status === 400 ? modelled.status : known.status;
  return new AwsError(code, known.message, status, known.fault, known.members);
}

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** The error in its protocol's envelope. */
export function writeError(
  error: AwsError,
  protocol: Protocol,
  requestId: string,
  xmlNamespace: string | undefined,
  jsonVersion = '1.1',
): ErrorAnswer {
  const code = escapeXml(error.code);
  const message = escapeXml(error.message);
  const xml = { 'Content-Type': 'text/xml' };
  switch (protocol) {
    case 'json':
      return {
        status: error.status,
        headers: { 'Content-Type': `application/x-amz-json-${jsonVersion}`, 'x-amzn-ErrorType': error.code },
        body: JSON.stringify({ __type: error.code, message: error.message, ...error.members }),
      };
    case 'cbor':
      return { status: error.status, headers: cborHeaders, body: cborError(error) };
    case 'ec2':
      return {
        status: error.status,
        headers: xml,
        body: `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
      };
    case 'rest':
      return {
        status: error.status,
        headers: { 'Content-Type': 'application/xml' },
        body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>${requestId}</RequestId><HostId>${requestId}</HostId></Error>`,
      };
    default:
      return {
        status: error.status,
        headers: xml,
        body: `<ErrorResponse${xmlNamespace === undefined ? '' : ` xmlns="${xmlNamespace}"`}><Error><Type>${error.fault}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      };
  }
}
