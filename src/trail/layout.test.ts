import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logFileKey, parseLogFileKey, readRecords, writeLogFile } from './index.ts';
import { record } from './testing/records.ts';

const unique = 'A1b2C3d4E5f6G7h8';

describe('log file keys', () => {
  test('are those of AWS', () => {
    const at = { account: '657654036224', region: 'us-east-1', time: '2026-11-23T03:17:42Z', unique };
    expect(logFileKey(at)).toBe(
      `AWSLogs/657654036224/CloudTrail/us-east-1/2026/11/23/657654036224_CloudTrail_us-east-1_20261123T0317Z_${unique}.json.gz`,
    );
    expect(logFileKey({ ...at, prefix: '/audit/', organizationId: 'o-a1b2c3d4e5' })).toMatch(
      /^audit\/AWSLogs\/o-a1b2c3d4e5\/657654036224\/CloudTrail\//,
    );
  });

  test('parse back to what they were made of', () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            account: fc.stringMatching(/^\d{12}$/),
            region: fc.constantFrom('us-east-1', 'eu-central-1', 'us-gov-west-1'),
            time: fc.integer({ min: 1_400_000, max: 60_000_000 }).map((minutes) => minutes * 60_000),
            unique: fc.stringMatching(/^[A-Za-z0-9]{16}$/),
            organizationId: fc.stringMatching(/^o-[a-z0-9]{10,32}$/),
            prefix: fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8})?$/),
          },
          { requiredKeys: ['account', 'region', 'time', 'unique'] },
        ),
        (at) => {
          expect(parseLogFileKey(logFileKey(at))).toEqual(at);
        },
      ),
    );
  });

  test.each([
    `AWSLogs/657654036224/CloudTrail-Digest/us-east-1/2026/11/23/657654036224_CloudTrail-Digest_us-east-1_x_20261123T0317Z.json.gz`,
    `AWSLogs/657654036224/CloudTrail/us-east-1/2026/11/23/489157521585_CloudTrail_us-east-1_20261123T0317Z_${unique}.json.gz`,
    `AWSLogs/657654036224/CloudTrail/us-east-1/2026/11/24/657654036224_CloudTrail_us-east-1_20261123T0317Z_${unique}.json.gz`,
    `AWSLogs/657654036224/CloudTrail/us-east-1/2026/02/31/657654036224_CloudTrail_us-east-1_20260231T0317Z_${unique}.json.gz`,
    'AWSLogs/',
    '',
  ])('%s is none', (key) => {
    expect(parseLogFileKey(key)).toBeUndefined();
  });
});

describe('log files', () => {
  test('are gzip of compact JSON with the fields in AWS’s order', () => {
    const text = gunzipSync(writeLogFile([record(), record({ errorCode: undefined })])).toString();
    expect(text).toMatch(
      /^\{"Records":\[\{"eventVersion":"1.11","userIdentity":\{"type":"IAMUser","principalId"/,
    );
    expect(text).not.toMatch(/\n|errorCode/);
    expect(Object.keys(JSON.parse(text).Records[0])).toEqual(
      (
        'eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent requestParameters ' +
        'responseElements requestID eventID readOnly eventType managementEvent recipientAccountId eventCategory tlsDetails'
      ).split(' '),
    );
  });

  test('are read back as they were written', () => {
    const records = [record(), record({ eventID: '2', errorCode: 'AccessDenied', sharedEventID: 's' })];
    expect(readRecords(writeLogFile(records), 'x')).toEqual({ records, diagnostics: [] });
  });
});
