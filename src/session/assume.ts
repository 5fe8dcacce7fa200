import type { AssumeRoleCommandInput, Credentials as StsCredentials } from '@aws-sdk/client-sts';
import type { Path } from '../access/index.ts';
import { AwsFailure, asFailure, type Connection, type Credentials, stsClient } from '../aws/index.ts';
import { Secret } from '../base/index.ts';
import { keyOfAssume, keyOfLogin } from './key.ts';
import { withCode } from './mfa.ts';
import type { AssumeOptions, LoginOptions, Session, SessionContext, Source } from './types.ts';

const HOUR = 3_600;
const LOGIN_SECONDS = 12 * HOUR;

/**
 * One MFA code for hours of work: GetSessionToken, cached. Its credentials carry `aws:MultiFactorAuthPresent`, those of
 * AssumeRole never do. Throws AwsFailure.
 */
export async function login(
  context: SessionContext,
  source: Source,
  options: LoginOptions,
): Promise<Session> {
  const { target, store } = context;
  const duration = options.duration ?? LOGIN_SECONDS;
  const mfa = source.mfaSerial === undefined ? {} : { mfaSerial: source.mfaSerial };
  const where = target.endpoint === undefined ? {} : { endpoint: target.endpoint };
  const key = keyOfLogin({ sourceArn: source.arn, duration, partition: source.partition, ...mfa, ...where });
  const askedAt = target.clock.now();
  const serves = (session: Session | undefined): session is Session =>
    session !== undefined &&
    session.expiresAt - target.clock.now() > 60_000 &&
    plausible(session, target.clock.now()) &&
    youngEnough(session, options.mfaMaxAge, target.clock.now()) &&
    (options.fresh !== true || session.issuedAt >= askedAt);

  const cached = await store.get(key);
  if (serves(cached)) return cached;
  return alone(context, source, async () => {
    // Another process may have logged in while this one waited for its turn.
    const meanwhile = await store.get(key);
    if (serves(meanwhile)) return meanwhile;
    const connection = { target, credentials: await source.credentials() };
    const { mfaSerial } = source;
    const ask = (code?: string) => getSessionToken(connection, duration, mfaSerial, code);
    const { result, mfaAt } =
      mfaSerial === undefined
        ? { result: await ask(), mfaAt: undefined }
        : await withCode(context, mfaSerial, options.codes, connection, ask);
    const session: Session = {
      key,
      kind: 'login',
      sourceArn: source.arn,
      ...temporary(result, target.clock.now()),
      ...(mfaAt === undefined ? {} : { mfaAt }),
      fromCache: false,
    };
    await store.put(session);
    return session;
  });
}

