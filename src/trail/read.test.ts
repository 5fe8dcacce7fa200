import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalRecord, readRecords, writeLogFile } from './index.ts';
import { record } from './testing/records.ts';

const one = canonicalRecord(record());
const two = canonicalRecord(record({ eventID: 'second', userAgent: 'Zürich 東京 \u{1F600} \\ "quoted"\n' }));
const read = (text: string | Uint8Array, maxBytes?: number) =>
  readRecords(
    typeof text === 'string' ? Buffer.from(text) : text,
    'file.json.gz',
    maxBytes === undefined ? {} : { maxBytes },
  );
const codes = (text: string | Uint8Array) => read(text).diagnostics.map((d) => d.code);

describe('every shape in which records travel', () => {
  test.each([
    ['log file', JSON.stringify({ Records: [one, two] })],
    ['pretty-printed', JSON.stringify({ Records: [one, two] }, undefined, 2)],
    ['with a byte order mark', `\uFEFF${JSON.stringify({ Records: [one, two] })}`],
    ['JSON lines', `${JSON.stringify(one)}\n${JSON.stringify(two)}\n`],
    ['JSON lines with CRLF and empty lines', `${JSON.stringify(one)}\r\n\r\n${JSON.stringify(two)}`],
    ['bare array', JSON.stringify([one, two])],
    ['log files joined together', [one, two].map((r) => JSON.stringify({ Records: [r] })).join('')],
    [
      'pages of LookupEvents, joined',
      [one, two]
        .map((r) => JSON.stringify({ Events: [{ CloudTrailEvent: JSON.stringify(r) }], NextToken: 'x}]' }))
        .join('\n'),
    ],
    ['EventBridge', [one, two].map((r) => JSON.stringify({ source: 'aws.sts', detail: r })).join('\n')],
    ['wrapped in event', [one, two].map((r) => JSON.stringify({ technique: 't', event: r })).join('\n')],
    [
      'CloudWatch Logs',
      JSON.stringify({
        messageType: 'DATA_MESSAGE',
        logEvents: [one, two].map((r) => ({ message: JSON.stringify(r) })),
      }),
    ],
  ])('%s, plain and gzip', (_, text) => {
    for (const bytes of [Buffer.from(text), gzipSync(text)]) {
      expect(read(bytes)).toEqual({ records: [one, two], diagnostics: [] });
    }
  });

  test('a single record, and several gzip members in one file', () => {
    expect(read(JSON.stringify(one)).records).toEqual([one]);
    expect(read(Buffer.concat([writeLogFile([one]), writeLogFile([two])])).records).toEqual([one, two]);
  });

  test('digests, Insights and S3 notifications are told apart from records', () => {
    const digest = { awsAccountId: '489157521585', digestStartTime: '2026-11-23T03:00:00Z', logFiles: [] };
    expect(read(JSON.stringify(digest))).toMatchObject({
      records: [],
      diagnostics: [{ code: 'trail-digest-file', severity: 'info' }],
    });
    const insight = { eventTime: '2026-11-23T03:00:00Z', insightDetails: { state: 'Start' } };
    expect(codes(JSON.stringify({ Records: [insight] }))).toEqual(['trail-insights']);
    const put = {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      eventTime: one.eventTime,
      eventName: 'ObjectCreated:Put',
    };
    expect(codes(JSON.stringify({ Records: [put] }))).toEqual(['trail-s3-notification']);
    expect(read(JSON.stringify({ Records: [] }))).toEqual({ records: [], diagnostics: [] });
  });
});

