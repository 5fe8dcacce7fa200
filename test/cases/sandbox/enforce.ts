import type { SandboxControl } from '../../../src/sandbox/index.ts';
import type { Case } from '../load.ts';
import type { Outcome } from '../outcome.ts';
import { makeCaller } from './caller.ts';
import type { Clients } from './clients.ts';
import { sourceIdentityOf } from './facts.ts';
import { type Asked, operationFor } from './operations.ts';
import { ownerOf, type Plan } from './plan.ts';
import { entity, World } from './world.ts';

type Enforced = Extract<Plan, { how: 'enforced' }>;

/** Answers of operations that were permitted and then found nothing to do. */
const PERMITTED = new Set([
  'EntityAlreadyExists',
  'NoSuchEntity',
  'InvalidInstanceID.NotFound',
  'DeleteConflict',
]);

/** Builds a case in an empty cloud with real calls, sends its operation and sees what comes of it. */
export async function enforce(
  control: SandboxControl,
  clients: Clients,
  one: Case,
  { request, facts }: Enforced,
): Promise<Outcome> {
  await control.reset();
  const world = new World(control, clients);
  const { principal } = request;
  const trustsNamesake = await trustNamesake(world, one, request, facts);
  const caller = await makeCaller(world, one, principal, facts);
  const resource = caller.translate(request.resource);
  const operation = operationFor(request);
  if (operation === undefined) throw new Error(`planned, but not served: ${request.action}`);
  const own = 'accountId' in principal ? principal.accountId : undefined;
  const owner = ownerOf(request) ?? own ?? '';
  if (operation.needs === 'bucket') await world.bucket(owner, resource.slice(resource.lastIndexOf(':') + 1));
  if (operation.needs === 'user') await world.user(resource, facts.resourceTags);
  if (operation.needs === 'role' && !trustsNamesake)
    await makeRole(world, one, resource, caller.translate, request.action, facts);
  await world.at(facts.now);
  if (facts.sourceIp !== undefined) await control.setSourceIp(facts.sourceIp);
  const sourceIdentity =
    facts.callerSourceIdentity === undefined ? sourceIdentityOf(facts, request) : undefined;
  const asked: Asked = {
    clients,
    keys: caller.keys,
    request,
    resource,
    facts,
    ...(caller.mfa && { mfa: caller.mfa }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  };
  try {
    await operation.send(asked);
    return { allowed: true, because: 'allowed' };
  } catch (error) {
    return await refusal(control, error, request.action);
  }
}

/**
 * A trust policy with an id that isn't the caller's is one that named somebody of the caller's name who has been deleted
 * since. That is how it comes about here too: user, role that trusts it by ARN, deletion; the caller is made afterwards.
 */
async function trustNamesake(
  world: World,
  one: Case,
  { principal, resource }: Enforced['request'],
  facts: Enforced['facts'],
): Promise<boolean> {
  if (principal.type !== 'user') return false;
  const trust = JSON.stringify(one.policies.resource ?? '');
  const former = [...trust.matchAll(/"(AIDAEXAMPLE\w+)"/g)].find(([, id]) => id !== principal.id)?.[1];
  if (former === undefined) return false;
  await world.at(facts.now);
  await world.user(principal.arn);
  await world.role(resource, facts.resourceTags, trust.replaceAll(former, principal.arn));
  await world.deleteUser(principal.arn);
  return true;
}

/** The role of a request: with the case's trust policy for AssumeRole, and nonexistent when there is none. */
async function makeRole(
  world: World,
  one: Case,
  arn: string,
  translate: (text: string) => string,
  action: string,
  facts: Enforced['facts'],
): Promise<void> {
  if (!/^sts:/i.test(action)) {
    await world.role(arn, facts.resourceTags);
    return;
  }
  await world.root(entity(arn).account);
  if (one.policies.resource === undefined) return;
  const trust = translate(JSON.stringify(one.policies.resource));
  // IAM stores no trust policy with principals that it doesn't know.
  for (const [principal] of trust.matchAll(/arn:aws:iam::\d{12}:(user|role)\/[^"*?]+/g)) {
    if (!world.has(entity(principal).account)) continue;
    if (principal.includes(':user/')) await world.user(principal);
    else await world.role(principal);
  }
  for (const [, account = '', role = ''] of trust.matchAll(/arn:aws:sts::(\d{12}):assumed-role\/([^/"*?]+)/g))
    if (world.has(account)) await world.role(`arn:aws:iam::${account}:role/${role}`);
  await world.role(arn, facts.resourceTags, trust);
}

interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly $metadata: { readonly httpStatusCode?: number; readonly requestId?: string };
}

const isSdkError = (error: unknown): error is SdkError =>
  error instanceof Error && '$metadata' in error && typeof error.$metadata === 'object';

interface Told {
  readonly because: Outcome['because'];
  readonly layer: Outcome['layer'];
}

/** What a refusal was, by the sandbox's own explanation. */
async function refusal(control: SandboxControl, error: unknown, action: string): Promise<Outcome> {
  if (!isSdkError(error)) throw error;
  if (PERMITTED.has(error.name.replace(/Exception$/, ''))) return { allowed: true, because: 'allowed' };
  const { httpStatusCode, requestId } = error.$metadata;
  if (httpStatusCode !== 403 || requestId === undefined) throw error;
  const told = (await control.explainDenial(requestId)) as Told | undefined;
  // Refused by something else than a policy: "Roles may not be assumed by root accounts".
  if (told === undefined) return { allowed: false };
  const asked = /perform: (\S+)/.exec(error.message)?.[1] ?? action;
  if (asked.toLowerCase() === action.toLowerCase())
    return { allowed: false, because: told.because, layer: told.layer };
  // AssumeRole asks for itself first, then for tags and source identity, which are cases of their own.
  if (action.toLowerCase() === 'sts:assumerole') return { allowed: true, because: 'allowed' };
  throw new Error(`${action} was not reached: ${error.message}`);
}
