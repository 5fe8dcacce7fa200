import { AwsFailure, type AwsProblem, type AwsTarget } from './types.ts';

/** The only place that understands SDK, node and network errors. Never returns a secret: messages are AWS's own. */
export function describeAwsError(error: unknown, target?: AwsTarget): AwsProblem {
  if (error instanceof AwsFailure) return error.problem;
  const network = networkProblem(error, target);
  if (network !== undefined) return network;
  if (!(error instanceof Error)) return { code: 'unknown', message: String(error), retryable: false };

  const metadata = field(error, '$metadata');
  const status = field(metadata, 'httpStatusCode');
  const requestId = field(metadata, 'requestId');
  if (metadata === undefined && field(error, '$fault') === undefined) {
    return { code: stringField(error, 'code') ?? 'unknown', message: error.message, retryable: false };
  }
  // The error's wire code; the class name differs for a few (`NoSuchEntityException` is `NoSuchEntity`).
  const code = stringField(error, 'Code') ?? stringField(error, 'code') ?? error.name;
  const help = helpFor(code, error.message);
  return {
    code: code.replace(/Exception$/, ''),
    message:
      error.message === '' || error.message === 'UnknownError'
        ? `AWS answered ${code}`
        : withoutRequest(error.message),
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof requestId === 'string' ? { requestId } : {}),
    retryable:
      field(error, '$retryable') !== undefined ||
      RETRYABLE.has(code) ||
      (typeof status === 'number' && (status >= 500 || status === 429)),
    ...(help === undefined ? {} : { help }),
  };
}

/**
 * A refused signature comes back with the canonical request, "The Canonical String for this request should have been
 * …", whose headers hold the session token.
 */
const withoutRequest = (message: string): string =>
  message.replace(/\s*The (Canonical String for this request|String-to-Sign) should have been.*$/s, '');

/**
 * Any error as one that the command line knows how to show. An SDK error doesn't come along as the cause: it holds
 * the request, whose headers hold the session token.
 */
export function asFailure(error: unknown, target?: AwsTarget): AwsFailure {
  if (error instanceof AwsFailure) return error;
  const problem = describeAwsError(error, target);
  return problem.code === 'unknown' ? new AwsFailure(problem, { cause: error }) : new AwsFailure(problem);
}

/** AWS refused because it was not allowed, not because something broke. */
export const isDenied = (problem: AwsProblem): boolean =>
  problem.code === 'AccessDenied' || problem.code === 'UnauthorizedOperation';

const RETRYABLE = new Set([
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  'ServiceFailure',
  'ConcurrentModification',
  'ConcurrentModificationException',
  'EntityTemporarilyUnmodifiable',
  'EntityTemporarilyUnmodifiableException',
]);

const HELP: Readonly<Record<string, string>> = {
  ExpiredToken: 'the session is over: run `crossaccount login`',
  InvalidClientTokenId:
    'AWS does not know this access key: it was deleted or deactivated, or belongs to another endpoint or partition',
  SignatureDoesNotMatch: 'the secret access key does not belong to the access key id',
  RequestExpired: "compare this machine's clock with the time of AWS",
};

function helpFor(code: string, message: string): string | undefined {
  if (/MultiFactorAuthentication failed/.test(message))
    return 'each code is good once: wait for the next one and check the clock of the device';
  return HELP[code];
}

const NETWORK: Readonly<Record<string, (where: string) => { message: string; help?: string }>> = {
  ECONNREFUSED: (where) => ({
    message: `nothing listens at ${where}`,
    help: 'is the sandbox running? `crossaccount sandbox start`',
  }),
  ENOTFOUND: (where) => ({
    message: `the name of ${where} cannot be resolved`,
    help: 'check the region and the network',
  }),
  EAI_AGAIN: (where) => ({
    message: `the name of ${where} cannot be resolved now`,
    help: 'check the network',
  }),
  ECONNRESET: (where) => ({ message: `the connection to ${where} was closed` }),
  EPIPE: (where) => ({ message: `the connection to ${where} was closed` }),
  ETIMEDOUT: (where) => ({
    message: `${where} did not answer in time`,
    help: 'check the network and proxies',
  }),
  TimeoutError: (where) => ({
    message: `${where} did not answer in time`,
    help: 'check the network and proxies',
  }),
  EHOSTUNREACH: (where) => ({ message: `${where} cannot be reached`, help: 'check the network' }),
  ENETUNREACH: (where) => ({ message: `${where} cannot be reached`, help: 'check the network' }),
};

function networkProblem(error: unknown, target: AwsTarget | undefined): AwsProblem | undefined {
  // Node hides the reason in `cause`, or in `errors` when both ::1 and 127.0.0.1 were tried.
  for (const layer of layers(error)) {
    const code = stringField(layer, 'code') ?? stringField(layer, 'name');
    const say = code === undefined ? undefined : NETWORK[code];
    if (code === undefined || say === undefined) continue;
    const host = stringField(layer, 'hostname') ?? stringField(layer, 'address');
    const port = field(layer, 'port');
    const where =
      target?.endpoint ?? (host === undefined ? 'AWS' : `${host}${port === undefined ? '' : `:${port}`}`);
    const { message, help } = say(where);
    // Without an own endpoint a refused connection is a proxy's doing, not a missing sandbox.
    const ownHelp = code === 'ECONNREFUSED' && target !== undefined && target.endpoint === undefined;
    return {
      code,
      message,
      retryable: true,
      ...(help === undefined ? {} : { help: ownHelp ? 'check the network and proxies' : help }),
    };
  }
  return undefined;
}

function* layers(error: unknown): Generator<unknown> {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth++) {
    yield current;
    const errors = field(current, 'errors');
    if (Array.isArray(errors)) yield* errors;
    current = field(current, 'cause');
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function stringField(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === 'string' ? found : undefined;
}
