import { uuid } from '../../../state/ids.ts';
import { AwsError, type Call } from '../../../types.ts';
import type { World } from '../../world.ts';
import type { Actor, Recipe, Stack, StackTag } from '../model.ts';
import { invalid } from '../template/fail.ts';
import { readTemplate } from '../template/read.ts';
import type { Ask } from './ask.ts';

/** A template in a request's body has at most 51,200 bytes, one in S3 1 MB. */
const LARGEST_BODY = 51_200;
const LARGEST_OBJECT = 1_048_576;

export const actorOf = ({ caller, sourceIp, userAgent }: Call): Actor => ({ caller, sourceIp, userAgent });

/** Throws ValidationError, as every action that needs a stack does. */
export function needStack(ask: Ask, nameOrId: string | undefined, call: Call): Stack {
  const stack = nameOrId === undefined ? undefined : ask.find(nameOrId, call);
  if (stack === undefined) throw invalid(`Stack [${nameOrId ?? ''}] does not exist`);
  return stack;
}

interface TemplateInput {
  readonly TemplateBody?: string | undefined;
  readonly TemplateURL?: string | undefined;
  readonly UsePreviousTemplate?: boolean | undefined;
}

/** The template's text, from exactly one of the places where it may be. */
export function templateText(world: World, call: Call, input: TemplateInput, previous?: Recipe): string {
  const { TemplateBody: body, TemplateURL: url, UsePreviousTemplate: again } = input;
  if ([body !== undefined, url !== undefined, again === true].filter(Boolean).length !== 1) {
    throw invalid(
      previous === undefined
        ? 'Either Template URL or Template Body must be specified.'
        : 'Either Template URL or Template Body or Use Previous Template must be specified.',
    );
  }
  if (again === true) {
    if (previous === undefined) throw invalid('Previous template not found');
    return previous.template;
  }
  if (url !== undefined) return textAt(world, call, url, 'TemplateURL', LARGEST_OBJECT);
  const text = body ?? '';
  if (text === '') {
    throw invalid(
      "1 validation error detected: Value '' at 'templateBody' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  }
  if (Buffer.byteLength(text) > LARGEST_BODY) {
    throw invalid(
      `1 validation error detected: Value '${text.slice(0, 1024)}' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${LARGEST_BODY}`,
    );
  }
  return text;
}

const more = 'For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html';

/** Text of an S3 object, read with the caller's rights. */
export function textAt(world: World, call: Call, url: string, member: string, largest: number): string {
  const place = objectAt(url);
  if (place === undefined) throw invalid(`${member} must be a supported URL.`);
  let body: unknown;
  try {
    body = world.invoke(
      {
        ...call,
        service: 's3',
        operation: 'GetObject',
        requestId: uuid(world.store.random),
        host: 's3.amazonaws.com',
        invokedBy: 'cloudformation.amazonaws.com',
      },
      { Bucket: place.bucket, Key: place.key },
    ).Body;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalid(`S3 error: ${error.code === 'AccessDenied' ? 'Access Denied' : error.message}\n${more}`);
  }
  const bytes = body instanceof Uint8Array ? body : world.ports.s3?.read(place.bucket, place.key);
  if (bytes === undefined) throw invalid(`S3 error: The specified key does not exist.\n${more}`);
  if (bytes.length > largest) {
    throw invalid(`Template may not exceed ${largest} bytes in size.`);
  }
  return Buffer.from(bytes).toString('utf8');
}

/** Path-style and virtual-host-style addresses, of AWS and of this sandbox. */
export function objectAt(url: string): { readonly bucket: string; readonly key: string } | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, pathname, protocol } = new URL(url);
  const path = decodePath(pathname.slice(1));
  if (path === undefined) return undefined;
  const local = /^(?:(.+)\.)?(?:127\.0\.0\.1|localhost)$/.exec(hostname);
  const aws = /^(?:(.+)\.)?s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com$/.exec(hostname);
  if (aws !== null && protocol !== 'https:') return undefined;
  const host = aws ?? local;
  if (host === null) return undefined;
  const slash = path.indexOf('/');
  const [bucket, key] =
    host[1] === undefined ? [path.slice(0, slash), path.slice(slash + 1)] : [host[1], path];
  return bucket === '' || key === '' || (host[1] === undefined && slash < 1) ? undefined : { bucket, key };
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

interface ParameterInput {
  readonly ParameterKey?: string | undefined;
  readonly ParameterValue?: string | undefined;
  readonly UsePreviousValue?: boolean | undefined;
}

/** Values by name; previous ones where the request asks for them. */
export function parametersOf(
  given: readonly ParameterInput[] | undefined,
  previous?: Recipe,
): Record<string, string> {
  const seen = new Set<string>();
  const values: [string, string][] = [];
  for (const { ParameterKey: name = '', ParameterValue: value, UsePreviousValue: again } of given ?? []) {
    if (name === '') throw invalid('ParameterKey must not be empty');
    if (seen.has(name)) throw invalid(`Duplicate parameter keys found: [${name}]`);
    seen.add(name);
    if (again !== true) {
      if (value === undefined) {
        throw invalid(`Parameter ParameterValue is missing for parameter '${name}'`);
      }
      values.push([name, value]);
      continue;
    }
    if (value !== undefined) {
      throw invalid(
        `Invalid input for parameter key ${name}. Cannot specify usePreviousValue as true and non empty value for a parameter`,
      );
    }
    const before = previous?.parameters;
    const old = before !== undefined && Object.hasOwn(before, name) ? before[name] : undefined;
    if (old === undefined) {
      throw invalid(
        `Invalid input for parameter key ${name}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
      );
    }
    values.push([name, old]);
  }
  return Object.fromEntries(values);
}

/** Parameters that are no longer in the template are let go of when they come along as previous values. */
export function keepKnown(
  values: Readonly<Record<string, string>>,
  given: readonly ParameterInput[] | undefined,
  template: string,
): Record<string, string> {
  const { parameters } = readTemplate(template);
  const again = new Set((given ?? []).filter((p) => p.UsePreviousValue === true).map((p) => p.ParameterKey));
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => parameters.has(name) || !again.has(name)),
  );
}

export const tagsOf = (
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): StackTag[] | undefined => tags?.map(({ Key = '', Value = '' }) => ({ Key, Value }));

/** Positions in lists: opaque to clients. */
export function paged<T>(
  all: readonly T[],
  token: string | undefined,
  size: number,
): { readonly items: readonly T[]; readonly NextToken?: string } {
  const at = token === undefined ? 0 : Number(/^\d{1,9}$/.exec(Buffer.from(token, 'base64').toString())?.[0]);
  if (Number.isNaN(at) || at > all.length) throw invalid('Invalid NextToken');
  const items = all.slice(at, at + size);
  const end = at + items.length;
  return end < all.length ? { items, NextToken: Buffer.from(String(end)).toString('base64') } : { items };
}
