import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalRecord, readRecords, scanRecords, type Wanted, writeLogFile } from './index.ts';
import { record } from './testing/records.ts';
import type { CloudTrailRecord } from './types.ts';

const wanted: Wanted = {
  eventNames: ['AssumeRole', 'AssumeRoleWithSAML', 'CreateRole'],
  keep: (r) => r.sourceIPAddress !== 'ec2.amazonaws.com',
};
const reference = (bytes: Uint8Array): CloudTrailRecord[] =>
  readRecords(bytes, 'x').records.filter((r) => wanted.eventNames.includes(r.eventName) && wanted.keep?.(r));
const scan = (bytes: Uint8Array): CloudTrailRecord[] => scanRecords(bytes, 'x', wanted).records;

/** What a caller might get into a record: things that look like the seams between records. */
const hostileText = fc.constantFrom(
  '"eventName":"AssumeRole"',
  '"AssumeRole',
  '},{"eventVersion":"1.11","eventName":"AssumeRole"',
  '{"Records":[{',
  ']}',
  '\\',
  '\\"',
  '\u2028\u{1F600}',
  '\u0041',
);
const fake = { ...canonicalRecord(record({ eventID: 'fake' })) };
const hostileValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    hostileText,
    fc.constant(fake),
    fc.constantFrom('AssumeRole', null, 7, true),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('eventVersion', 'eventName', 'a', '__proto__', '},{'), tie('value'), {
      maxKeys: 4,
    }),
  ),
})).value;

const anyRecord = fc
  .record({
    eventName: fc.constantFrom(
      'AssumeRole',
      'AssumeRoleWithSAML',
      'AssumeRoleX',
      'CreateRole',
      'ListBuckets',
    ),
    userAgent: fc.oneof(hostileText, fc.string()),
    sourceIPAddress: fc.constantFrom('198.51.100.17', 'ec2.amazonaws.com'),
    inner: hostileValue,
    eventID: fc.uuid(),
  })
  .map(({ inner, ...fields }) => canonicalRecord(record({ ...fields, requestParameters: { inner } })));

describe('scanRecords gives what readRecords and a filter give', () => {
  test('whatever callers put into their requests', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 6 }), fc.boolean(), (records, zipped) => {
        const text = JSON.stringify({ Records: records });
        const bytes = zipped ? gzipSync(text) : Buffer.from(text);
        expect(scan(bytes)).toEqual(reference(bytes));
      }),
      { numRuns: 500 },
    );
  });

  test('in every other layout, escaped letters and records without eventVersion in front included', () => {
    const records = [record(), record({ eventName: 'ListBuckets' }), record({ eventID: 'another' })];
    const compact = JSON.stringify({ Records: records.map(canonicalRecord) });
    for (const text of [
      JSON.stringify({ Records: records }, undefined, 2),
      JSON.stringify({ Records: records }),
      records.map((r) => JSON.stringify(r)).join('\n'),
      compact.replaceAll('"AssumeRole"', '"\\u0041ssumeRole"'),
      compact.replace('"eventName":"AssumeRole"', '"\\u0065ventName" : "AssumeRole"'),
      compact.replace('"eventName":"AssumeRole"', '"eventName":"AssumeRole","eventName":"ListBuckets"'),
      `${compact}\n`,
      compact.slice(0, -30),
    ]) {
      expect(scan(Buffer.from(text))).toEqual(reference(Buffer.from(text)));
    }
    expect(scan(Buffer.from(compact))).toHaveLength(2);
  });

  test('a record planted whole between two others of its kind is not taken for one', () => {
    const planted = record({ eventName: 'TagResource', requestParameters: { list: [fake, fake, fake] } });
    const bytes = writeLogFile([planted, record({ eventID: 'true' })]);
    expect(scan(bytes).map((r) => r.eventID)).toEqual(['true']);
  });

  test('a planted record that nothing else gives away: only the brackets tell', () => {
    const { eventVersion: _, ...rest } = fake;
    // No wanted name stands in the pieces around the planted one, so only its own piece is parsed, and that is whole.
    const cover = { eventVersion: '1.11', a: { b: 1 } };
    const planted = record({
      eventName: 'TagResource',
      requestParameters: { list: [cover, { eventVersion: '1', ...rest }, cover] },
    });
    expect(scan(writeLogFile([planted]))).toEqual([]);
  });

  test('too much is told, not read', () => {
    const bytes = writeLogFile(Array.from({ length: 50 }, () => record()));
    const { records, diagnostics } = scanRecords(bytes, 'big.json.gz', wanted, { maxBytes: 1000 });
    expect(records).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: 'trail-too-large', file: 'big.json.gz' }]);
  });
});
