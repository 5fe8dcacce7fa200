import type { SandboxControl } from '../../../src/sandbox/index.ts';
import type { Case } from '../load.ts';
import type { Outcome } from '../outcome.ts';
import { makeCaller } from './caller.ts';
import type { Clients } from './clients.ts';
import { sourceIdentityOf } from './facts.ts';
import { type Asked, operationFor } from './operations.ts';
import { Organizations } from './organization.ts';
import { ownerOf, type Plan } from './plan.ts';
import { makeForNamesake, makeObject, makeRole } from './resources.ts';
import { World } from './world.ts';

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
  { request, facts, organizations: planned }: Enforced,
): Promise<Outcome> {
  await control.reset();
  const world = new World(control, clients);
  await world.at(facts.now);
  const organizations = new Organizations(world, planned ?? { places: [], supplied: [] });
  await organizations.build();
  return inOrganizations(control, world, translated(one, organizations), request, facts, organizations);
}

/** The case with the real ids of its organizations. */
const translated = (one: Case, { translate }: Organizations): Case => ({
  ...one,
  policies: JSON.parse(translate(JSON.stringify(one.policies))) as Case['policies'],
});

async function inOrganizations(
  control: SandboxControl,
  world: World,
  one: Case,
  request: Enforced['request'],
  facts: Enforced['facts'],
  organizations: Organizations,
): Promise<Outcome> {
  const { clients } = world;
  const { principal } = request;
  const own = 'accountId' in principal ? principal.accountId : undefined;
  const owner = ownerOf(request) ?? own ?? '';
  const made = await makeForNamesake(world, one, request, owner, facts);
  const caller = await makeCaller(world, one, principal, facts);
  const resource = caller.translate(request.resource);
  const operation = operationFor(request);
  if (operation === undefined) throw new Error(`planned, but not served: ${request.action}`);
  if (operation.needs === 'bucket') await world.bucket(owner, resource.slice(resource.lastIndexOf(':') + 1));
  if (operation.needs === 'user') await world.user(resource, facts.resourceTags);
  if (operation.needs === 'role' && !made)
    await makeRole(world, one, resource, caller.translate, request.action, facts);
  if (operation.needs === 'object' && !made) await makeObject(world, one, resource, owner, caller.translate);
  await world.at(facts.now);
  await organizations.limit();
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
