import { assumedRoleArn, rootArn } from '../../base/index.ts';
import type { NamedPolicy, Principal } from '../../engine/index.ts';
import { ownText } from '../own-text.ts';
import { AwsError, type Caller, type CredentialLookup, type SessionFacts } from '../types.ts';
import type { AccessKey } from './model.ts';
import type { SessionClaims } from './sessions.ts';
import type { Store } from './store.ts';
import { storedPolicy } from './stored-policy.ts';

/** How many opened session tokens are kept open; one costs ~1 KB. */
const OPEN_SESSIONS = 4_096;

const refused = (code: string, message: string): CredentialLookup => ({
  ok: false,
  error: new AwsError(code, message, 403),
});
export const invalidToken = (): AwsError =>
  new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
const invalid = (): CredentialLookup => ({ ok: false, error: invalidToken() });

interface OpenSession {
  readonly token: string;
  readonly claims: SessionClaims;
  generation: number;
  /** undefined: the role or user is gone. */
  caller: Caller | undefined;
}

/** Turns access key ids and session tokens into callers. */
export class Credentials {
  readonly #store: Store;
  /** By access key id, which no two sessions share; the token is compared as a whole. */
  readonly #sessions = new Map<string, OpenSession>();
  /** The caller that a key makes, made anew when the store's generation has moved on. */
  readonly #keys = new WeakMap<AccessKey, { readonly generation: number; readonly caller: Caller }>();
  readonly #tokens = new WeakMap<Caller, string>();

  constructor(store: Store) {
    this.#store = store;
  }

  find(keyId: string, token: string | undefined, now: number): CredentialLookup {
    return token === undefined ? this.#longTerm(keyId) : this.#temporary(keyId, token, now);
  }

  /** The session token that a caller was found by; undefined for long-term keys. */
  tokenOf(caller: Caller): string | undefined {
    return this.#tokens.get(caller);
  }

  #longTerm(keyId: string): CredentialLookup {
    const key = this.#store.keys.get(keyId);
    if (!key?.active || this.#store.account(key.accountId).closed) return invalid();
    const generation = this.#store.generation;
    let known = this.#keys.get(key);
    if (known?.generation !== generation) {
      known = { generation, caller: callerOfKey(key) };
      this.#keys.set(key, known);
    }
    return { ok: true, secretAccessKey: key.secret, caller: known.caller };
  }

  #temporary(keyId: string, token: string, now: number): CredentialLookup {
    const known = this.#sessions.get(keyId);
    const session = known?.token === token ? known : this.#open(token);
    if (session === undefined || session.claims.keyId !== keyId) return invalid();
    if (now >= session.claims.expiresAt) {
      return refused('ExpiredToken', 'The security token included in the request is expired');
    }
    if (session.generation !== this.#store.generation) {
      session.generation = this.#store.generation;
      session.caller = callerOfSession(session.claims, this.#store);
      if (session.caller !== undefined) this.#tokens.set(session.caller, session.token);
    }
    if (session.caller === undefined || this.#store.account(session.caller.accountId).closed)
      return invalid();
    return { ok: true, secretAccessKey: session.claims.secret, caller: session.caller };
  }

  #open(token: string): OpenSession | undefined {
    const claims = this.#store.tokens.open(token);
    if (claims === undefined) return undefined;
    const session = { token: ownText(token), claims, generation: -1, caller: undefined };
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= OPEN_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
    this.#sessions.set(claims.keyId, session);
    return session;
  }
}

const root = (accountId: string): Principal => ({ type: 'root', accountId, partition: 'aws' });

function callerOfKey(key: AccessKey): Caller {
  const { id: accessKeyId, accountId, user } = key;
  const principal: Principal =
    user === undefined ? root(accountId) : { type: 'user', arn: user.arn, id: user.id, accountId };
  return { principal, accountId, accessKeyId };
}

/** undefined when the role or user behind the session is gone: its credentials die with it. */
export function callerOfSession(claims: SessionClaims, store: Store): Caller | undefined {
  const principal = principalOf(claims, store);
  if (principal === undefined) return undefined;
  const session: SessionFacts = {
    issuedAt: claims.issuedAt,
    expiresAt: claims.expiresAt,
    ...(claims.mfa !== undefined && { mfaAuthenticated: claims.mfa }),
    ...(claims.mfaAt !== undefined && { mfaAt: claims.mfaAt }),
    sessionPolicies: sessionPolicies(claims, store),
    tags: claims.tags ?? {},
    transitiveTagKeys: claims.transitive ?? [],
    ...(claims.sourceIdentity !== undefined && { sourceIdentity: claims.sourceIdentity }),
    ...(claims.task !== undefined && { task: claims.task }),
    ...(claims.federation !== undefined && { federation: claims.federation }),
    chained: claims.chained === true,
  };
  return { principal, accountId: claims.accountId, accessKeyId: claims.keyId, session };
}

function principalOf({ holder, accountId }: SessionClaims, store: Store): Principal | undefined {
  if (holder.kind === 'root') return root(accountId);
  if (holder.kind === 'user') {
    const user = store.users.get(holder.id);
    return user && { type: 'user', arn: user.arn, id: user.id, accountId };
  }
  if (holder.kind === 'role') {
    const role = store.roles.get(holder.id);
    if (role === undefined) return undefined;
    return {
      type: 'role-session',
      arn: assumedRoleArn('aws', accountId, role.name, holder.sessionName),
      roleArn: role.arn,
      roleId: role.id,
      sessionName: holder.sessionName,
      accountId,
      ...(role.path.startsWith('/aws-service-role/') && { serviceLinked: true }),
    };
  }
  const issuer = holder.issuer === undefined ? undefined : store.users.get(holder.issuer);
  if (holder.issuer !== undefined && issuer === undefined) return undefined;
  return {
    type: 'federated-user',
    arn: `arn:aws:sts::${accountId}:federated-user/${holder.name}`,
    name: holder.name,
    accountId,
    issuerArn: issuer?.arn ?? rootArn('aws', accountId),
    issuerId: issuer?.id ?? accountId,
  };
}

/** Managed ones are looked up anew whenever something changed: a policy that is deleted or narrowed grants no more. */
function sessionPolicies(claims: SessionClaims, store: Store): NamedPolicy[] {
  const policies: NamedPolicy[] = [];
  if (claims.policy !== undefined) {
    policies.push({ name: 'session policy', document: storedPolicy(claims.policy, 'session').document });
  }
  const account = store.account(claims.accountId);
  for (const arn of claims.policyArns ?? []) {
    const policy = store.policy(account, arn);
    const version = policy?.versions.get(policy.defaultVersion);
    const document = version?.policy.document ?? { version: '2012-10-17', statements: [], text: '' };
    policies.push({ name: arn, document });
  }
  return policies;
}
