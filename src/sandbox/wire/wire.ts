import type { Clock, Random } from '../../base/index.ts';
import { uuid } from '../state/ids.ts';
import { AwsError, type Call, type Caller, type Cloud, type Signed } from '../types.ts';
import { unchunked } from './chunked.ts';
import { inflated } from './compressed.ts';
import { constraints } from './constraints/index.ts';
import { decodeRequest, formParameters } from './decode.ts';
import { nameError, writeError } from './errors.ts';
import type { WireRequest, WireResponse } from './http.ts';
import {
  loadedModel,
  loadModel,
  type Protocol,
  type ServiceInfo,
  type ServiceModel,
  serviceInfo,
  services,
} from './model.ts';
import { idHeaders, writeResponse } from './respond.ts';
import { readSignature, type Signature } from './signature.ts';
import { spoken } from './spoken.ts';
import { validate } from './validate.ts';
import { checkFreshness, checkSignedHeaders, verifySignature } from './verify.ts';

export interface WireOptions {
  readonly cloud: Cloud;
  /** Virtual time. */
  readonly clock: Clock;
  readonly random: Random;
  /** The address a call is seen to come from. */
  readonly sourceIp?: (accessKeyId: string | undefined, peer: string) => string;
  /** Told of errors that are bugs of ours; their caller gets InternalFailure. */
  readonly onBug?: (error: unknown) => void;
}

/** Answers one request; a promise only when the service's schemas must be loaded first. Never throws or rejects. */
export type Wire = (request: WireRequest) => WireResponse | Promise<WireResponse>;

interface Authenticated {
  readonly service: string;
  readonly region: string;
  readonly caller: Caller;
  readonly signed?: Signed;
  /** The request as it is to be read: its body unpacked. */
  readonly request: WireRequest;
}

/** The only operations that AWS lets anybody call unsigned: their token is the credential. */
const unsignedOperations = new Set(['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity']);

/** What the links in SNS's messages ask for: their token, or the subscription's ARN, is the credential. */
const unsignedLinks = new Set(['ConfirmSubscription', 'Unsubscribe']);

/**
 * The pipeline: parse → find credentials → verify the signature → decode → validate → cloud → serialize.
 * INVARIANT: the cloud is never invoked for a signed request whose signature wasn't verified in this call.
 */
export function createWire(options: WireOptions): Wire {
  const { cloud, clock } = options;
  const handle: Wire = (request) => {
    const requestId = uuid(options.random);
    const now = clock.now();
    let info: ServiceInfo | undefined;
    try {
      const signature = readSignature(request);
      info = signature === undefined ? undefined : infoOf(signature.scope.service, request);
      const who = signature === undefined ? anonymous(request) : authenticate(request, signature, cloud, now);
      info ??= infoOf(who.service, request);
      if (info === undefined) throw unknownService(who.service);
      const model = loadedModel(info.name);
      const prepared = cloud.prepare(info.name);
      if (model !== undefined && prepared === undefined) {
        return answer(info, model, who.request, who, requestId, now, options);
      }
      // From the start again: while schemas and code were read, the caller may have lost its key.
      const asked = info;
      return Promise.all([loadModel(info), prepared]).then(
        () => handle(request),
        (error: unknown) => failure(error, asked, request, requestId, options),
      );
    } catch (error) {
      return failure(error, info, request, requestId, options);
    }
  };
  return handle;
}

function authenticate(request: WireRequest, signature: Signature, cloud: Cloud, now: number): Authenticated {
  checkSignedHeaders(request, signature);
  checkFreshness(signature, now);
  const found = cloud.findCredentials(signature.scope.accessKeyId, signature.token, now);
  if (!found.ok) throw found.error;
  verifySignature(request, signature, found.secretAccessKey);
  const whole =
    signature.scope.service === 's3'
      ? unchunked(request, { signature, secret: found.secretAccessKey })
      : inflated(request);
  const { scope, form, time: at } = signature;
  const { service, region } = scope;
  const payload = signature.payloadHash ?? request.headers.get('x-amz-content-sha256');
  const signed: Signed = payload === undefined ? { form, at } : { form, at, payload };
  return { service, region, caller: found.caller, signed, request: whole };
}

