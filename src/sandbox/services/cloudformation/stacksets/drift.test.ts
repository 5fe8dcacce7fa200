import { beforeEach, describe, expect, it } from 'vitest';
import { ADMIN, executionTrust, REGION, SetsRig, TARGETS, TEMPLATE } from './testing.ts';

let rig: SetsRig;
const [one, two, three] = TARGETS;
const named = { StackSetName: 'audit' };

beforeEach(() => {
  rig = new SetsRig();
  rig.selfManaged();
});

interface Details {
  StackSetDriftDetectionDetails: Record<string, unknown>;
}

describe('drift detection', () => {
  it('finds the accounts whose roles were changed by hand', () => {
    rig.createSet();
    rig.run('CreateStackInstances', { Accounts: [one, two], Regions: [REGION] });
    rig.iam(rig.target(two), 'UpdateAssumeRolePolicy', {
      RoleName: 'Audit',
      PolicyDocument: executionTrust(),
    });
    const id = rig.start('DetectStackSetDrift', {});
    const running = rig.cfn<{ StackSetOperation: Details }>('DescribeStackSetOperation', {
      ...named,
      OperationId: id,
    });
    expect(running.StackSetOperation.StackSetDriftDetectionDetails).toMatchObject({
      DriftDetectionStatus: 'IN_PROGRESS',
      InProgressStackInstancesCount: 2,
    });
    rig.pass(5_000);
    expect(rig.status(id)).toBe('SUCCEEDED');
    const { StackSet } = rig.cfn<{ StackSet: Details }>('DescribeStackSet', named);
    expect(StackSet.StackSetDriftDetectionDetails).toMatchObject({
      DriftStatus: 'DRIFTED',
      DriftDetectionStatus: 'COMPLETED',
      TotalStackInstancesCount: 2,
      DriftedStackInstancesCount: 1,
      InSyncStackInstancesCount: 1,
      InProgressStackInstancesCount: 0,
      FailedStackInstancesCount: 0,
    });
    expect(rig.instances({ Filters: [{ Name: 'DRIFT_STATUS', Values: 'DRIFTED' }] })).toEqual([
      `${two} CURRENT/SUCCEEDED`,
    ]);
    const drifts = (account: string, OperationId: string) => ({
      ...named,
      StackInstanceAccount: account,
      StackInstanceRegion: REGION,
      OperationId,
    });
    const { Summaries } = rig.cfn<{ Summaries: object[] }>(
      'ListStackInstanceResourceDrifts',
      drifts(two, id),
    );
    expect(Summaries).toMatchObject([
      {
        LogicalResourceId: 'Audit',
        ResourceType: 'AWS::IAM::Role',
        PhysicalResourceId: 'Audit',
        StackResourceDriftStatus: 'MODIFIED',
      },
    ]);
    expect(rig.refused('ListStackInstanceResourceDrifts', drifts(two, 'other'))).toMatch(
      /^OperationNotFoundException/,
    );
  });
});

describe('importing stacks', () => {
  const create = (account: string, StackName: string, ParameterValue: string): string =>
    rig.cfn<{ StackId: string }>(
      'CreateStack',
      {
        StackName,
        TemplateBody: TEMPLATE,
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        Parameters: [{ ParameterKey: 'ExternalId', ParameterValue }],
      },
      rig.target(account),
    ).StackId;

  it('takes them with the values that differ as overrides', () => {
    const StackIds = [create(one, 'by-hand', 'own-value'), create(two, 'by-hand', 'shared-id')];
    rig.pass(10_000);
    rig.createSet();
    const id = rig.start('ImportStacksToStackSet', { StackIds });
    rig.pass(5_000);
    expect(rig.results(id)).toEqual([`${one} SUCCEEDED`, `${two} SUCCEEDED`]);
    const { StackInstance } = rig.cfn<{ StackInstance: object }>('DescribeStackInstance', {
      ...named,
      StackInstanceAccount: one,
      StackInstanceRegion: REGION,
    });
    expect(StackInstance).toMatchObject({
      StackId: StackIds[0],
      Status: 'CURRENT',
      ParameterOverrides: [{ ParameterKey: 'ExternalId', ParameterValue: 'own-value' }],
    });
    expect(rig.refused('ImportStacksToStackSet', { ...named, StackIds: [StackIds[0]] })).toMatch(
      /already has a stack instance/,
    );
    rig.createSet({ StackSetName: 'second' });
    const { OperationId } = rig.cfn<{ OperationId: string }>('ImportStacksToStackSet', {
      StackSetName: 'second',
      StackIds,
    });
    rig.pass(5_000);
    expect(rig.status(OperationId, { StackSetName: 'second' })).toBe('FAILED');
    expect(rig.instances({ StackSetName: 'second' })[0]).toMatch(
      /INOPERABLE\/FAILED_IMPORT Stack .* already belongs to another StackSet/,
    );
  });

  it('refuses a stack of another template, or none', () => {
    rig.createSet({ TemplateBody: `# another\n${TEMPLATE}` });
    const stack = create(one, 'by-hand', 'shared-id');
    rig.pass(10_000);
    const id = rig.start('ImportStacksToStackSet', { StackIds: [stack] });
    rig.pass(5_000);
    expect(rig.results(id)[0]).toMatch(/FAILED The template of stack .* differs/);
    const none = `arn:aws:cloudformation:us-east-1:${three}:stack/none/11111111-1111-4111-8111-111111111111`;
    const second = rig.start('ImportStacksToStackSet', { StackIds: [none] });
    rig.pass(5_000);
    expect(rig.results(second)[0]).toMatch(/FAILED Stack .* does not exist/);
    expect(rig.refused('ImportStacksToStackSet', { ...named, StackIds: [`arn:${ADMIN}`] })).toMatch(
      /not a valid stack/,
    );
  });
});
