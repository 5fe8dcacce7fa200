import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliWorld, cliWorld, hasCli, policy, type Shell } from './aws-cli-tools.ts';

const ME = '111111111111';
const BUCKET = 'records-of-everything';

describe.runIf(hasCli)('the AWS CLI on buckets and trails', () => {
  let world: CliWorld;
  let aws: Shell;
  let other: Shell;
  beforeAll(async () => {
    world = await cliWorld();
    aws = await world.root(ME);
    other = await world.root('222222222222');
  });
  afterAll(() => world.close());

  it('moves files to a bucket and back', async () => {
    await aws.text('s3 mb s3://my-files');
    expect(await other.refused('s3api create-bucket --bucket my-files')).toBe('BucketAlreadyExists');
    const big = Buffer.alloc(9 * 1024 * 1024, 'large ');
    writeFileSync(join(world.folder, 'big.bin'), big);
    await aws.text('s3 cp big.bin s3://my-files/deep/big.bin --no-progress');
    await aws.text('s3 cp s3://my-files/deep/big.bin back.bin --no-progress');
    expect(readFileSync(join(world.folder, 'back.bin')).equals(big)).toBe(true);
    writeFileSync(join(world.folder, 'a b+c.txt'), 'small');
    await aws.text('s3 cp', 'a b+c.txt', 's3://my-files/deep/a b+c.txt', '--no-progress');
    await aws.text('s3 cp', 's3://my-files/deep/a b+c.txt', 's3://my-files/copy.txt', '--no-progress');
    expect(await aws.text('s3 ls s3://my-files --recursive')).toMatch(
      /5 copy\.txt\n.*5 deep\/a b\+c\.txt\n.*9437184 deep\/big\.bin\n/,
    );
    const page = await aws.ok('s3api list-objects-v2 --bucket my-files --page-size 1 --max-items 2');
    expect(page.Contents).toHaveLength(2);
    const rest = await aws.ok(`s3api list-objects-v2 --bucket my-files --starting-token ${page.NextToken}`);
    expect(rest.Contents.map(({ Key }: { Key: string }) => Key)).toEqual(['deep/big.bin']);
    expect(await other.refused('s3api get-object --bucket my-files --key copy.txt x')).toBe('AccessDenied');
  });

  it('signs an address that anybody may open for a minute', async () => {
    const config = join(world.folder, 'config');
    writeFileSync(config, '[default]\ns3 =\n  signature_version = s3v4\n');
    const signing = aws.with({ AWS_CONFIG_FILE: config });
    const url = (await signing.text('s3 presign s3://my-files/copy.txt --expires-in 60')).trim();
    expect(await (await fetch(url)).text()).toBe('small');
    await world.control.advance(90);
    expect((await fetch(url)).status).toBe(403);
  });

  it('keeps versions, closes itself to the public, and goes when it is empty', async () => {
    await aws.ok('s3api put-bucket-versioning --bucket my-files --versioning-configuration Status=Enabled');
    writeFileSync(join(world.folder, 'two.txt'), 'second');
    await aws.text('s3 cp two.txt s3://my-files/copy.txt --no-progress');
    await aws.text('s3 rm s3://my-files/copy.txt');
    expect(await aws.refused('s3api get-object --bucket my-files --key copy.txt x')).toBe('NoSuchKey');
    const listed = await aws.ok('s3api list-object-versions --bucket my-files --prefix copy --page-size 1');
    expect(listed).toMatchObject({ Versions: [{}, {}], DeleteMarkers: [{ IsLatest: true }] });

    const open = policy({
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::my-files/*',
    });
    expect(await aws.refused('s3api put-bucket-policy --bucket my-files --policy', open)).toBe(
      'AccessDenied',
    );
    await aws.ok('s3api delete-public-access-block --bucket my-files');
    await aws.ok('s3api put-bucket-policy --bucket my-files --policy', open);
    const status = await aws.ok('s3api get-bucket-policy-status --bucket my-files');
    expect(status.PolicyStatus.IsPublic).toBe(true);
    const read = 's3api get-object --bucket my-files --key deep/big.bin stolen';
    await other.ok(read);
    await aws.ok(
      's3api put-public-access-block --bucket my-files --public-access-block-configuration RestrictPublicBuckets=true',
    );
    expect(await other.refused(read)).toBe('AccessDenied');

    expect(await aws.refused('s3api delete-bucket --bucket my-files')).toBe('BucketNotEmpty');
    await aws.text('s3 mb s3://short-lived');
    await aws.text('s3 cp two.txt s3://short-lived/ --no-progress');
    await aws.text('s3 rb s3://short-lived --force');
    expect(await aws.text('s3 ls')).not.toContain('short-lived');
  });

  it('delivers records to a bucket, and tells when somebody changed them there', async () => {
    const create = `cloudtrail create-trail --name main --s3-bucket-name ${BUCKET} --is-multi-region-trail --enable-log-file-validation`;
    expect(await aws.refused(create)).toBe('S3BucketDoesNotExistException');
    await aws.text(`s3 mb s3://${BUCKET}`);
    expect(await aws.refused(create)).toBe('InsufficientS3BucketPolicyException');
    const service = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' } };
    await aws.ok(
      `s3api put-bucket-policy --bucket ${BUCKET} --policy`,
      policy(
        { ...service, Action: 's3:GetBucketAcl', Resource: `arn:aws:s3:::${BUCKET}` },
        { ...service, Action: 's3:PutObject', Resource: `arn:aws:s3:::${BUCKET}/AWSLogs/${ME}/*` },
      ),
    );
    const arn = (await aws.ok(create)).TrailARN;
    await aws.ok('cloudtrail start-logging --name main');
    const start = (await world.control.now()).toISOString();
    await aws.ok(
      'cloudtrail put-event-selectors --trail-name main --event-selectors',
      JSON.stringify([
        {
          ReadWriteType: 'All',
          IncludeManagementEvents: true,
          DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::my-files/'] }],
        },
      ]),
    );
    await aws.ok('iam create-user --user-name watched');
    await aws.ok('s3api head-object --bucket my-files --key deep/big.bin');
    const found = await aws.ok(
      'cloudtrail lookup-events --max-items 1 --page-size 1 --lookup-attributes AttributeKey=EventName,AttributeValue=CreateUser',
    );
    expect(JSON.parse(found.Events[0].CloudTrailEvent).requestParameters.userName).toBe('watched');
    expect(await aws.refused('cloudtrail start-logging --name absent')).toBe('TrailNotFoundException');

    // A digest comes with each hour, and the CLI signs by its own clock: there and back again.
    const now = await world.control.now();
    const end = (await world.control.advance(70 * 60)).toISOString();
    await world.control.flush();
    await world.control.setTime(now);
    const validate = `cloudtrail validate-logs --trail-arn ${arn} --start-time ${start} --end-time ${end} --verbose`;
    const valid = await aws.text(validate);
    expect(valid).toMatch(/(\d+)\/\1 digest files valid\s+(\d+)\/\2 log files valid/);
    const file = /Log file\s+s3:\/\/(\S+\.json\.gz)/.exec(valid)?.[1];
    await aws.text(`s3 cp two.txt s3://${file} --no-progress`);
    expect(await aws.complaint(validate)).toMatch(/log files valid, 1\/\d+ log files INVALID/);
  });
});
