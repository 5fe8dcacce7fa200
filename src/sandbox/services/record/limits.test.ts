import { describe, expect, it } from 'vitest';
import type { CloudTrailRecord } from '../../../trail/index.ts';
import { allow, type Keys, Rig } from '../testing.ts';
import { fitting, truncated } from './limits.ts';

const ACCOUNT = '489157521585';

function world(): { rig: Rig; root: Keys; last: () => CloudTrailRecord } {
  const rig = new Rig();
  const root = rig.account(ACCOUNT);
  const last = (): CloudTrailRecord => {
    const record = rig.cloud.takeRecords().at(-1);
    if (record === undefined) throw new Error('nothing was recorded');
    return record;
  };
  return { rig, root, last };
}

describe('a record', () => {
  it('omits parameters beyond 100 KB: a policy padded with blanks, which IAM does not count, hides its content', () => {
    const { rig, root, last } = world();
    const PolicyDocument = JSON.stringify(allow('*')).replace('{', `{${' '.repeat(103_000)}`);
    rig.iam(root, 'CreatePolicy', { PolicyName: 'padded', PolicyDocument });
    const { eventName, requestParameters, responseElements } = last();
    expect(eventName).toBe('CreatePolicy');
    expect(requestParameters).toEqual({
      reason: 'requestParameters too large',
      omitted: true,
      originalSize: expect.any(Number),
    });
    expect(responseElements).toMatchObject({ policy: { policyName: 'padded' } });
  });

  it('keeps parameters of up to 100 KB', () => {
    const { rig, root, last } = world();
    const PolicyDocument = JSON.stringify(allow('*')).replace('{', `{${' '.repeat(102_000)}`);
    rig.iam(root, 'CreatePolicy', { PolicyName: 'padded', PolicyDocument });
    expect(last().requestParameters).toMatchObject({ policyDocument: PolicyDocument });
  });

  it('truncates the user agent at 1 KB', () => {
    const { rig, root, last } = world();
    rig.call(root, 'iam', 'ListUsers', {}, { userAgent: 'x'.repeat(60_000) });
    expect(last().userAgent).toBe('x'.repeat(1_024));
  });

  it('truncates the error message at 1 KB', () => {
    const { rig, root, last } = world();
    const user = rig.user(root, 'nobody');
    rig.refusal(user, 'iam', 'GetRole', { RoleName: 'r'.repeat(2_000) });
    expect(last().errorMessage).toHaveLength(1_024);
  });
});

it('texts are cut between characters', () => {
  expect(truncated('a'.repeat(1_024))).toHaveLength(1_024);
  expect(truncated(`${'a'.repeat(1_022)}é!`)).toBe(`${'a'.repeat(1_022)}é`);
  expect(truncated(`${'a'.repeat(1_022)}😀`)).toBe('a'.repeat(1_022));
  expect(truncated('\ud800'.repeat(2_000)).length).toBeLessThanOrEqual(1_024);
});

it('content is measured in bytes', () => {
  const fits = JSON.stringify('é'.repeat(51_199));
  expect(fitting('responseElements', fits)).toBe(fits);
  expect(JSON.parse(fitting('responseElements', JSON.stringify('é'.repeat(51_200))))).toEqual({
    reason: 'responseElements too large',
    omitted: true,
    originalSize: 102_402,
  });
});
