import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { cbor } from '@smithy/core/cbor';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningSandbox, SandboxControl, startSandbox } from '../../index.ts';

let sandbox: RunningSandbox;
let credentials: { accessKeyId: string; secretAccessKey: string };
let client: CloudWatchClient;

beforeAll(async () => {
  sandbox = await startSandbox();
  credentials = await new SandboxControl(sandbox.url).createAccount('111122223333', 'one');
  client = new CloudWatchClient({ endpoint: sandbox.url, region: 'us-east-1', credentials, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await sandbox.close();
});

/** Sends bytes as a client of another protocol would. */
async function send(
  path: string,
  headers: Record<string, string>,
  body: string | Uint8Array,
): Promise<Response> {
  const url = new URL(sandbox.url);
  const signer = new SignatureV4({ service: 'monitoring', region: 'us-east-1', credentials, sha256: Sha256 });
  const signed = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname: url.hostname,
    port: Number(url.port),
    path,
    headers: { host: url.host, ...headers },
    body,
  });
  return fetch(new URL(path, url), { method: 'POST', headers: signed.headers, body: Buffer.from(body) });
}

const rpc = (operation: string, input: object, more: Record<string, string> = {}) =>
  send(
    `/service/GraniteServiceVersion20100801/operation/${operation}`,
    {
      'smithy-protocol': 'rpc-v2-cbor',
      'content-type': 'application/cbor',
      accept: 'application/cbor',
      ...more,
    },
    cbor.serialize(input),
  );
const json = (operation: string, input: object, more: Record<string, string> = {}) =>
  send(
    '/',
    {
      'x-amz-target': `GraniteServiceVersion20100801.${operation}`,
      'content-type': 'application/x-amz-json-1.0',
      ...more,
    },
    JSON.stringify(input),
  );