function anonymous(request: WireRequest): Authenticated {
  const missing = new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  const protocol = guessProtocol(request);
  const caller: Caller = { principal: { type: 'anonymous' }, accountId: '' };
  // Buckets may be open to everyone: S3 takes unsigned requests, and its policies decide.
  if (protocol === 'rest') return { service: 's3', region: 'us-east-1', caller, request: unchunked(request) };
  if (protocol !== 'query') throw missing;
  const parameters = formParameters(request);
  // The links of SNS's messages name the API's version no more than AWS's do.
  const version = parameters.get('Version');
  const sns = serviceInfo('sns')?.version;
  if (unsignedLinks.has(parameters.get('Action') ?? '') && (version === undefined || version === sns)) {
    const query = version === undefined ? `${request.query}&Version=${sns}` : request.query;
    return { service: 'sns', region: 'us-east-1', caller, request: { ...request, query } };
  }
  const sts = version === serviceInfo('sts')?.version;
  if (!sts || !unsignedOperations.has(parameters.get('Action') ?? '')) throw missing;
  return { service: 'sts', region: 'us-east-1', caller, request };
}

function infoOf(service: string, request: WireRequest): ServiceInfo | undefined {
  const info = serviceInfo(service);
  return info && spoken(info, request);
}

function answer(
  info: ServiceInfo,
  model: ServiceModel,
  request: WireRequest,
  who: Authenticated,
  requestId: string,
  now: number,
  { cloud, sourceIp }: WireOptions,
): WireResponse {
  const { operation, input } = decodeRequest(info, model, request, cloud);
  const value = input();
  validate(operation, value, constraints[info.name], info.protocol);
  const call: Call = {
    requestId,
    now,
    service: info.name,
    operation: operation.name,
    region: who.region,
    sourceIp: sourceIp?.(who.caller.accessKeyId, request.peer) ?? request.peer,
    userAgent: request.headers.get('user-agent') ?? '',
    host: request.headers.get('host') ?? '',
    caller: who.caller,
  };
  const signed = who.signed === undefined ? call : Object.assign(call, { signed: who.signed });
  return writeResponse(info, operation, cloud.invoke(signed, value), requestId);
}

const unknownService = (name: string): AwsError =>
  new AwsError(
    'NotImplemented',
    `The sandbox does not serve '${name}'. It serves: ${services.map((s) => s.name).join(', ')}.`,
    501,
    'Receiver',
  );

function failure(
  error: unknown,
  info: ServiceInfo | undefined,
  request: WireRequest,
  requestId: string,
  { onBug }: WireOptions,
): WireResponse {
  const protocol = info?.protocol ?? guessProtocol(request);
  const model = info === undefined ? undefined : loadedModel(info.name);
  const named = nameError(error, protocol, model);
  const written = writeError(named, protocol, requestId, info?.xmlNamespace, info?.jsonVersion);
  if (written.status === 500) onBug?.(error);
  // Clients of a service that spoke the query protocol before keep the error codes they know (awsQueryCompatible).
  const asked = info?.others !== undefined && request.headers.get('x-amzn-query-mode') === 'true';
  const query = asked ? nameError(error, 'query', model) : undefined;
  return {
    ...written,
    headers: {
      ...written.headers,
      ...(query !== undefined && { 'x-amzn-query-error': `${query.code};${query.fault}` }),
      ...idHeaders(protocol, requestId),
    },
  };
}

/** The protocol of a request whose service isn't known: only decides in which envelope it is refused. */
function guessProtocol(request: WireRequest): Protocol {
  if (request.headers.get('smithy-protocol') !== undefined) return 'cbor';
  const type = request.headers.get('content-type') ?? '';
  if (request.headers.get('x-amz-target') !== undefined || type.startsWith('application/x-amz-json'))
    return 'json';
  const simple = request.path === '/' && (request.method === 'GET' || request.method === 'POST');
  return simple ? 'query' : 'rest';
}
