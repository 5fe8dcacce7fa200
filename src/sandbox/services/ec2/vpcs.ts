import type * as ec2 from '@aws-sdk/client-ec2';
import { AwsError, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { checkDryRun } from './dry-run.ts';
import { filtered } from './filters.ts';

/** Regions that are enabled by default: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html */
const regions = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];

export const vpcOperations = ({ networks }: World): readonly Operation[] => [
  operation<ec2.DescribeVpcsRequest, ec2.DescribeVpcsResult>({
    name: 'DescribeVpcs',
    readOnly: true,
    authorize: () => [{ action: 'ec2:DescribeVpcs', resource: '*' }],
    handle: (input, { caller, region, now }) => {
      checkDryRun(input);
      const network = networks.of(caller.accountId, region, now);
      for (const id of input.VpcIds ?? []) {
        if (id !== network.vpcId) {
          throw new AwsError('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`);
        }
      }
      const items = filtered([network], input.Filters, {
        'vpc-id': ({ vpcId }) => vpcId,
        cidr: ({ cidr }) => cidr,
        'is-default': () => 'true',
        isDefault: () => 'true',
        state: () => 'available',
        'owner-id': () => caller.accountId,
      });
      return {
        Vpcs: items.map(({ vpcId, cidr, dhcpOptionsId }) => ({
          VpcId: vpcId,
          OwnerId: caller.accountId,
          CidrBlock: cidr,
          DhcpOptionsId: dhcpOptionsId,
          InstanceTenancy: 'default',
          IsDefault: true,
          State: 'available',
        })),
      };
    },
    trail: ({ VpcIds }) => ({
      requestParameters: {
        vpcSet: VpcIds?.length ? { items: VpcIds.map((vpcId) => ({ vpcId })) } : {},
        filterSet: {},
      },
      responseElements: null,
    }),
  }),
  operation<ec2.DescribeRegionsRequest, ec2.DescribeRegionsResult>({
    name: 'DescribeRegions',
    readOnly: true,
    authorize: () => [{ action: 'ec2:DescribeRegions', resource: '*' }],
    handle: (input) => {
      checkDryRun(input);
      const asked = input.RegionNames?.length ? input.RegionNames : regions;
      const unknown = asked.find((name) => !regions.includes(name));
      if (unknown !== undefined) {
        throw new AwsError('InvalidParameterValue', `Invalid region provided: ${unknown}`);
      }
      const items = filtered(asked, input.Filters, {
        'region-name': (name) => name,
        endpoint: (name) => `ec2.${name}.amazonaws.com`,
        'opt-in-status': () => 'opt-in-not-required',
      });
      return {
        Regions: items.map((name) => ({
          RegionName: name,
          Endpoint: `ec2.${name}.amazonaws.com`,
          OptInStatus: 'opt-in-not-required',
        })),
      };
    },
    trail: ({ RegionNames }) => ({
      requestParameters: {
        regionSet: RegionNames?.length ? { items: RegionNames.map((regionName) => ({ regionName })) } : {},
      },
      responseElements: null,
    }),
  }),
];
