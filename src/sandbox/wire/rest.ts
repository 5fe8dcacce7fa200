import { AwsError } from '../types.ts';
import type { WireRequest } from './http.ts';
import type { ServiceModel } from './model.ts';
import type { Member, OperationShape } from './shape.ts';
import { uriDecode } from './text.ts';

/** What an S3 address names, in path style (`/bucket/key`) or virtual-host style (`bucket.s3.…/key`). */
export interface S3Address {
  readonly bucket?: string;
  readonly key?: string;
}

const awsHost = /^(?:(.+)\.)?s3(?:[.-][a-z0-9-]+)?(?:\.dualstack\.[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/;
const localHost = /^(?:(.+?)\.)?(?:s3\.)?localhost$/;

/** Reads host and path; an address literal or a bare `localhost` means path style. */
export function readAddress(host: string, path: string): S3Address {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const virtual = (awsHost.exec(name) ?? localHost.exec(name))?.[1];
  const rest = path.startsWith('/') ? path.slice(1) : path;
  if (virtual !== undefined && virtual !== 's3') return withKey(virtual, rest);
  const slash = rest.indexOf('/');
  if (rest === '') return {};
  return slash === -1
    ? withKey(decodePart(rest), '')
    : withKey(decodePart(rest.slice(0, slash)), rest.slice(slash + 1));
}

const withKey = (bucket: string, key: string): S3Address =>
  key === '' ? { bucket } : { bucket, key: decodePart(key) };

function decodePart(text: string): string {
  const decoded = uriDecode(text);
  if (decoded === undefined) throw new AwsError('InvalidURI', "Couldn't parse the specified URI.", 400);
  return decoded;
}

/** One operation as a route: method, level (service, bucket, object) and what must be in query and headers. */
interface Route {
  readonly operation: string;
  readonly method: string;
  readonly level: number;
  /** Literal query parameters of the URI; `x-id` apart: SDKs for JavaScript add it, others don't. */
  readonly literals: readonly (readonly [string, string])[];
  readonly id: string | undefined;
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
}

const routes = new WeakMap<ServiceModel, readonly Route[]>();

function routesOf(model: ServiceModel): readonly Route[] {
  let known = routes.get(model);
  if (known === undefined) {
    known = model.operationNames.flatMap((name) => {
      const operation = model.operation(name);
      return operation === undefined ? [] : readRoute(operation);
    });
    routes.set(model, known);
  }
  return known;
}

function readRoute(operation: OperationShape): Route[] {
  const http = operation.traits['http'];
  if (!Array.isArray(http)) return [];
  const [method, uri] = http as [string, string];
  const [path = '', query = ''] = uri.split('?');
  const literals = query
    .split('&')
    .filter((part) => part !== '')
    .map((part): readonly [string, string] => {
      const [name = '', value = ''] = part.split('=');
      return [name, value];
    });
  const required = operation.input.members.slice(0, operation.input.required);
  const named = (trait: string) =>
    required.map((m) => m.traits[trait]).filter((name): name is string => typeof name === 'string');
  const hasBucket = operation.input.member.get('Bucket')?.traits['httpLabel'] !== undefined;
  return [
    {
      operation: operation.name,
      method,
      level: path.includes('{Key+}') ? 2 : hasBucket ? 1 : 0,
      literals: literals.filter(([name]) => name !== 'x-id'),
      id: literals.find(([name]) => name === 'x-id')?.[1],
      requiredQuery: named('httpQuery'),
      requiredHeaders: named('httpHeader').map((name) => name.toLowerCase()),
    },
  ];
}

/** Which operation a request is: the route that asks for most of what was sent. Undefined: none. */
export function findOperation(
  model: ServiceModel,
  request: WireRequest,
  address: S3Address,
  query: ReadonlyMap<string, string>,
): string | undefined {
  const level = address.key !== undefined ? 2 : address.bucket !== undefined ? 1 : 0;
  let best: Route | undefined;
  let bestScore = -1;
  for (const route of routesOf(model)) {
    if (route.method !== request.method || route.level !== level) continue;
    const fits =
      route.literals.every(
        ([name, value]) => query.has(name) && (value === '' || query.get(name) === value),
      ) &&
      route.requiredQuery.every((name) => query.has(name)) &&
      route.requiredHeaders.every((name) => request.headers.get(name) !== undefined);
    if (!fits) continue;
    const weight = route.literals.length + route.requiredQuery.length + route.requiredHeaders.length;
    const score = weight * 2 + (route.id !== undefined && route.id === query.get('x-id') ? 1 : 0);
    if (score > bestScore) {
      best = route;
      bestScore = score;
    }
  }
  return best?.operation;
}

/** Where a member travels, by its traits. */
export type Place = 'label' | 'query' | 'header' | 'prefix' | 'payload' | 'status' | 'body';

export function placeOf({ traits }: Member): Place {
  if (traits['httpLabel'] !== undefined) return 'label';
  if (traits['httpQuery'] !== undefined) return 'query';
  if (traits['httpHeader'] !== undefined) return 'header';
  if (traits['httpPrefixHeaders'] !== undefined) return 'prefix';
  if (traits['httpPayload'] !== undefined) return 'payload';
  if (traits['httpResponseCode'] !== undefined) return 'status';
  return 'body';
}
