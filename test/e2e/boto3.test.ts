import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, SandboxControl, startSandbox } from '../../src/sandbox/index.ts';
import { command, root } from './tools.ts';

const present = spawnSync('python3', ['-c', 'import boto3']).status === 0;
if (!present) process.stderr.write('not on this machine, so its tests are not run: boto3\n');

const MINE = '111111111111';
const OTHER = '222222222222';

describe.runIf(present)('boto3, a tour of everything', () => {
  let sandbox: RunningSandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  it('works where AWS would let it, and is refused in the words of AWS where not', async () => {
    const control = new SandboxControl(sandbox.url);
    const mine = await control.createAccount(MINE);
    const other = await control.createAccount(OTHER);
    const script = join(import.meta.dirname, 'fixtures', 'boto3_tour.py');
    const run = await command('python3', [script, OTHER, other.accessKeyId, other.secretAccessKey], {
      cwd: root,
      env: {
        AWS_ENDPOINT_URL: sandbox.url,
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: mine.accessKeyId,
        AWS_SECRET_ACCESS_KEY: mine.secretAccessKey,
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
    expect(run.code, run.stderr).toBe(0);
    expect(JSON.parse(run.stdout)).toEqual({
      account: MINE,
      qr: '89504e47',
      without_mfa: 'AccessDenied',
      wrong_external_id: 'AccessDenied',
      inside: `arn:aws:sts::${OTHER}:assumed-role/reader/py`,
      write_inside: 'AccessDenied',
      pages: true,
      object: 5000,
      listed: ['a/b c+d.txt'],
      bucket_of_others: 'AccessDenied',
      presigned: 5000,
      trail_without_policy: 'InsufficientS3BucketPolicyException',
      logging: true,
      looked_up: true,
      filtered: 2,
      metrics: ['Errors'],
      alarms: ['errors'],
      no_such_topic: 'NotFound',
      bad_pattern: 'InvalidEventPatternException',
      no_organization: 'AWSOrganizationsNotInUseException',
      members: [MINE],
      without_capability: 'InsufficientCapabilitiesException',
      stack: true,
      stack_sets: ['everywhere'],
      not_served: 'NotImplementedException',
    });
  });
});
