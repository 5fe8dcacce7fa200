import { isIP } from 'node:net';
import { isoSeconds } from '../../../src/base/index.ts';
import type { AuthRequest } from '../../../src/engine/index.ts';

/** What real calls have to bring about so that the sandbox sees the case's condition keys. */
export interface Facts {
  /** Virtual time of the request, ms. */
  now: number;
  /** When the caller's session was issued, ms; absent: it doesn't matter. */
  issuedAt?: number;
  /**
   * `code`: a one-time code with the AssumeRole call itself; `session`: GetSessionToken with a code;
   * `session-without`: GetSessionToken without one.
   */
  mfa?: 'code' | 'session' | 'session-without';
  /** Seconds since the code of `session`. */
  mfaAge?: number;
  sourceIp?: string;
  region: string;
  externalId?: string;
  sessionName?: string;
  /** Passed with AssumeRole. */
  sourceIdentity?: string;
  /** Of the caller's own session. */
  callerSourceIdentity?: string;
  readonly principalTags: Record<string, string>;
  readonly resourceTags: Record<string, string>;
  readonly requestTags: Record<string, string>;
  tagKeys?: readonly string[];
  transitive?: readonly string[];
}

const DEFAULT_NOW = Date.parse('2026-11-23T09:00:00Z');
const SECOND = 1_000;

/** The instant of a time that is spelled as AWS spells it in the request context. */
function instant(value: string): number | undefined {
  const ms = Date.parse(value);
  return !Number.isNaN(ms) && ms >= 0 && isoSeconds(ms) === value ? ms : undefined;
}

/** Sets one key; false when no real call can bring this value about. */
type Setter = (facts: Facts, value: string, values: readonly string[], request: AuthRequest) => boolean;

const isAssuming = ({ action }: AuthRequest): boolean =>
  /^sts:(assumerole|tagsession|setsourceidentity)$/i.test(action);

const setters: Readonly<Record<string, Setter>> = {
  'aws:currenttime': (facts, value) => {
    const at = instant(value);
    if (at !== undefined) facts.now = at;
    return at !== undefined;
  },
  'aws:epochtime': (facts, value) => {
    facts.now = Number(value) * SECOND;
    return /^[1-9]\d{0,10}$/.test(value);
  },
  'aws:tokenissuetime': (facts, value, _, { principal }) => {
    const at = instant(value);
    if (at === undefined || !/^(user|role-session|federated-user)$/.test(principal.type)) return false;
    facts.issuedAt = at;
    if (principal.type === 'user') facts.mfa ??= 'session-without';
    return true;
  },
  'aws:multifactorauthpresent': (facts, value, _, request) => {
    // Only a user's credentials can carry these keys.
    if (request.principal.type !== 'user' || (value !== 'true' && value !== 'false')) return false;
    facts.mfa = value === 'false' ? 'session-without' : isAssuming(request) ? 'code' : 'session';
    return true;
  },
  'aws:multifactorauthage': (facts, value, _, { principal }) => {
    facts.mfaAge = Number(value);
    return principal.type === 'user' && /^(0|[1-9]\d{0,4})$/.test(value);
  },
  'aws:sourceip': (facts, value) => {
    facts.sourceIp = value;
    return isIP(value) !== 0;
  },
  'aws:securetransport': (_, value) => value === 'true',
  'aws:viaawsservice': (_, value) => value === 'false',
  'aws:requestedregion': (facts, value, _, { action }) => {
    facts.region = value;
    return /^[a-z]{2}-[a-z]+-\d$/.test(value) && (action.startsWith('ec2:') || value === 'us-east-1');
  },
  'sts:externalid': (facts, value, _, request) => {
    facts.externalId = value;
    return isAssuming(request) && /^[\w+=,.@:/-]{2,1224}$/.test(value);
  },
  'sts:rolesessionname': (facts, value, _, request) => {
    facts.sessionName = value;
    return isAssuming(request) && /^[\w+=,.@-]{2,64}$/.test(value);
  },
  'sts:sourceidentity': (facts, value, _, request) => {
    facts.sourceIdentity = value;
    return isAssuming(request) && /^[\w+=,.@-]{2,64}$/.test(value);
  },
  'aws:sourceidentity': (facts, value, _, { principal }) => {
    facts.callerSourceIdentity = value;
    return principal.type === 'role-session' && /^[\w+=,.@-]{2,64}$/.test(value);
  },
  // What organizations have to be like is planned apart (organization-plan.ts).
  'aws:principalorgid': () => true,
  'aws:principalorgpaths': () => true,
  'aws:resourceorgid': () => true,
  'aws:resourceorgpaths': () => true,
  'aws:tagkeys': (facts, _, values, request) => {
    facts.tagKeys = values;
    return canTag(request);
  },
  'sts:transitivetagkeys': (facts, _, values, request) => {
    facts.transitive = values;
    return isAssuming(request);
  },
};

const canTag = (request: AuthRequest): boolean =>
  isAssuming(request) || /^iam:create(user|role)$/i.test(request.action);

