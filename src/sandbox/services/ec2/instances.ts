import type * as ec2 from '@aws-sdk/client-ec2';
import { AwsError, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { checkDryRun } from './dry-run.ts';
import { filtered } from './filters.ts';
import type { Instance, Network } from './networks.ts';

const codes = { running: 16, 'shutting-down': 32, terminated: 48 } as const;
const state = (name: keyof typeof codes): ec2.InstanceState => ({ Code: codes[name], Name: name });

/** Instances by id, in the order asked for; EC2 tells malformed ids from unknown ones. */
function byId(network: Network, ids: readonly string[]): Instance[] {
  for (const id of ids) {
    if (!/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
      throw new AwsError('InvalidInstanceID.Malformed', `Invalid id: "${id}"`);
    }
  }
  const missing = ids.filter((id) => !network.instances.has(id));
  if (missing.length > 0) {
    const what = missing.length === 1 ? `ID '${missing[0]}' does` : `IDs '${missing.join(', ')}' do`;
    throw new AwsError('InvalidInstanceID.NotFound', `The instance ${what} not exist`);
  }
  return ids.flatMap((id) => network.instances.get(id) ?? []);
}

const itemSet = (ids: readonly string[] | undefined) =>
  ids?.length ? { items: ids.map((instanceId) => ({ instanceId })) } : {};

export const instanceOperations = ({ networks }: World): readonly Operation[] => [
  operation<ec2.DescribeInstancesRequest, ec2.DescribeInstancesResult>({
    name: 'DescribeInstances',
    readOnly: true,
    authorize: () => [{ action: 'ec2:DescribeInstances', resource: '*' }],
    handle: (input, { caller, region, now }) => {
      checkDryRun(input);
      const network = networks.of(caller.accountId, region, now);
      const asked = input.InstanceIds?.length
        ? byId(network, input.InstanceIds)
        : [...network.instances.values()];
      const items = filtered(asked, input.Filters, {
        'instance-id': ({ id }) => id,
        'instance-state-name': (instance) => instance.state,
        'vpc-id': () => network.vpcId,
        'subnet-id': ({ subnetId }) => subnetId,
        'private-ip-address': ({ privateIp }) => privateIp,
      });
      return {
        Reservations: items.map((instance) => ({
          ReservationId: instance.id.replace(/^i-/, 'r-'),
          OwnerId: caller.accountId,
          Groups: [],
          Instances: [
            {
              InstanceId: instance.id,
              ImageId: 'ami-00000000000000000',
              InstanceType: 't3.micro',
              State: state(instance.state),
              LaunchTime: new Date(instance.launchedAt),
              Placement: { AvailabilityZone: `${region}a`, Tenancy: 'default' },
              ...(instance.state === 'running' && {
                VpcId: network.vpcId,
                SubnetId: instance.subnetId,
                PrivateIpAddress: instance.privateIp,
              }),
              Tags: [{ Key: 'Name', Value: 'example' }],
            },
          ],
        })),
      };
    },
    trail: ({ InstanceIds }) => ({
      requestParameters: { instancesSet: itemSet(InstanceIds), filterSet: {} },
      responseElements: null,
    }),
  }),
  operation<ec2.TerminateInstancesRequest, ec2.TerminateInstancesResult>({
    name: 'TerminateInstances',
    readOnly: false,
    authorize: ({ InstanceIds }, { caller, region }) =>
      InstanceIds.map((id) => ({
        action: 'ec2:TerminateInstances',
        resource: `arn:aws:ec2:${region}:${caller.accountId}:instance/${id}`,
      })),
    handle: (input, { caller, region, now }) => {
      checkDryRun(input);
      const instances = byId(networks.of(caller.accountId, region, now), input.InstanceIds);
      return {
        TerminatingInstances: instances.map((instance) => {
          const before = instance.state;
          instance.state = 'terminated';
          return {
            InstanceId: instance.id,
            PreviousState: state(before),
            // Ours end at once; AWS's answer to the first request is "shutting-down".
            CurrentState: state(before === 'running' ? 'shutting-down' : 'terminated'),
          };
        }),
      };
    },
    trail: ({ InstanceIds }, output) => ({
      requestParameters: { instancesSet: itemSet(InstanceIds) },
      responseElements: output && {
        instancesSet: {
          items: output.TerminatingInstances?.map(({ InstanceId, CurrentState, PreviousState }) => ({
            instanceId: InstanceId,
            currentState: { code: CurrentState?.Code, name: CurrentState?.Name },
            previousState: { code: PreviousState?.Code, name: PreviousState?.Name },
          })),
        },
      },
    }),
  }),
];
