import { DeleteUserPolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetFederationTokenCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import type { Principal } from '../../../src/engine/index.ts';
import type { Case } from '../load.ts';
import { type Keys, keysOf } from './clients.ts';
import type { Facts } from './facts.ts';
import { allow, entity, type World } from './world.ts';

export interface Caller {
  readonly keys: Keys;
  /** For an AssumeRole call that sends a one-time code itself. */
  readonly mfa?: { readonly serial: string; readonly code: string };
  /** Puts the sandbox's unique ids in the place of the case's. */
  translate(text: string): string;
}

/** Makes the caller of a case with all its policies, and gets its credentials as it would itself. */
export async function makeCaller(
  world: World,
  one: Case,
  principal: Principal,
  facts: Facts,
): Promise<Caller> {
  switch (principal.type) {
    case 'root':
      await world.at(facts.now);
      return { keys: await world.root(principal.accountId), translate: (text) => text };
    case 'user':
      return makeUser(world, one, principal, facts);
    case 'role-session':
      return makeRoleSession(world, one, principal, facts);
    case 'federated-user':
      return makeFederatedUser(world, one, principal, facts);
    default:
      throw new Error(`no call can be made as ${principal.type}`);
  }
}

type Of<T extends Principal['type']> = Extract<Principal, { type: T }>;

const issued = (facts: Facts): number => facts.issuedAt ?? facts.now;
const replacing = (from: string, to: string | undefined) => (text: string) =>
  to === undefined ? text : text.replaceAll(from, to);

async function makeUser(world: World, one: Case, { arn, id }: Of<'user'>, facts: Facts): Promise<Caller> {
  const needsCode = facts.mfa === 'code' || facts.mfa === 'session';
  // A code of `code` is used at the time of the call, one of `session` when the session is issued.
  const codeAt = facts.mfa === 'code' ? facts.now : issued(facts);
  await world.at(codeAt - 60_000);
  const translate = replacing(id, await world.user(arn, facts.principalTags));
  let keys = await world.accessKey(arn);
  const device = needsCode ? await world.mfa(arn) : undefined;
  await world.at(codeAt);
  const mfa = device && { serial: device.serial, code: device.code() };
  if (facts.mfa === 'session' || facts.mfa === 'session-without') {
    const { Credentials } = await world.sts(keys).send(
      new GetSessionTokenCommand({
        DurationSeconds: 129_600,
        ...(mfa && { SerialNumber: mfa.serial, TokenCode: mfa.code }),
      }),
    );
    keys = keysOf(Credentials);
  }
  await attach(world, 'user', arn, one, translate);
  return { keys, translate, ...(facts.mfa === 'code' && mfa && { mfa }) };
}

async function makeRoleSession(
  world: World,
  one: Case,
  { roleArn, roleId, sessionName, accountId }: Of<'role-session'>,
  facts: Facts,
): Promise<Caller> {
  await world.at(issued(facts));
  const translate = replacing(roleId, await world.role(roleArn, facts.principalTags));
  const { Credentials } = await world.sts(await world.builder(accountId)).send(
    new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: sessionName,
      ...(facts.callerSourceIdentity !== undefined && { SourceIdentity: facts.callerSourceIdentity }),
      ...(await sessionPolicies(world, accountId, one, translate)),
    }),
  );
  await attach(world, 'role', roleArn, one, translate);
  return { keys: keysOf(Credentials), translate };
}

async function makeFederatedUser(
  world: World,
  one: Case,
  { name, issuerArn, issuerId, accountId }: Of<'federated-user'>,
  facts: Facts,
): Promise<Caller> {
  await world.at(issued(facts));
  const translate = replacing(issuerId, await world.user(issuerArn, facts.principalTags));
  // The permission to get the token is none of the case's: it is gone before the case's policies come.
  await world.inline('user', issuerArn, allow('sts:GetFederationToken'));
  const { Credentials } = await world.sts(await world.accessKey(issuerArn)).send(
    new GetFederationTokenCommand({
      Name: name,
      DurationSeconds: 129_600,
      ...(await sessionPolicies(world, accountId, one, translate)),
    }),
  );
  const UserName = entity(issuerArn).name;
  const iam = await world.iam(accountId);
  await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'case' }));
  await attach(world, 'user', issuerArn, one, translate);
  return { keys: keysOf(Credentials), translate };
}

type Translate = (text: string) => string;

async function attach(world: World, kind: 'user' | 'role', arn: string, one: Case, translate: Translate) {
  const text = (document: unknown) => translate(JSON.stringify(document));
  await world.identity(kind, arn, (one.policies.identity ?? []).map(text));
  if (one.policies.boundary !== undefined) await world.boundary(kind, arn, text(one.policies.boundary));
}

/** The first session policy is passed inline, the others as managed ones. */
async function sessionPolicies(world: World, account: string, one: Case, translate: Translate) {
  const [inline, ...more] = (one.policies.session ?? []).map((d) => translate(JSON.stringify(d)));
  if (inline === undefined) return {};
  const PolicyArns = [];
  for (const document of more) PolicyArns.push({ arn: await world.managed(account, document) });
  return { Policy: inline, ...(PolicyArns.length > 0 && { PolicyArns }) };
}
