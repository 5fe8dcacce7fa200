import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AcceptHandshakeCommand,
  AttachPolicyCommand,
  ConstraintViolationException,
  CreateAccountCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DescribeAccountCommand,
  DescribeCreateAccountStatusCommand,
  DetachPolicyCommand,
  EnablePolicyTypeCommand,
  InvalidInputException,
  InviteAccountToOrganizationCommand,
  LeaveOrganizationCommand,
  ListRootsCommand,
  OrganizationsClient,
  paginateListAccounts,
} from '@aws-sdk/client-organizations';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningSandbox, SandboxControl, startSandbox } from './index.ts';

const MANAGEMENT = '111111111111';
const MEMBER = '222222222222';

let sandbox: RunningSandbox;
let control: SandboxControl;
beforeAll(async () => {
  sandbox = await startSandbox();
  control = new SandboxControl(sandbox.url);
});
afterAll(() => sandbox.close());

type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string };

const options = async (credentials: Credentials, url = sandbox.url) => ({
  endpoint: url,
  region: 'us-east-1',
  credentials,
  maxAttempts: 1,
  systemClockOffset: (await new SandboxControl(url).now()).getTime() - Date.now(),
});

it('the SDK builds an organization, reads reasons of refusals, and meets the SCP in the member account', async () => {
  const management = new OrganizationsClient(await options(await control.createAccount(MANAGEMENT)));
  const memberKey = await control.createAccount(MEMBER);
  const member = new OrganizationsClient(await options(memberKey));

  await management.send(new CreateOrganizationCommand({}));
  const { Roots } = await management.send(new ListRootsCommand({}));
  const RootId = Roots?.[0]?.Id;
  await management.send(new EnablePolicyTypeCommand({ RootId, PolicyType: 'SERVICE_CONTROL_POLICY' }));
  const { Handshake } = await management.send(
    new InviteAccountToOrganizationCommand({ Target: { Id: MEMBER, Type: 'ACCOUNT' } }),
  );
  const accepted = await member.send(new AcceptHandshakeCommand({ HandshakeId: Handshake?.Id }));
  expect(accepted.Handshake?.State).toBe('ACCEPTED');

  const detach = new DetachPolicyCommand({ PolicyId: 'p-FullAWSAccess', TargetId: MEMBER });
  const violation = await management.send(detach).catch((error: unknown) => error);
  expect(violation).toBeInstanceOf(ConstraintViolationException);
  expect(violation).toMatchObject({ Reason: 'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED' });
  const invalid = await management
    .send(new DescribeAccountCommand({ AccountId: '12' }))
    .catch((error: unknown) => error);
  expect(invalid).toBeInstanceOf(InvalidInputException);
  expect(invalid).toMatchObject({ Reason: 'INVALID_PATTERN' });

  const sts = new STSClient(await options(memberKey));
  const { Policy } = await management.send(
    new CreatePolicyCommand({
      Name: 'nothing',
      Description: '',
      Type: 'SERVICE_CONTROL_POLICY',
      Content: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
      }),
    }),
  );
  const PolicyId = Policy?.PolicySummary?.Id;
  await management.send(new AttachPolicyCommand({ PolicyId, TargetId: RootId }));
  // Who signs may always know who they are.
  expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe(MEMBER);
  const refused = await member
    .send(new ListRootsCommand({}))
    .catch((error: unknown) => (error as Error).message);
  expect(refused).toBe(
    `User: arn:aws:iam::${MEMBER}:root is not authorized to perform: organizations:ListRoots on resource: * with an explicit deny in a service control policy`,
  );
});

it('the SDK waits for accounts that are created, and pages through many', async () => {
  await control.reset();
  const management = new OrganizationsClient(await options(await control.createAccount(MANAGEMENT)));
  await management.send(new CreateOrganizationCommand({}));
  const ids: (string | undefined)[] = [];
  for (let i = 0; i < 22; i++) {
    const answer = await management.send(
      new CreateAccountCommand({ AccountName: `account ${i}`, Email: `a${i}@corp.example` }),
    );
    expect(answer.CreateAccountStatus?.State).toBe('IN_PROGRESS');
    ids.push(answer.CreateAccountStatus?.Id);
  }
  await control.advance(2);
  for (const CreateAccountRequestId of ids) {
    const { CreateAccountStatus } = await management.send(
      new DescribeCreateAccountStatusCommand({ CreateAccountRequestId }),
    );
    expect(CreateAccountStatus?.State).toBe('SUCCEEDED');
  }
  const names: (string | undefined)[] = [];
  for await (const { Accounts } of paginateListAccounts({ client: management }, {}))
    names.push(...(Accounts ?? []).map(({ Name }) => Name));
  expect(names).toHaveLength(23);
});

it('an organization outlives the server: accounts under way are finished, SCPs still stand', async () => {
  const data = mkdtempSync(join(tmpdir(), 'organizations-'));
  let running = await startSandbox({ data });
  try {
    const keys = await new SandboxControl(running.url).createAccount(MANAGEMENT);
    const memberKeys = await new SandboxControl(running.url).createAccount(MEMBER);
    const first = new OrganizationsClient(await options(keys, running.url));
    await first.send(new CreateOrganizationCommand({}));
    const RootId = (await first.send(new ListRootsCommand({}))).Roots?.[0]?.Id;
    await first.send(new EnablePolicyTypeCommand({ RootId, PolicyType: 'SERVICE_CONTROL_POLICY' }));
    const { Handshake } = await first.send(
      new InviteAccountToOrganizationCommand({ Target: { Id: MEMBER, Type: 'ACCOUNT' } }),
    );
    const invited = new OrganizationsClient(await options(memberKeys, running.url));
    await invited.send(new AcceptHandshakeCommand({ HandshakeId: Handshake?.Id }));
    const Content = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 'organizations:LeaveOrganization', Resource: '*' }],
    });
    const { Policy } = await first.send(
      new CreatePolicyCommand({ Name: 'stay', Description: '', Type: 'SERVICE_CONTROL_POLICY', Content }),
    );
    await first.send(new AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id, TargetId: RootId }));
    const asked = await first.send(
      new CreateAccountCommand({ AccountName: 'late', Email: 'late@corp.example' }),
    );
    await running.close();

    running = await startSandbox({ data });
    await new SandboxControl(running.url).advance(5);
    const second = new OrganizationsClient(await options(keys, running.url));
    const { CreateAccountStatus } = await second.send(
      new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: asked.CreateAccountStatus?.Id }),
    );
    expect(CreateAccountStatus?.State).toBe('SUCCEEDED');
    const member = new OrganizationsClient(await options(memberKeys, running.url));
    await expect(member.send(new LeaveOrganizationCommand({}))).rejects.toThrow('service control policy');
  } finally {
    await running.close();
    rmSync(data, { recursive: true });
  }
});
