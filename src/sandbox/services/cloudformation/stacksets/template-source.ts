import type { Call } from '../../../types.ts';
import type { World } from '../../world.ts';
import { invalid } from './errors.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const LONGEST = 1_048_576;

/** The text of a template, or of its file in S3, which the caller must be allowed to read. */
export function templateText(
  world: World,
  input: { readonly TemplateBody?: string | undefined; readonly TemplateURL?: string | undefined },
  call: Call,
): string {
  if (input.TemplateURL === undefined) return input.TemplateBody ?? '';
  const text = s3Text(world, input.TemplateURL, call);
  if (Buffer.byteLength(text) > LONGEST) {
    throw invalid(`S3 object at ${input.TemplateURL} exceeded maximum allowed size of ${LONGEST} bytes`);
  }
  return text;
}

/** A file that a call names by URL (templates, lists of accounts or stacks). */
export function s3Text(world: World, url: string, call: Call): string {
  const place = s3Place(url);
  if (place === undefined) throw invalid('TemplateURL must be a supported URL.');
  const { bucket, key } = place;
  world.authorize([{ action: 's3:GetObject', resource: `arn:aws:s3:::${bucket}/${key}` }], call);
  const body = world.ports.s3?.read(bucket, key);
  if (body === undefined) throw invalid(`S3 error: Access Denied`);
  return Buffer.from(body).toString('utf8');
}

/** `https://BUCKET.s3.REGION.amazonaws.com/KEY`, `https://s3.REGION.amazonaws.com/BUCKET/KEY`, `s3://BUCKET/KEY`. */
export function s3Place(text: string): { bucket: string; key: string } | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return undefined;
  const path = decodeURIComponent(url.pathname.slice(1));
  if (url.protocol === 's3:') return named(url.hostname, path);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  const hosted = /^(.+)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com$/.exec(url.hostname);
  if (hosted?.[1] !== undefined) return named(hosted[1], path);
  if (!/^s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com$/.test(url.hostname)) return undefined;
  const slash = path.indexOf('/');
  return slash < 0 ? undefined : named(path.slice(0, slash), path.slice(slash + 1));
}

const named = (bucket: string, key: string) =>
  bucket === '' || key === '' ? undefined : { bucket, key };