describe('what is broken', () => {
  test('a truncated gzip gives what could be read, and says where it ends', () => {
    const records = Array.from({ length: 200 }, (_, i) =>
      canonicalRecord(record({ eventID: `${i}-${Math.sin(i)}` })),
    );
    const whole = writeLogFile(records);
    const cut = read(whole.subarray(0, whole.length >> 1));
    expect(cut.records.length).toBeGreaterThan(20);
    expect(cut.records.length).toBeLessThan(200);
    expect(cut.records).toEqual(records.slice(0, cut.records.length));
    expect(cut.diagnostics).toMatchObject([{ code: 'trail-gzip-truncated', severity: 'error' }]);
    expect(cut.diagnostics[0]?.message).toContain(`byte ${whole.length >> 1}; ${cut.records.length} records`);
  });

  test('a truncated text names the record that is cut off', () => {
    const text = JSON.stringify({ Records: [one, two] });
    const { records, diagnostics } = read(text.slice(0, -20));
    expect(records).toEqual([one]);
    expect(diagnostics[0]?.message).toContain(
      `inside record 2, which begins at byte ${JSON.stringify({ Records: [one] }).length - 1}`,
    );
  });

  test('bad lines between good ones', () => {
    const { records, diagnostics } = read(
      `${JSON.stringify(one)}\n{"eventName": "cut off\nrubbish\n${JSON.stringify(two)}\n`,
    );
    expect(records).toEqual([one, two]);
    expect(diagnostics).toMatchObject([
      { code: 'trail-not-json', message: expect.stringContaining('2 pieces') },
    ]);
  });

  test('ten thousand invalid records are one diagnostic', () => {
    const bad = Array.from({ length: 10_000 }, () => ({ eventName: 'X', eventSource: 'y' }));
    const { records, diagnostics } = read(JSON.stringify({ Records: [one, ...bad] }));
    expect(records).toEqual([one]);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]?.message).toMatch(/^record 2 .* has no eventTime; 10000 in all/);
    expect(codes(JSON.stringify([{ ...one, eventTime: 'soon' }]))).toEqual(['trail-invalid-record']);
  });

  test('a decompression bomb is refused by size, a lying size field changes nothing', () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000, 32), { level: 9 });
    expect(read(bomb, 1_000_000)).toMatchObject({ records: [], diagnostics: [{ code: 'trail-too-large' }] });
    const liar = Buffer.from(writeLogFile([one]));
    liar.writeUInt32LE(0xffffffff, liar.length - 4);
    expect(read(liar).records).toEqual([one]);
    expect(codes(liar)).toEqual(['trail-gzip-damaged']);
  });

  test('nothing throws, whatever the bytes', () => {
    const base = writeLogFile([one, two]);
    const text = Buffer.from(JSON.stringify({ Records: [one, two] }, undefined, 1));
    const damaged = fc.tuple(
      fc.constantFrom(base, text),
      fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 4 }),
      fc.nat(3000),
    );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), damaged), (input) => {
        let bytes = input as Uint8Array;
        if (Array.isArray(input)) {
          const [from, changes, length] = input as [Uint8Array, [number, number][], number];
          bytes = Uint8Array.from(from);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          bytes = bytes.subarray(0, length);
        }
        const { records, diagnostics } = read(bytes);
        expect(
          records.every((r) => typeof r.eventName === 'string' && typeof r.userIdentity.type === 'string'),
        ).toBe(true);
        expect(diagnostics.length).toBeLessThan(6);
      }),
      { numRuns: 300 },
    );
    expect(() => read('['.repeat(200_000))).not.toThrow();
    expect(codes('')).toEqual(['trail-empty']);
    expect(codes('hello')).toEqual(['trail-not-json']);
  });

  test('fields of the wrong type, and the few that old records lack, do not reach the readers', () => {
    const odd = {
      eventTime: '2014-07-16T15:49:27Z',
      eventSource: 'signin.amazonaws.com',
      eventName: 'ConsoleLogin',
      userIdentity: { arn: 7, accountId: '123456789012', sessionContext: 'none' },
      sourceIPAddress: { a: 1 },
      requestParameters: 'text',
      resources: [null],
    };
    const { records } = read(JSON.stringify([odd, odd, { ...odd, eventName: 'Other' }]));
    expect(records[0]).toMatchObject({
      userIdentity: { type: 'Unknown', accountId: '123456789012' },
      sourceIPAddress: '',
      requestParameters: null,
      recipientAccountId: '123456789012',
    });
    expect(records[0]?.userIdentity.arn).toBeUndefined();
    expect(records[0]?.resources).toBeUndefined();
    expect(records[0]?.eventID).toMatch(/^no-event-id-[0-9a-f]{16}$/);
    expect(records[0]?.eventID).toBe(records[1]?.eventID);
    expect(records[0]?.eventID).not.toBe(records[2]?.eventID);
  });

  test('__proto__ stays a field', () => {
    const text = `{"Records":[${JSON.stringify(one).slice(0, -1)},"__proto__":{"errorCode":"AccessDenied"}}]}`;
    const [first] = read(text).records;
    expect(first?.errorCode).toBeUndefined();
    expect(({} as { errorCode?: string }).errorCode).toBeUndefined();
    expect(Object.hasOwn(canonicalRecord(first ?? one), '__proto__')).toBe(true);
  });
});
