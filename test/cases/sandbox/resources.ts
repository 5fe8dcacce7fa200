import type { AuthRequest } from '../../../src/engine/index.ts';
import type { Case } from '../load.ts';
import type { Facts } from './facts.ts';
import { objectOf } from './operations.ts';
import { entity, type World } from './world.ts';

type Translate = (text: string) => string;

/** AWS stores no policy with principals that it doesn't know: those of accounts that the case has are made. */
async function makePrincipals(world: World, policy: string): Promise<void> {
  for (const [principal] of policy.matchAll(/arn:aws:iam::\d{12}:(user|role)\/[^"*?]+/g)) {
    if (!world.has(entity(principal).account)) continue;
    if (principal.includes(':user/')) await world.user(principal);
    else await world.role(principal);
  }
  for (const [, account = '', role = ''] of policy.matchAll(
    /arn:aws:sts::(\d{12}):assumed-role\/([^/"*?]+)/g,
  ))
    if (world.has(account)) await world.role(`arn:aws:iam::${account}:role/${role}`);
}

/** The role of a request: with the case's trust policy for AssumeRole, and nonexistent when there is none. */
export async function makeRole(
  world: World,
  one: Case,
  arn: string,
  translate: Translate,
  action: string,
  facts: Facts,
): Promise<void> {
  if (!/^sts:/i.test(action)) {
    await world.role(arn, facts.resourceTags);
    return;
  }
  await world.root(entity(arn).account);
  if (one.policies.resource === undefined) return;
  const trust = translate(JSON.stringify(one.policies.resource));
  await makePrincipals(world, trust);
  await world.role(arn, facts.resourceTags, trust);
}

/** The object of a request, in a bucket with the case's policy. */
export async function makeObject(
  world: World,
  one: Case,
  arn: string,
  owner: string,
  translate: Translate,
): Promise<void> {
  const { Bucket, Key } = objectOf(arn);
  await world.bucket(owner, Bucket);
  await world.object(owner, Bucket, Key);
  if (one.policies.resource === undefined) return;
  const policy = translate(JSON.stringify(one.policies.resource));
  await makePrincipals(world, policy);
  await world.bucketPolicy(owner, Bucket, policy);
}

/**
 * A resource's policy with an id that isn't the caller's is one that named somebody of the caller's name who has been
 * deleted since. That is how it comes about here too: user or role, resource that names it by ARN, deletion; the caller
 * is made afterwards. False: there is no such id, and the resource is still to be made.
 */
export async function makeForNamesake(
  world: World,
  one: Case,
  { principal, resource, action }: AuthRequest,
  owner: string,
  facts: Facts,
): Promise<boolean> {
  const isUser = principal.type === 'user';
  if (!isUser && principal.type !== 'role-session') return false;
  const [arn, id] = isUser ? [principal.arn, principal.id] : [principal.roleArn, principal.roleId];
  const text = JSON.stringify(one.policies.resource ?? '');
  const ids = [...text.matchAll(/"(A(?:IDA|ROA)EXAMPLE\w+)"/g)].map(([, found]) => found ?? '');
  const former = ids.find((found) => found !== id);
  if (former === undefined) return false;
  await world.at(facts.now);
  if (isUser) await world.user(arn);
  else await world.role(arn);
  const byArn: Case = { ...one, policies: { resource: JSON.parse(text.replaceAll(former, arn)) } };
  const asItIs = (policy: string): string => policy;
  if (/^s3:/i.test(action)) await makeObject(world, byArn, resource, owner, asItIs);
  else await makeRole(world, byArn, resource, asItIs, action, facts);
  if (isUser) await world.deleteUser(arn);
  else await world.deleteRole(arn);
  return true;
}
