import { setTimeout } from 'node:timers/promises';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test, vi } from 'vitest';
import { SandboxControl } from './control-client.ts';
import { startServer } from './server.ts';
import { createCloud } from './services/index.ts';
import { AwsError } from './types.ts';

/** Longer than the server's own timer takes to come round twice. */
const TWO_TICKS_MS = 700;

test('while nothing can be kept calls are refused, and the sandbox goes on when it can', async () => {
  let full = false;
  const log = {
    ready: () => {
      if (full) throw new AwsError('ServiceUnavailable', 'ENOSPC', 503, 'Receiver');
    },
    append: () => undefined,
  };
  const sandbox = await startServer((parts) => createCloud({ ...parts, log }), {});
  try {
    const { accessKeyId, secretAccessKey } = await new SandboxControl(sandbox.url).createAccount(
      '111122223333',
    );
    const sts = new STSClient({
      region: 'us-east-1',
      endpoint: sandbox.url,
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: 1,
    });
    const ask = () => sts.send(new GetCallerIdentityCommand({}));
    full = true;
    await setTimeout(TWO_TICKS_MS);
    await expect(ask()).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    full = false;
    expect((await ask()).Account).toBe('111122223333');
  } finally {
    await sandbox.close();
  }
});

test('what a timer of a service throws is reported, and ends nothing', async () => {
  const told = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const bug = new Error('a bug of ours');
  const sandbox = await startServer((parts) => {
    const cloud = createCloud(parts);
    let ticks = 0;
    return Object.assign(Object.create(cloud) as typeof cloud, {
      tick: () => {
        if (ticks++ === 0) throw bug;
      },
    });
  }, {});
  try {
    await vi.waitFor(() => expect(told).toHaveBeenCalledWith(bug));
    expect((await new SandboxControl(sandbox.url).health()).ok).toBe(true);
  } finally {
    await sandbox.close();
    told.mockRestore();
  }
});