/** Walks a route (see routeTo), hop by hop; every hop's session is cached. Throws AwsFailure. */
export async function assume(
  context: SessionContext,
  source: Source,
  route: readonly Path[],
  options: AssumeOptions,
): Promise<Session> {
  const { target, store } = context;
  const [first, last] = [route[0], route.at(-1)];
  if (first === undefined || last === undefined) throw new Error('a route has at least one hop');
  const user = source.arn.slice(source.arn.lastIndexOf('/') + 1);
  const sessionName = options.sessionName ?? user;
  const wanted = options.duration ?? last.duration;
  // AWS refuses more than an hour for a session that a session of a role asked for.
  const duration = route.length > 1 ? Math.min(wanted, HOUR) : wanted;
  const needsMfa = route.some((path) => path.mfa);
  const mode = !needsMfa ? 'none' : options.mfa === 'direct' ? 'direct' : 'session';
  const sourceIdentity =
    options.sourceIdentity ?? (route.some((path) => path.entry.sourceIdentity) ? user : undefined);
  const key = keyOfAssume({
    sourceArn: source.arn,
    route,
    sessionName,
    duration,
    mfa: mode,
    partition: source.partition,
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    ...(options.tags === undefined ? {} : { tags: options.tags }),
    ...(options.policy === undefined ? {} : { policy: options.policy }),
    ...(source.mfaSerial === undefined ? {} : { mfaSerial: source.mfaSerial }),
    ...(target.endpoint === undefined ? {} : { endpoint: target.endpoint }),
  });
  const askedAt = target.clock.now();
  const enough = mode === 'direct' ? 60_000 : Math.min(15 * 60, duration / 4) * 1_000;
  const serves = (session: Session | undefined): session is Session =>
    session !== undefined &&
    session.expiresAt - target.clock.now() > enough &&
    plausible(session, target.clock.now()) &&
    (options.fresh !== true || session.issuedAt >= askedAt);

  const cached = await store.get(key);
  if (serves(cached)) return cached;
  return store.exclusive(key, async () => {
    const meanwhile = await store.get(key);
    if (serves(meanwhile)) return meanwhile;
    const input: AssumeRoleCommandInput = {
      RoleArn: last.roleArn,
      RoleSessionName: sessionName,
      DurationSeconds: duration,
      ...(last.externalId === undefined ? {} : { ExternalId: last.externalId }),
      ...(options.policy === undefined ? {} : { Policy: options.policy }),
      ...(options.tags === undefined
        ? {}
        : { Tags: Object.entries(options.tags).map(([Key, Value]) => ({ Key, Value })) }),
      // It stays with the session through the chain; only a hop that demands it wants it said again.
      ...(sourceIdentity !== undefined && (route.length === 1 || last.entry.sourceIdentity)
        ? { SourceIdentity: sourceIdentity }
        : {}),
    };
    const { answer, mfaAt } =
      route.length === 1 && mode === 'direct'
        ? await assumeWithCode(context, source, options, input)
        : await assumeFromSession(context, source, route, options, sourceIdentity, input);
    const session: Session = {
      key,
      kind: 'role',
      sourceArn: source.arn,
      roleArn: last.roleArn,
      sessionName,
      ...temporary(answer, target.clock.now()),
      ...(mfaAt === undefined ? {} : { mfaAt }),
      fromCache: false,
    };
    await store.put(session);
    return session;
  });
}

interface Answer {
  readonly answer: StsCredentials | undefined;
  readonly mfaAt?: number;
}

/** Serial number and code in the call itself: true for its trust policy, and for nothing after it. */
async function assumeWithCode(
  context: SessionContext,
  source: Source,
  options: AssumeOptions,
  input: AssumeRoleCommandInput,
): Promise<Answer> {
  const { mfaSerial } = source;
  if (mfaSerial === undefined) throw noDevice(source);
  return alone(context, source, async () => {
    const connection = { target: context.target, credentials: await source.credentials() };
    const { result, mfaAt } = await withCode(context, mfaSerial, options.codes, connection, (TokenCode) =>
      assumeRole(connection, { ...input, SerialNumber: mfaSerial, TokenCode }),
    );
    return { answer: result, mfaAt };
  });
}

/** From the session of the hop before, or from the login's; one that AWS no longer knows is replaced once. */
async function assumeFromSession(
  context: SessionContext,
  source: Source,
  route: readonly Path[],
  options: AssumeOptions,
  sourceIdentity: string | undefined,
  input: AssumeRoleCommandInput,
): Promise<Answer> {
  for (let fresh = false; ; fresh = true) {
    const before = await previous(context, source, route, options, sourceIdentity, fresh);
    try {
      const answer = await assumeRole({ target: context.target, credentials: before.credentials }, input);
      return before.session?.mfaAt === undefined ? { answer } : { answer, mfaAt: before.session.mfaAt };
    } catch (error) {
      const { code } = asFailure(error).problem;
      const stale = code === 'InvalidClientTokenId' || code === 'ExpiredToken';
      if (before.session?.fromCache !== true || !stale || fresh) throw error;
      await context.store.delete(before.session.key);
    }
  }
}