const query = (parameters: Record<string, string>) =>
  send(
    '/',
    { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    new URLSearchParams({ Version: '2010-08-01', ...parameters }).toString(),
  );

const at = new Date('2026-11-23T09:00:00Z');
const name = (AlarmName: string) => ({
  AlarmName,
  Namespace: 'x',
  MetricName: 'm',
  Statistic: 'Sum' as const,
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1.5,
  ComparisonOperator: 'GreaterThanThreshold' as const,
});

test('an alarm’s name has no control characters: it is the subject of its mails', async () => {
  const put = (AlarmName: string) =>
    client.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: 'x',
        MetricName: 'm',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
  for (const name of ['a\nb', 'a\u007f', '\u0000']) {
    await expect(put(name)).rejects.toThrow(/alarmName/i);
  }
  await put('späte Anmeldung: "root" <x> & 😀/*');
});

describe('one CloudWatch in three protocols', () => {
  test('what the SDK makes, the others see', async () => {
    await client.send(new PutMetricAlarmCommand({ ...name('sdk'), Tags: [{ Key: 'a', Value: 'b' }] }));
    const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: ['sdk'] }));
    expect(MetricAlarms[0]).toMatchObject({ AlarmName: 'sdk', Threshold: 1.5 });
    expect(MetricAlarms[0]?.StateUpdatedTimestamp).toBeInstanceOf(Date);

    const asCbor = await rpc('DescribeAlarms', { AlarmNames: ['sdk'] });
    expect(asCbor.headers.get('smithy-protocol')).toBe('rpc-v2-cbor');
    expect(cbor.deserialize(new Uint8Array(await asCbor.arrayBuffer()))).toMatchObject({
      MetricAlarms: [{ AlarmName: 'sdk', Threshold: 1.5, StateUpdatedTimestamp: { tag: 1 } }],
    });

    const asJson = await json('DescribeAlarms', { AlarmNames: ['sdk'] });
    expect(asJson.headers.get('content-type')).toBe('application/x-amz-json-1.0');
    expect(await asJson.json()).toMatchObject({ MetricAlarms: [{ AlarmName: 'sdk', Threshold: 1.5 }] });

    const asXml = await (await query({ Action: 'DescribeAlarms', 'AlarmNames.member.1': 'sdk' })).text();
    expect(asXml).toMatch(
      /^<DescribeAlarmsResponse xmlns="http:\/\/monitoring.amazonaws.com\/doc\/2010-08-01\/">/,
    );
    expect(asXml).toContain('<MetricAlarms><member><AlarmName>sdk</AlarmName>');
  });

  test('data are taken in each of them', async () => {
    const datum = { MetricName: 'm', Value: 1.5 };
    const input = { Namespace: 'three', MetricData: [datum] };
    await client.send(new PutMetricDataCommand(input));
    expect((await rpc('PutMetricData', input)).status).toBe(200);
    expect((await json('PutMetricData', input)).status).toBe(200);
    const form = {
      Action: 'PutMetricData',
      Namespace: 'three',
      'MetricData.member.1.MetricName': 'm',
      'MetricData.member.1.Value': '1.5',
    };
    expect((await query(form)).status).toBe(200);
    const until = new Date(Date.now() + 3_600_000);
    const statistics = await json('GetMetricStatistics', {
      Namespace: 'three',
      MetricName: 'm',
      StartTime: until.getTime() / 1000 - 7200,
      EndTime: until.getTime() / 1000,
      Period: 7200,
      Statistics: ['Sum', 'SampleCount'],
    });
    expect(await statistics.json()).toMatchObject({ Datapoints: [{ Sum: 6, SampleCount: 4 }] });
  });

  test('errors carry their old query code for clients that ask for it', async () => {
    const input = { AlarmName: 'none', StateValue: 'OK' as const, StateReason: 'x' };
    await expect(client.send(new SetAlarmStateCommand(input))).rejects.toMatchObject({
      name: 'ResourceNotFound',
    });
    const asked = await rpc('SetAlarmState', input, { 'x-amzn-query-mode': 'true' });
    expect(asked.status).toBe(404);
    expect(asked.headers.get('x-amzn-query-error')).toBe('ResourceNotFound;Sender');
    const bad = await json('PutMetricAlarm', { ...name('bad'), Period: 61 }, { 'x-amzn-query-mode': 'true' });
    expect(bad.headers.get('x-amzn-query-error')).toBe('ValidationError;Sender');
    expect(await bad.json()).toMatchObject({ __type: 'ValidationException' });
    const mixed = { ...name('mixed'), ExtendedStatistic: 'p90' };
    expect(await (await json('PutMetricAlarm', mixed)).json()).toMatchObject({
      __type: 'InvalidParameterCombinationException',
    });
    const form = { Action: 'SetAlarmState', AlarmName: 'none', StateValue: 'OK', StateReason: 'x' };
    expect(await (await query(form)).text()).toContain('<Code>ResourceNotFound</Code>');
  });

  test('a hostile body or address is refused in its own protocol', async () => {
    const headers = { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' };
    const path = '/service/GraniteServiceVersion20100801/operation/DescribeAlarms';
    const broken = await send(path, headers, Buffer.from('9affffffff', 'hex'));
    expect(broken.status).toBe(400);
    expect(cbor.deserialize(new Uint8Array(await broken.arrayBuffer()))).toMatchObject({
      __type: 'SerializationException',
    });
    const elsewhere = await send('/service/Other/operation/DescribeAlarms', headers, cbor.serialize({}));
    expect(elsewhere.status).toBe(400);
    const wrongType = await rpc('SetAlarmState', {
      AlarmName: 1,
      StateValue: 'OK',
      StateReason: at.toISOString(),
    });
    expect(wrongType.status).toBe(400);
    const unsigned = await fetch(new URL(path, sandbox.url), {
      method: 'POST',
      headers,
      body: Buffer.from([0xa0]),
    });
    expect(unsigned.headers.get('content-type')).toBe('application/cbor');
    expect(unsigned.status).toBe(400);
  });
});
