import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../index.ts';

describe('addresses that somebody made to do harm', () => {
  it('are refused at once, however long they are', { timeout: 5_000 }, async () => {
    const sandbox = await startSandbox();
    const answer = await fetch(`${sandbox.url}/_sandbox/accounts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ accountId: '111111111111' }),
    });
    const client = new OrganizationsClient({
      endpoint: sandbox.url,
      region: 'us-east-1',
      maxAttempts: 1,
      credentials: (await answer.json()) as { accessKeyId: string; secretAccessKey: string },
    });
    try {
      await client.send(new CreateOrganizationCommand({}));
      const create = (Email: string) => client.send(new CreateAccountCommand({ AccountName: 'x', Email }));
      // With a pattern that goes back on itself this one took a quarter of a minute, before any authorization.
      await expect(create(`a@${'.'.repeat(100_000)} `)).rejects.toMatchObject({
        Reason: 'MAX_LENGTH_EXCEEDED',
      });
      for (const bad of ['a@b..example', 'a@.b.example', 'a@b.example.', 'a@b@c.example', 'a b@c.example'])
        await expect(create(bad), bad).rejects.toMatchObject({ Reason: 'INVALID_PATTERN' });
      await expect(create('first.last+prod@mail.corp.example')).resolves.toMatchObject({
        CreateAccountStatus: { State: 'IN_PROGRESS' },
      });
    } finally {
      client.destroy();
      await sandbox.close();
    }
  });
});
