import type { WireRequest } from './http.ts';
import type { ServiceInfo } from './model.ts';
import { placeOf, type S3Address } from './rest.ts';
import type { Member, OperationShape, Shape } from './shape.ts';
import { emptyMap, isRecord, readScalar, toBytes, writeScalar } from './values.ts';
import { decodeXml, readXml } from './xml-read.ts';
import { content, escapeXml, writeMembers } from './xml-write.ts';

/** Binds labels, query, headers and body of a request to an operation's input. */
export function readRest(
  operation: OperationShape,
  request: WireRequest,
  address: S3Address,
  query: ReadonlyMap<string, string>,
): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  let inBody = false;
  for (const member of operation.input.members) {
    const place = placeOf(member);
    if (place === 'body') inBody = true;
    const bound = readBound(member, place, request, address, query);
    if (bound !== undefined) value[member.name] = bound;
  }
  if (inBody && request.body.length > 0) {
    Object.assign(
      value,
      decodeXml({ ...operation.input, members: bodyMembers(operation) }, bodyXml(request), ''),
    );
  }
  return value;
}

const bodyMembers = (operation: OperationShape): readonly Member[] =>
  operation.input.members.filter((m) => placeOf(m) === 'body');

const bodyXml = (request: WireRequest) => readXml(request.body.toString('utf8'));

function readBound(
  member: Member,
  place: ReturnType<typeof placeOf>,
  request: WireRequest,
  address: S3Address,
  query: ReadonlyMap<string, string>,
): unknown {
  const { traits, shape } = member;
  switch (place) {
    case 'label':
      return member.name === 'Key' ? address.key : address.bucket;
    case 'query':
      return readText(shape, query.get(String(traits['httpQuery'])), member.name, false);
    case 'header':
      return readText(
        shape,
        request.headers.get(String(traits['httpHeader']).toLowerCase()),
        member.name,
        true,
      );
    case 'prefix': {
      const prefix = String(traits['httpPrefixHeaders']).toLowerCase();
      const found = emptyMap();
      for (const name of request.headers.names()) {
        if (name.startsWith(prefix)) found[name.slice(prefix.length)] = request.headers.all(name)?.join(',');
      }
      return Object.keys(found).length === 0 ? undefined : found;
    }
    case 'payload':
      if (shape.kind === 'blob') return request.body;
      if (request.body.length === 0) return undefined;
      if (shape.kind === 'string') return request.body.toString('utf8');
      return decodeXml(shape, bodyXml(request), member.name);
    default:
      return undefined;
  }
}

function readText(shape: Shape, text: string | undefined, path: string, inHeader: boolean): unknown {
  if (text === undefined) return undefined;
  if (shape.kind === 'list') {
    return text.split(',').map((part) => readText(shape.member.shape, part.trim(), path, inHeader));
  }
  if (shape.kind === 'structure' || shape.kind === 'map') return undefined;
  return readScalar(shape, text, path, inHeader);
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

/** S3 returns this one without a wrapping element (model: aws.customizations#s3UnwrappedXmlOutput). */
const unwrapped = 'GetBucketLocation';

export function writeRest(
  info: ServiceInfo,
  operation: OperationShape,
  output: Record<string, unknown>,
): RestAnswer {
  const http = operation.traits['http'] as readonly [string, string, number] | undefined;
  const answer = {
    status: http?.[2] ?? 200,
    headers: {} as Record<string, string>,
    body: '' as string | Uint8Array,
  };
  const { output: shape } = operation;
  if (shape === undefined) return answer;
  let inBody = false;
  for (const member of shape.members) {
    const value = output[member.name];
    const place = placeOf(member);
    if (place === 'body') inBody = true;
    if (value === undefined || value === null) continue;
    if (place === 'status') answer.status = Number(value);
    else if (place === 'header') {
      answer.headers[String(member.traits['httpHeader'])] = headerText(member.shape, value);
    } else if (place === 'prefix' && isRecord(value)) {
      for (const [name, text] of Object.entries(value)) {
        answer.headers[`${String(member.traits['httpPrefixHeaders'])}${name}`] = safeHeader(String(text));
      }
    } else if (place === 'payload') answer.body = payload(info, member, value);
  }
  // The model has no place for the status of a partial answer.
  if (output['ContentRange'] !== undefined) answer.status = 206;
  if (inBody) answer.body = document(info, operation.name, shape, output);
  if (answer.body !== '') answer.headers['Content-Type'] ??= 'application/xml';
  return answer;
}

function payload(info: ServiceInfo, member: Member, value: unknown): string | Uint8Array {
  if (member.shape.kind === 'blob') return toBytes(value);
  if (member.shape.kind === 'string') return String(value);
  const root =
    member.traits['xmlName'] ?? (member.shape.kind === 'structure' ? member.shape.name : member.name);
  return `${declaration}<${String(root)} xmlns="${info.xmlNamespace}">${content(member.shape, value, 'millis')}</${String(root)}>`;
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

function document(
  info: ServiceInfo,
  operation: string,
  shape: Extract<Shape, { kind: 'structure' }>,
  output: Record<string, unknown>,
): string {
  if (operation === unwrapped) {
    const [only] = shape.members;
    const value = only === undefined ? undefined : output[only.name];
    const name = only?.name ?? operation;
    return `${declaration}<${name} xmlns="${info.xmlNamespace}">${escapeXml(String(value ?? ''))}</${name}>`;
  }
  const root = String(shape.traits['xmlName'] ?? shape.name);
  const members = writeMembers(shape, output, 'millis', (m) => placeOf(m) === 'body');
  return `${declaration}<${root} xmlns="${info.xmlNamespace}">${members}</${root}>`;
}

function headerText(shape: Shape, value: unknown): string {
  if (shape.kind === 'list')
    return Array.isArray(value) ? value.map((v) => headerText(shape.member.shape, v)).join(', ') : '';
  if (shape.kind === 'structure' || shape.kind === 'map') return '';
  return safeHeader(writeScalar(shape, value, 'seconds', true));
}

/** A line break in a value would start a new header. */
const safeHeader = (text: string): string => text.replace(/[^\x20-\x7e\xa0-\xff]/g, '?');
