import type { RequestContext } from '../../engine/index.ts';
import { CliError } from '../exit.ts';

/** Options that say something of the request beside who, what and on what. */
export interface ContextOptions {
  readonly externalId?: string;
  readonly sessionName?: string;
  readonly sourceIdentity?: string;
  readonly sourceIp?: string;
  /** Absent: a long-term key without a code, whose requests carry no MFA keys at all. */
  readonly mfa?: boolean;
  /** `key=value`; a key given twice has two values. */
  readonly context: readonly string[];
}

/** The condition context that options state. */
export function contextFrom(options: ContextOptions): RequestContext {
  const stated = new Map<string, { readonly key: string; readonly values: string[] }>();
  for (const pair of options.context) {
    const at = pair.indexOf('=');
    if (at < 1) throw new CliError(`--context ${pair}: write key=value`);
    const key = pair.slice(0, at);
    const known = stated.get(key.toLowerCase()) ?? { key, values: [] };
    known.values.push(pair.slice(at + 1));
    stated.set(key.toLowerCase(), known);
  }
  const single = [...stated.values()].map(
    ({ key, values: [first = '', ...more] }) => [key, more.length === 0 ? first : [first, ...more]] as const,
  );
  return layered(
    {
      ...(options.externalId !== undefined && { 'sts:ExternalId': options.externalId }),
      ...(options.sessionName !== undefined && { 'sts:RoleSessionName': options.sessionName }),
      ...(options.sourceIdentity !== undefined && { 'sts:SourceIdentity': options.sourceIdentity }),
      ...(options.sourceIp !== undefined && { 'aws:SourceIp': options.sourceIp }),
      ...(options.mfa !== undefined && { 'aws:MultiFactorAuthPresent': String(options.mfa) }),
      ...(options.mfa === true && { 'aws:MultiFactorAuthAge': '0' }),
    },
    Object.fromEntries(single),
  );
}

/** Later contexts win over earlier ones, key by key; keys compare without case. */
export function layered(...contexts: readonly RequestContext[]): RequestContext {
  const found = new Map<string, readonly [string, RequestContext[string]]>();
  for (const context of contexts) {
    for (const [key, value] of Object.entries(context)) found.set(key.toLowerCase(), [key, value]);
  }
  return Object.fromEntries(found.values());
}

/**
 * What AWS puts into every request ("AWS global condition context keys"): the time and whether TLS was used; and with
 * session tags their keys. What is stated wins.
 */
export function withAlways(context: RequestContext, now: number): RequestContext {
  const tags = Object.keys(context)
    .filter((key) => /^aws:requesttag\/./i.test(key))
    .map((key) => key.slice(key.indexOf('/') + 1));
  return layered(
    {
      'aws:CurrentTime': new Date(now).toISOString(),
      'aws:EpochTime': String(Math.floor(now / 1000)),
      'aws:SecureTransport': 'true',
      ...(tags.length > 0 && { 'aws:TagKeys': tags }),
    },
    context,
  );
}
