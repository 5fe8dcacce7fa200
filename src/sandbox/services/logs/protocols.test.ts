import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutMetricFilterCommand,
  type StandardUnit,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningSandbox, SandboxControl, startSandbox } from '../../index.ts';

let sandbox: RunningSandbox;
let client: CloudWatchLogsClient;

beforeAll(async () => {
  sandbox = await startSandbox();
  const credentials = await new SandboxControl(sandbox.url).createAccount('111122223333', 'one');
  client = new CloudWatchLogsClient({
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await sandbox.close();
});

test('the unit of a metric filter is one that CloudWatch knows', async () => {
  await client.send(new CreateLogGroupCommand({ logGroupName: 'g' }));
  const put = (unit: string) =>
    client.send(
      new PutMetricFilterCommand({
        logGroupName: 'g',
        filterName: 'f',
        filterPattern: 'ERROR',
        metricTransformations: [
          { metricName: 'm', metricNamespace: 'n', metricValue: '1', unit: unit as StandardUnit },
        ],
      }),
    );
  await expect(put('Furlongs')).rejects.toThrow(/unit.*failed to satisfy constraint/);
  await put('Kilobytes/Second');
});
