import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { afterEach, expect, test } from 'vitest';
import { SandboxControl } from './control-client.ts';
import { startSandbox } from './index.ts';
import { lateServices } from './services/catalog.ts';
import { resourceServices } from './services/resources.ts';
import type { RunningSandbox } from './types.ts';

const ACCOUNT = '111122223333';
const running: RunningSandbox[] = [];
const folders: string[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function start(data?: string) {
  const sandbox = await startSandbox(data === undefined ? {} : { data });
  running.push(sandbox);
  const control = new SandboxControl(sandbox.url);
  return { sandbox, control, client: await clientOf(sandbox.url) };
}

/** With the root key that the account has now. */
async function clientOf(endpoint: string): Promise<CloudFormationClient> {
  const credentials = await new SandboxControl(endpoint).ensureAccount(ACCOUNT);
  return new CloudFormationClient({ endpoint, region: 'eu-west-1', credentials });
}

const template = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } });
const create = new CreateStackCommand({ StackName: 'alerts', TemplateBody: template });
const status = async (client: CloudFormationClient): Promise<string | undefined> =>
  (await client.send(new DescribeStacksCommand({ StackName: 'alerts' }))).Stacks?.[0]?.StackStatus;

test('ten first calls at once wait for the code, and each is answered', async () => {
  const { client } = await start();
  const made = await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      client.send(new CreateStackCommand({ StackName: `s${i}`, TemplateBody: template })),
    ),
  );
  expect(new Set(made.map(({ StackId }) => StackId)).size).toBe(10);
});

test('calls through the control interface do, too', async () => {
  const { control } = await start();
  const input = { StackName: 'alerts', TemplateBody: template };
  const call = { accountId: ACCOUNT, service: 'cloudformation', operation: 'CreateStack', input };
  expect(await control.calls([call])).toMatchObject([{ ok: true }]);
});

test('a stack that was begun goes on after a restart, an import and in a cloud that was reset', async () => {
  const data = mkdtempSync(join(tmpdir(), 'late-'));
  folders.push(data);
  const first = await start(data);
  await first.client.send(create);
  const exported = await first.control.exportState();
  await first.sandbox.close();

  const again = await start(data);
  await again.control.advance(60);
  expect(await status(again.client)).toBe('CREATE_COMPLETE');

  const other = await start();
  await other.control.importState(exported);
  await other.control.advance(60);
  expect(await status(await clientOf(other.sandbox.url))).toBe('CREATE_COMPLETE');
  await other.control.reset();
  await (await clientOf(other.sandbox.url)).send(create);
});

test('every service that comes with others is known by its name before', () => {
  expect(lateServices).toEqual(['organizations', ...resourceServices.keys(), 'cloudformation']);
});

test('accounts can be made without a connection, by the same rules', async () => {
  const { sandbox, control } = await start();
  const [made] = sandbox.ensureAccounts([{ accountId: '444455556666', name: 'workload' }]);
  expect(await control.ensureAccounts([{ accountId: '444455556666' }])).toEqual([made]);
  expect(sandbox.accounts()).toEqual(await control.accounts());
  expect(() => sandbox.ensureAccounts([{ accountId: '4444' }])).toThrow(/12 digits/);
});
