import { AwsError, type Cloud } from '../types.ts';
import { cborTarget, readCborInput } from './cbor.ts';
import { ec2Style, queryStyle, readForm, readParameters } from './form.ts';
import type { WireRequest } from './http.ts';
import { readJson } from './json.ts';
import type { ServiceInfo, ServiceModel } from './model.ts';
import { findOperation, readAddress } from './rest.ts';
import { readRest } from './rest-bind.ts';
import type { OperationShape } from './shape.ts';
import { parsePairs } from './text.ts';

/** What a request asks for: its operation, and its input once somebody wants it. */
export interface Decoded {
  readonly operation: OperationShape;
  input(): Record<string, unknown>;
}

/**
 * Finds the operation of an authenticated request and how its input is to be read. Throws AwsError: InvalidAction for
 * what AWS doesn't have, NotImplemented for what it has and the sandbox doesn't serve.
 */
export function decodeRequest(
  info: ServiceInfo,
  model: ServiceModel,
  request: WireRequest,
  cloud: Cloud,
): Decoded {
  switch (info.protocol) {
    case 'cbor':
      return decodeCbor(model, request, cloud);
    case 'rest':
      return decodeRest(model, request, cloud);
    case 'json':
      return decodeJson(model, request, cloud);
    default:
      return decodeForm(info, model, request, cloud);
  }
}

function served(model: ServiceModel, name: string, cloud: Cloud, unknown: () => string): OperationShape {
  const operation = model.operation(name);
  if (operation === undefined) throw new AwsError('InvalidAction', unknown(), 400);
  const service = model.info.name;
  if (!cloud.serves(service, name)) {
    const list = model.operationNames.filter((n) => cloud.serves(service, n)).join(', ');
    // 501 is the one server error that no SDK retries.
    throw new AwsError(
      'NotImplemented',
      `The sandbox does not serve ${service}:${name}. Of ${service} it serves: ${list === '' ? 'nothing' : list}.`,
      501,
      'Receiver',
    );
  }
  return operation;
}

/** Parameters of a form call: of the URL, and of the body unless the body says that it is something else. */
export function formParameters(request: WireRequest): Map<string, string> {
  const type = request.headers.get('content-type') ?? '';
  const isForm = type === '' || type.toLowerCase().startsWith('application/x-www-form-urlencoded');
  const hasBody = request.method === 'POST' && request.body.length > 0 && isForm;
  return readParameters(request.query, hasBody ? request.body.toString('utf8') : '');
}

function decodeForm(
  { protocol, version }: ServiceInfo,
  model: ServiceModel,
  request: WireRequest,
  cloud: Cloud,
): Decoded {
  if (request.method !== 'GET' && request.method !== 'POST') {
    throw new AwsError('MethodNotAllowed', `Method ${request.method} is not allowed for this service.`, 405);
  }
  const parameters = formParameters(request);
  const action = parameters.get('Action');
  if (action === undefined || action === '') {
    throw new AwsError(
      'MissingAction',
      'The request is missing an action or a required parameter: Action.',
      400,
    );
  }
  const asked = parameters.get('Version') ?? 'NO_VERSION_SPECIFIED';
  const notFound = () => `Could not find operation ${action} for version ${asked}`;
  if (asked !== version) throw new AwsError('InvalidAction', notFound());
  const operation = served(model, action, cloud, () =>
    protocol === 'ec2' ? `The action ${action} is not valid for this web service.` : notFound(),
  );
  return {
    operation,
    input: () => readForm(operation, parameters, protocol === 'ec2' ? ec2Style : queryStyle),
  };
}

function decodeJson(model: ServiceModel, request: WireRequest, cloud: Cloud): Decoded {
  const target = request.headers.get('x-amz-target') ?? '';
  const dot = target.lastIndexOf('.');
  const name = target.slice(dot + 1);
  if (request.method !== 'POST' || dot === -1 || !isTarget(model.info, target.slice(0, dot))) {
    throw new AwsError('InvalidAction', `Unknown operation: X-Amz-Target '${target}'`, 400);
  }
  const operation = served(model, name, cloud, () => `Unknown operation: ${name}`);
  return { operation, input: () => readJson(operation, request.body) };
}

function decodeCbor(model: ServiceModel, request: WireRequest, cloud: Cloud): Decoded {
  const target = cborTarget(request);
  if (target === undefined || target.service !== model.info.target) {
    throw new AwsError('InvalidAction', `Unknown operation: ${request.method} ${request.path}`, 400);
  }
  const operation = served(model, target.operation, cloud, () => `Unknown operation: ${target.operation}`);
  return { operation, input: () => readCborInput(operation, request.body) };
}

/** CloudTrail also answers to its full service name: the AWS CLI sends that one. */
const isTarget = (info: ServiceInfo, prefix: string): boolean =>
  info.target !== undefined && (prefix === info.target || prefix.endsWith(`.${info.target}`));

const notAllowed = 'The specified method is not allowed against this resource.';

function decodeRest(model: ServiceModel, request: WireRequest, cloud: Cloud): Decoded {
  const address = readAddress(request.headers.get('host') ?? '', request.path);
  const pairs = parsePairs(request.query);
  if (pairs === undefined) throw new AwsError('InvalidURI', "Couldn't parse the specified URI.", 400);
  const query = new Map(pairs);
  const name = findOperation(model, request, address, query);
  if (name === undefined) {
    throw new AwsError('InvalidAction', notAllowed, 405);
  }
  const operation = served(model, name, cloud, () => notAllowed);
  return { operation, input: () => readRest(operation, request, address, query) };
}
