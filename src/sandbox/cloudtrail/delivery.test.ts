import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CloudTrailRecord, parseLogFileKey, readRecords } from '../../trail/index.ts';
import { SandboxControl } from '../control-client.ts';
import { batchesOf, testRandom, testServer } from '../wire/testing.ts';
import { Delivery } from './delivery.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'delivery-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

let id = 0;
const record = (recipientAccountId: string, awsRegion: string, eventTime: string): CloudTrailRecord => {
  id += 1;
  return {
    eventVersion: '1.11',
    userIdentity: { type: 'Root', accountId: recipientAccountId },
    eventTime,
    eventSource: 'sts.amazonaws.com',
    eventName: 'GetCallerIdentity',
    awsRegion,
    sourceIPAddress: '198.51.100.7',
    userAgent: 'test',
    requestParameters: null,
    responseElements: null,
    eventID: `e${id}`,
    eventType: 'AwsApiCall',
    recipientAccountId,
  };
};

const files = async (): Promise<string[]> =>
  (await readdir(dir, { recursive: true, withFileTypes: true }))
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name));

test('one file per account, region and five minutes, in the layout of S3, holding every record once', async () => {
  const records = [
    record('489157521585', 'us-east-1', '2026-11-23T03:15:00Z'),
    record('657654036224', 'us-east-1', '2026-11-23T03:15:00Z'),
    record('489157521585', 'us-east-1', '2026-11-23T03:19:59Z'),
    record('489157521585', 'us-east-1', '2026-11-23T03:20:00Z'),
    record('489157521585', 'eu-west-1', '2026-11-23T03:15:00Z'),
  ];
  let pending = [...records];
  const delivery = new Delivery({ take: () => batchesOf(pending.splice(0)), dir, random: testRandom() });
  const written = await delivery.flush();
  expect(written).toHaveLength(4);
  expect([...written].sort()).toEqual((await files()).sort());
  const found: CloudTrailRecord[] = [];
  for (const path of written) {
    const key = parseLogFileKey(relative(dir, path).split(sep).join('/'));
    const read = readRecords(await readFile(path), path).records;
    expect(key).toMatchObject({ account: read[0]?.recipientAccountId, region: read[0]?.awsRegion });
    expect(new Set(read.map((r) => r.recipientAccountId + r.awsRegion)).size).toBe(1);
    found.push(...read);
  }
  expect(found.map((r) => r.eventID).sort()).toEqual(records.map((r) => r.eventID).sort());
  expect(await delivery.flush()).toEqual([]);
  pending = [record('489157521585', 'us-east-1', '2026-11-23T03:15:00Z')];
  expect(await delivery.flush()).toHaveLength(1);
});

test('a disk that refuses loses nothing, and leaves no half file', async () => {
  await writeFile(join(dir, 'AWSLogs'), 'in the way');
  const pending = [record('489157521585', 'us-east-1', '2026-11-23T03:15:00Z')];
  const delivery = new Delivery({ take: () => batchesOf(pending.splice(0)), dir, random: testRandom() });
  await expect(delivery.flush()).rejects.toThrow();
  expect(await files()).toEqual([join(dir, 'AWSLogs')]);
  await rm(join(dir, 'AWSLogs'));
  expect(await delivery.flush()).toHaveLength(1);
});

test('a server delivers on flush and on close', async () => {
  const { cloud, sandbox } = await testServer({}, { trailDir: join(dir, 'new', 'trail') });
  cloud.records.push(record('489157521585', 'us-east-1', '2026-11-23T03:15:00Z'));
  expect(await new SandboxControl(sandbox.url).flush()).toHaveLength(1);
  cloud.records.push(record('489157521585', 'us-east-1', '2026-11-23T03:15:00Z'));
  await sandbox.close();
  expect(await files()).toHaveLength(2);
});

test('without a directory records are taken and dropped', async () => {
  const pending = [record('489157521585', 'us-east-1', '2026-11-23T03:15:00Z')];
  const delivery = new Delivery({ take: () => batchesOf(pending.splice(0)), random: testRandom() });
  expect(await delivery.flush()).toEqual([]);
  expect(pending).toEqual([]);
});

test('many records are delivered before their time, none is lost on the way', async () => {
  const one = record('489157521585', 'us-east-1', '2026-11-23T03:15:00Z');
  let pending = Array.from({ length: 3_999 }, () => one);
  const delivery = new Delivery({ take: () => batchesOf(pending.splice(0)), dir, random: testRandom() });
  expect(delivery.overdue()).toBe(false);
  pending = [one];
  expect(delivery.overdue()).toBe(true);
  const [file = ''] = await delivery.flush();
  expect(readRecords(await readFile(file), file).records).toHaveLength(4_000);
  expect(delivery.overdue()).toBe(false);
  pending = new Array(30_000).fill(one);
  expect(delivery.overdue()).toBe(true);
});