/** Keys with the tag's key in their name. */
const tagSetters: readonly [RegExp, (facts: Facts, key: string, value: string, r: AuthRequest) => boolean][] =
  [
    [
      /^aws:principaltag\/(.+)$/i,
      (facts, key, value, { principal }) => {
        facts.principalTags[key] = value;
        return principal.type === 'user' || principal.type === 'role-session';
      },
    ],
    [
      /^(?:aws|iam):resourcetag\/(.+)$/i,
      (facts, key, value, { action, resource }) => {
        facts.resourceTags[key] = value;
        return /^(sts|iam):/i.test(action) && /:(role|user)\//.test(resource);
      },
    ],
    [
      /^aws:requesttag\/(.+)$/i,
      (facts, key, value, request) => {
        facts.requestTags[key] = value;
        return canTag(request);
      },
    ],
  ];

/** The key that real calls can't set, or what they have to do. */
export function factsOf(
  request: AuthRequest,
  mentioned: ReadonlySet<string>,
): Facts | { unsettable: string } {
  const facts: Facts = {
    now: Number.NaN,
    region: 'us-east-1',
    principalTags: {},
    resourceTags: {},
    requestTags: {},
  };
  for (const [key, given] of Object.entries(request.context)) {
    const known = setters[key.toLowerCase()];
    const values = typeof given === 'string' ? [given] : (given ?? []);
    const single = values.length === 1 || (Array.isArray(given) && isListKey(key) && values.length > 0);
    const done =
      known?.(facts, values[0] ?? '', values, request) ?? tagged(facts, key, values[0] ?? '', request);
    // A key that no policy mentions changes nothing.
    if ((!single || !done) && mentioned.has(key.toLowerCase())) return { unsettable: key };
  }
  if (Number.isNaN(facts.now))
    facts.now = facts.issuedAt === undefined ? DEFAULT_NOW : facts.issuedAt + 60 * SECOND;
  if (facts.mfa === 'code' && mentioned.has('aws:multifactorauthage')) facts.mfa = 'session';
  const issued = facts.mfa === 'session' ? facts.now - (facts.mfaAge ?? 0) * SECOND : facts.now - 60 * SECOND;
  if (facts.mfa === 'session' && facts.issuedAt !== undefined && facts.issuedAt !== issued)
    return { unsettable: 'aws:TokenIssueTime' };
  facts.issuedAt ??= issued;
  const lifetime = request.principal.type === 'role-session' ? 3_600 : 129_600;
  if (facts.now < facts.issuedAt || facts.now - facts.issuedAt >= lifetime * SECOND)
    return { unsettable: 'aws:TokenIssueTime' };
  return facts;
}

const isListKey = (key: string): boolean =>
  /^(aws:tagkeys|aws:(principal|resource)orgpaths|sts:transitivetagkeys)$/i.test(key);

function tagged(facts: Facts, key: string, value: string, request: AuthRequest): boolean {
  for (const [pattern, set] of tagSetters) {
    const tag = pattern.exec(key)?.[1];
    if (tag !== undefined) return set(facts, tag, value, request);
  }
  return false;
}

/** Keys that the sandbox, like AWS, puts into the request whether the case wants them or not; lower case. */
export function suppliedKeys(facts: Facts, request: AuthRequest): ReadonlySet<string> {
  const keys = new Set(
    'aws:sourceip aws:currenttime aws:epochtime aws:securetransport aws:useragent aws:requestedregion aws:viaawsservice'.split(
      ' ',
    ),
  );
  const tags = Object.keys(requestTagsOf(facts, request));
  if (facts.mfa !== undefined) keys.add('aws:multifactorauthpresent');
  if (facts.mfa === 'code' || facts.mfa === 'session') keys.add('aws:multifactorauthage');
  const session = facts.mfa === 'session' || facts.mfa === 'session-without';
  if (session || /^(role-session|federated-user)$/.test(request.principal.type))
    keys.add('aws:tokenissuetime');
  if (isAssuming(request)) keys.add('sts:rolesessionname');
  if (sourceIdentityOf(facts, request) !== undefined) keys.add('sts:sourceidentity');
  if (tags.length > 0) keys.add('aws:tagkeys');
  for (const tag of tags) keys.add(`aws:requesttag/${tag.toLowerCase()}`);
  return keys;
}

/** Tags to pass; sts:TagSession is asked for only when there are some. */
export function requestTagsOf(facts: Facts, { action }: AuthRequest): Readonly<Record<string, string>> {
  const tags = Object.fromEntries((facts.tagKeys ?? []).map((key) => [key, 'value']));
  for (const [key, value] of Object.entries(facts.requestTags)) {
    // The request's tag key is spelled as in TagKeys, when both are given.
    const listed = Object.keys(tags).find((other) => other.toLowerCase() === key.toLowerCase());
    tags[listed ?? key] = value;
  }
  if (Object.keys(tags).length === 0 && /^sts:tagsession$/i.test(action)) return { unnamed: 'value' };
  return tags;
}

/** The source identity of the request: passed, or inherited from the caller's session. */
export function sourceIdentityOf(facts: Facts, request: AuthRequest): string | undefined {
  if (!isAssuming(request)) return undefined;
  const given = facts.sourceIdentity ?? facts.callerSourceIdentity;
  return given ?? (/^sts:setsourceidentity$/i.test(request.action) ? 'somebody' : undefined);
}
