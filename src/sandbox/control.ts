import { isIP } from 'node:net';
import { isAccountId, type Random } from '../base/index.ts';
import type { Delivery } from './cloudtrail/delivery.ts';
import { callAsRoot, isWanted } from './control-calls.ts';
import { ControlError, type RootKey } from './control-client.ts';
import type { VirtualClock } from './control-clock.ts';
import { DataError } from './persist/errors.ts';
import { readSnapshot, snapshotLines } from './persist/snapshot.ts';
import { AwsError, type Cloud } from './types.ts';
import type { WireRequest, WireResponse } from './wire/http.ts';

/** Where the control interface lives. No S3 bucket can have this name. */
export const CONTROL_PREFIX = '/_sandbox/';

export interface ControlOptions {
  readonly cloud: Cloud;
  readonly clock: VirtualClock;
  readonly delivery: Delivery;
  readonly sourceIps: SourceIps;
  readonly random: Random;
  /** Called after all state was replaced. */
  readonly changed: () => void;
}

/** Source addresses set by the control interface. */
export class SourceIps {
  readonly #cloud: Cloud;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  of(accessKeyId: string | undefined, peer: string): string {
    const { sourceIps } = this.#cloud.settings;
    return (accessKeyId === undefined ? undefined : sourceIps[accessKeyId]) ?? sourceIps[''] ?? peer;
  }

  set(ip: string | undefined, accessKeyId = ''): void {
    const { [accessKeyId]: _, ...others } = this.#cloud.settings.sourceIps;
    this.#cloud.change({ sourceIps: ip === undefined ? others : { ...others, [accessKeyId]: ip } });
  }
}

/** A refusal of the control interface: a status and a sentence. */
class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Body = Readonly<Record<string, unknown>>;
type Handler = (body: Body, rest: string, facts: { readonly now: number }) => unknown;

/** The control interface: JSON in, JSON out. Answers 4xx with `{ error }`; rejects never. */
export function createControl(options: ControlOptions): (request: WireRequest) => Promise<WireResponse> {
  const handlers = handlersOf(options);
  return async (request) => {
    try {
      refuseBrowsers(request);
      if (request.path === `${CONTROL_PREFIX}state`) return await stateOf(options, request);
      const [name = '', ...rest] = request.path.slice(CONTROL_PREFIX.length).split('/');
      const { routes } = options.cloud;
      const own = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
      // A service's path is known once its code is there.
      if (own === undefined && !routes.has(name)) await options.cloud.prepare();
      const methods = own ?? routes.get(name);
      if (methods === undefined) {
        const known = [...Object.keys(handlers), 'state', ...routes.keys()];
        throw new Refused(404, `No such control path; there are: ${known.join(', ')}.`);
      }
      const { method } = request;
      const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
      if (handler === undefined) {
        throw new Refused(405, `${name} takes ${Object.keys(methods).join(' or ')}, not ${method}.`);
      }
      const body = readBody(request);
      const below = rest.join('/');
      const answer =
        own === undefined
          ? options.cloud.route(
              name,
              method,
              method === 'GET' ? { ...body, origin: originOf(request) } : body,
              below,
            )
          : await handler(body, below, { now: options.clock.now() });
      return answer instanceof Uint8Array ? bytes(answer) : json(200, answer ?? { ok: true });
    } catch (error) {
      if (error instanceof Refused) return json(error.status, { error: error.message });
      if (error instanceof AwsError) return json(error.status, { error: error.message, code: error.code });
      return json(500, { error: error instanceof Error ? error.message : String(error) });
    }
  };
}

/** What POST accounts does for a list; throws ControlError. */
export function ensureAccounts(
  cloud: Cloud,
  accounts: readonly { readonly accountId: string; readonly name?: string }[],
): RootKey[] {
  try {
    return accounts.map((one) => ensured(cloud, { ...one, ifMissing: true }));
  } catch (error) {
    if (error instanceof Refused || error instanceof AwsError)
      throw new ControlError(error.status, error.message);
    throw error;
  }
}

function ensured(cloud: Cloud, body: Body): RootKey {
  const { accountId } = body;
  if (typeof accountId !== 'string' || !isAccountId(accountId)) {
    throw new Refused(400, 'accountId must be a text of 12 digits, like "489157521585".');
  }
  const ensure = body['ifMissing'] === true;
  return { accountId, ...cloud.createAccount(accountId, optionalText(body, 'name'), ensure) };
}

