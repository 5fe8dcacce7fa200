import { timingSafeEqual } from 'node:crypto';
import { isoSeconds } from '../../../base/index.ts';
import type { UserIdentity } from '../../../trail/index.ts';
import { Credentials } from '../../state/credentials.ts';
import { uuid } from '../../state/ids.ts';
import { AwsError, type Caller } from '../../types.ts';
import { userIdentityText } from '../record/identity.ts';
import type { World } from '../world.ts';

/** "The sign-in token is valid for 15 minutes": id_roles_providers_enable-console-custom-url.html */
const TOKEN_MS = 15 * 60_000;

const badRequest = (message: string): AwsError => new AwsError('BadRequest', message);

/** What a SigninToken (and afterwards the browser's cookie) is made of. */
interface Ticket {
  /** The purpose, so that neither passes for the other, nor for an encoded authorization message. */
  readonly for: 'signin' | 'console';
  readonly keyId: string;
  readonly sessionToken: string;
  readonly seconds: number | null;
  /** ms */
  readonly until: number;
}

type Body = Readonly<Record<string, unknown>>;
const text = (body: Body, name: string): string => (typeof body[name] === 'string' ? body[name] : '');

/**
 * What the sign-in service does behind `/federation` (src/sandbox/signin.ts): temporary credentials to a SigninToken,
 * and a SigninToken to a console session. It is a route, so that what happens here is kept like every call.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
 */
export function signinRoute(world: World): void {
  const credentials = new Credentials(world.store);
  const { messages } = world.store;

  const callerOf = (keyId: string, sessionToken: string, now: number) => {
    const found = credentials.find(keyId, sessionToken, now);
    if (!found.ok) throw badRequest(found.error.message);
    return found;
  };

  const getSigninToken = (body: Body, now: number): { SigninToken: string } => {
    const { keyId, secret, sessionToken } = readSession(text(body, 'session'));
    const found = callerOf(keyId, sessionToken, now);
    if (!same(found.secretAccessKey, secret)) throw badRequest('The session key is not valid.');
    const { caller } = found;
    const seconds = duration(caller, text(body, 'sessionDuration'));
    const ticket: Ticket = { for: 'signin', keyId, sessionToken, seconds, until: now + TOKEN_MS };
    record(world, caller, now, body, {
      eventName: 'GetSigninToken',
      responseElements: { credentials: { accessKeyId: keyId }, GetSigninToken: 'Success' },
    });
    return { SigninToken: messages.seal(ticket).toString('base64url') };
  };

  const login = (body: Body, now: number): { location: string; cookie: string; seconds: number } => {
    const destination = consoleUrl(text(body, 'destination'));
    if (destination === undefined) throw badRequest('Destination must be a URL of the AWS console.');
    const ticket = messages.open(Buffer.from(text(body, 'signinToken'), 'base64url')) as Ticket | undefined;
    if (ticket?.for !== 'signin') throw badRequest('The SigninToken is not valid.');
    if (now >= ticket.until) throw badRequest('The SigninToken has expired.');
    const { caller } = callerOf(ticket.keyId, ticket.sessionToken, now);
    // Without a duration the console session ends with the credentials.
    const until = ticket.seconds === null ? (caller.session?.expiresAt ?? now) : now + ticket.seconds * 1000;
    const session: Ticket = { ...ticket, for: 'console', until };
    record(world, caller, now, body, {
      eventName: 'ConsoleLogin',
      responseElements: { ConsoleLogin: 'Success' },
    });
    return {
      location: destination,
      cookie: messages.seal(session).toString('base64url'),
      seconds: Math.floor((until - now) / 1000),
    };
  };

  world.routes.set('federation', {
    POST: (body, rest, { now }) => (rest === 'login' ? login(body, now) : getSigninToken(body, now)),
  });
}

/** `{"sessionId","sessionKey","sessionToken"}` of temporary credentials. */
function readSession(json: string): { keyId: string; secret: string; sessionToken: string } {
  let session: unknown;
  try {
    session = JSON.parse(json);
  } catch {
    throw badRequest('Session must be JSON.');
  }
  const { sessionId, sessionKey, sessionToken } = (session ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof sessionId !== 'string' || typeof sessionKey !== 'string' || typeof sessionToken !== 'string')
    throw badRequest('Session needs sessionId, sessionKey and sessionToken: temporary credentials only.');
  return { keyId: sessionId, secret: sessionKey, sessionToken };
}

function same(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}

/** Seconds; null when none was asked for. */
function duration({ principal, session }: Caller, asked: string): number | null {
  // "credentials from AssumeRole… or GetFederationToken": a user's own session can't become a console session.
  if (principal.type !== 'role-session' && principal.type !== 'federated-user')
    throw badRequest('The credentials must come from AssumeRole or GetFederationToken.');
  if (asked === '') return null;
  const seconds = /^\d{1,6}$/.test(asked) ? Number(asked) : Number.NaN;
  if (!(seconds >= 900 && seconds <= 43_200)) throw badRequest('SessionDuration must be from 900 to 43200.');
  if (principal.type === 'federated-user')
    throw badRequest('SessionDuration cannot be used with credentials from GetFederationToken.');
  if (session?.chained === true)
    throw badRequest('SessionDuration cannot be used with credentials from role chaining.');
  return seconds;
}

/**
 * Nowhere else: a link with a good token must not carry a browser away. The URL as it was understood, not as it was
 * written: parsing skips line breaks, which in a header would begin another one.
 */
function consoleUrl(destination: string): string | undefined {
  try {
    const { href, protocol, hostname, username, password, port } = new URL(destination);
    const plain = username === '' && password === '' && port === '';
    const console = protocol === 'https:' && plain && /^([a-z0-9-]+\.)*aws\.amazon\.com$/.test(hostname);
    return console ? href : undefined;
  } catch {
    return undefined;
  }
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html */
function record(
  { store, trail }: World,
  caller: Caller,
  now: number,
  facts: Body,
  event: { readonly eventName: string; readonly responseElements: Record<string, unknown> },
): void {
  trail.add({
    eventVersion: '1.11',
    userIdentity: JSON.parse(userIdentityText(caller, store)) as UserIdentity,
    eventTime: isoSeconds(now),
    eventSource: 'signin.amazonaws.com',
    eventName: event.eventName,
    awsRegion: 'us-east-1',
    sourceIPAddress: text(facts, 'sourceIp'),
    userAgent: text(facts, 'userAgent'),
    requestParameters: null,
    responseElements: event.responseElements,
    additionalEventData: {
      ...(event.eventName === 'ConsoleLogin' && { LoginTo: text(facts, 'destination') }),
      MobileVersion: 'No',
      MFAUsed: 'No',
    },
    eventID: uuid(store.random),
    readOnly: false,
    eventType: 'AwsConsoleSignIn',
    managementEvent: true,
    recipientAccountId: caller.accountId,
    eventCategory: 'Management',
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: 'signin.aws.amazon.com',
    },
  });
}