async function previous(
  context: SessionContext,
  source: Source,
  route: readonly Path[],
  options: AssumeOptions,
  sourceIdentity: string | undefined,
  fresh: boolean,
): Promise<{ credentials: Credentials; session?: Session }> {
  const { codes, mfa, loginDuration, sessionName } = options;
  if (route.length > 1) {
    const session = await assume(context, source, route.slice(0, -1), {
      codes,
      fresh,
      ...(mfa === undefined ? {} : { mfa }),
      ...(loginDuration === undefined ? {} : { loginDuration }),
      ...(sessionName === undefined ? {} : { sessionName }),
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    });
    return { credentials: session.credentials, session };
  }
  if (!route.some((path) => path.mfa)) return { credentials: await source.credentials() };
  if (source.mfaSerial === undefined) throw noDevice(source);
  const mfaMaxAge = route[0]?.mfaMaxAge;
  const session = await login(context, source, {
    codes,
    fresh,
    ...(loginDuration === undefined ? {} : { duration: loginDuration }),
    ...(mfaMaxAge === undefined ? {} : { mfaMaxAge }),
  });
  return { credentials: session.credentials, session };
}

/** One at a time for each MFA device (or user without one): ten callers ask for one code. */
function alone<T>(context: SessionContext, source: Source, work: () => Promise<T>): Promise<T> {
  return context.store.exclusive(`mfa ${source.mfaSerial ?? source.arn}`, work, (pid) =>
    context.notify?.(`process ${pid} is asking for an MFA code: waiting for it`),
  );
}

/** A session of the future: the clock was set back since, and cannot tell whether it has expired. */
const plausible = (session: Session, now: number): boolean => session.issuedAt <= now + 5 * 60_000;

/** A minute is kept back: the age must still hold when the request arrives. */
const youngEnough = (session: Session, maxAge: number | undefined, now: number): boolean =>
  maxAge === undefined ||
  (session.mfaAt !== undefined && now - session.mfaAt < Math.max(maxAge - 60, maxAge / 2) * 1_000);

async function getSessionToken(
  connection: Connection,
  DurationSeconds: number,
  serial?: string,
  code?: string,
) {
  const { GetSessionTokenCommand } = await import('@aws-sdk/client-sts');
  const client = await stsClient(connection.target, connection.credentials);
  try {
    const mfa = serial === undefined || code === undefined ? {} : { SerialNumber: serial, TokenCode: code };
    return (await client.send(new GetSessionTokenCommand({ DurationSeconds, ...mfa }))).Credentials;
  } catch (error) {
    throw asFailure(error, connection.target);
  } finally {
    client.destroy();
  }
}

async function assumeRole(connection: Connection, input: AssumeRoleCommandInput) {
  const { AssumeRoleCommand } = await import('@aws-sdk/client-sts');
  const client = await stsClient(connection.target, connection.credentials);
  try {
    return (await client.send(new AssumeRoleCommand(input))).Credentials;
  } catch (error) {
    throw asFailure(error, connection.target);
  } finally {
    client.destroy();
  }
}

function temporary(answer: StsCredentials | undefined, issuedAt: number) {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration)
    throw new AwsFailure({ code: 'unknown', message: 'STS answered without credentials', retryable: false });
  const expiresAt = Expiration.getTime();
  const credentials: Credentials = {
    accessKeyId: AccessKeyId,
    secretAccessKey: new Secret(SecretAccessKey),
    sessionToken: new Secret(SessionToken),
    expiration: expiresAt,
  };
  return { credentials, issuedAt, expiresAt };
}

const noDevice = (source: Source): AwsFailure =>
  new AwsFailure({
    code: 'no-mfa-device',
    message: `the role demands MFA, and ${source.arn} has no MFA device in the definition`,
    help: 'write `mfa: DEVICE` at the operator, and enroll it',
    retryable: false,
  });