/** All state, as text: it can be larger than a JSON value should be. */
async function stateOf(
  { cloud, clock, changed }: ControlOptions,
  request: WireRequest,
): Promise<WireResponse> {
  if (request.method === 'GET') {
    const body = [...snapshotLines(cloud.save())].join('');
    return { status: 200, headers: { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' }, body };
  }
  if (request.method !== 'PUT') throw new Refused(405, `state takes GET or PUT, not ${request.method}.`);
  let saved: object;
  try {
    saved = readSnapshot(request.body.toString('utf8'), 'the text');
  } catch (error) {
    throw error instanceof DataError ? new Refused(400, `${error.message}: ${error.remedy}`) : error;
  }
  await cloud.prepare();
  cloud.load(saved);
  clock.offset = cloud.settings.clockOffset;
  changed();
  return json(200, { ok: true, accounts: cloud.accounts().length });
}

/** Where whoever asks reaches the sandbox, for links in the answer. */
const originOf = (request: WireRequest): string => `http://${request.headers.get('host') ?? '127.0.0.1'}`;

/** What isn't JSON: a certificate. */
const bytes = (body: Uint8Array): WireResponse => ({
  status: 200,
  headers: { 'Content-Type': 'application/octet-stream', 'Cache-Control': 'no-store' },
  body,
});

const json = (status: number, value: unknown): WireResponse => ({
  status,
  headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
  body: JSON.stringify(value),
});

const loopback = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/**
 * The interface has no password: whoever can open a connection to loopback is the machine's user. A web page that the
 * user happens to look at isn't: it is refused by its Origin, and after DNS rebinding by the name in Host. Neither is a
 * caller of AWS's paths who makes some sandbox send messages here.
 */
function refuseBrowsers(request: WireRequest): void {
  const hosts = request.headers.all('host') ?? [];
  const [host] = hosts;
  if (hosts.length !== 1 || host === undefined || !loopback.test(host)) {
    throw new Refused(
      403,
      'The control interface is only for this machine: Host must be 127.0.0.1 or localhost.',
    );
  }
  const origins = request.headers.all('origin') ?? [];
  const site = request.headers.get('sec-fetch-site');
  const foreign = origins.some((origin) => origin.toLowerCase() !== `http://${host.toLowerCase()}`);
  if (foreign || site === 'cross-site' || site === 'same-site') {
    throw new Refused(403, 'The control interface does not answer web pages of other origins.');
  }
  // An SNS endpoint is chosen by whoever may subscribe: another sandbox on this machine must not be led here.
  if (request.headers.get('x-amz-sns-message-type') !== undefined) {
    throw new Refused(403, 'The control interface does not take messages of SNS.');
  }
}

function readBody(request: WireRequest): Body {
  if (request.body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString('utf8'));
  } catch {
    throw new Refused(400, 'The body is not valid JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refused(400, 'The body must be a JSON object.');
  }
  return value as Body;
}

function optionalText(body: Body, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || (typeof value === 'string' && value !== '' && value.length <= 128)) return value;
  throw new Refused(400, `${name} must be a text of 1 to 128 characters.`);
}

function handlersOf(options: ControlOptions): Record<string, Record<string, Handler>> {
  const { cloud, clock, delivery, sourceIps } = options;
  const time = () => ({ now: new Date(clock.now()).toISOString() });
  return {
    health: { GET: () => ({ ok: true, ...time() }) },
    accounts: {
      GET: () => cloud.accounts(),
      POST: (body) => {
        const { accounts } = body;
        if (accounts === undefined) return ensured(cloud, body);
        if (!Array.isArray(accounts))
          throw new Refused(400, 'accounts must be a list of {accountId, name?}.');
        return { accounts: accounts.map((one: Body) => ensured(cloud, { ...one, ifMissing: true })) };
      },
    },
    clock: {
      GET: time,
      PUT: (body) => {
        setClock(clock, body);
        cloud.change({ clockOffset: clock.offset });
        return time();
      },
    },
    'source-ip': {
      PUT: (body) => {
        const { ip } = body;
        if (ip !== null && (typeof ip !== 'string' || isIP(ip) === 0)) {
          throw new Refused(400, 'ip must be an IPv4 or IPv6 address, or null to remove it.');
        }
        sourceIps.set(ip ?? undefined, optionalText(body, 'accessKeyId'));
        return { ok: true };
      },
    },
    flush: {
      // The sandbox's own files, and the objects that trails deliver to their buckets.
      POST: async (body) => ({
        ...(cloud.route('trails', 'POST', body, 'deliver') as object | undefined),
        files: await delivery.flush(),
      }),
    },
    calls: {
      POST: async (body) => {
        const { calls } = body;
        if (!Array.isArray(calls) || !calls.every(isWanted)) {
          throw new Refused(400, 'calls must be a list of {accountId, service, operation, input}.');
        }
        for (const { service } of calls) await cloud.prepare(service);
        const keys = new Map<string, string>();
        return { outcomes: calls.map((wanted) => callAsRoot(options, wanted, keys)) };
      },
    },
    decisions: {
      GET: (_, requestId) => {
        const explanation = cloud.explainDenial(requestId);
        if (explanation === undefined || explanation === null) {
          throw new Refused(
            404,
            'No such denial: unknown request id, not denied, or older than the last 1,000 denials.',
          );
        }
        return explanation;
      },
    },
    reset: {
      POST: async () => {
        // What has happened was logged: a reset empties the cloud, not its past.
        await delivery.flush();
        cloud.reset();
        return { ok: true };
      },
    },
  };
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

function setClock(clock: VirtualClock, body: Body): void {
  const { now, advanceSeconds } = body;
  if ((now === undefined) === (advanceSeconds === undefined)) {
    throw new Refused(400, 'Give either now (ISO 8601 with zone) or advanceSeconds.');
  }
  const range = 'The time must stay between the years 1970 and 9999.';
  if (now !== undefined) {
    const ms = typeof now === 'string' && isoTime.test(now) ? Date.parse(now) : Number.NaN;
    if (Number.isNaN(ms)) throw new Refused(400, 'now must be a time like "2026-11-23T03:15:00Z".');
    if (!clock.set(ms)) throw new Refused(400, range);
  } else {
    if (typeof advanceSeconds !== 'number' || !Number.isFinite(advanceSeconds)) {
      throw new Refused(400, 'advanceSeconds must be a number; negative goes back.');
    }
    if (!clock.advance(advanceSeconds * 1000)) throw new Refused(400, range);
  }
}
