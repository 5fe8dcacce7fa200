import type * as cloudtrail from '@aws-sdk/client-cloudtrail';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Digests } from './digest.ts';
import type { Trails } from './find.ts';
import { trailStatus } from './shapes.ts';
import { trailsOf } from './state.ts';

const HOUR = 3_600_000;

export const loggingOperations = (world: World, trails: Trails, digests: Digests): readonly Operation[] => [
  operation<cloudtrail.StartLoggingRequest, cloudtrail.StartLoggingResponse>({
    name: 'StartLogging',
    readOnly: false,
    authorize: ({ Name }, call) => trails.ask('StartLogging', Name, call),
    handle: ({ Name }, call) => {
      const trail = trails.findToChange(Name, call);
      if (trail.logging) return {};
      trail.logging = true;
      trail.startedAt = call.now;
      digests.start(trail, call.now);
      return {};
    },
  }),
  operation<cloudtrail.StopLoggingRequest, cloudtrail.StopLoggingResponse>({
    name: 'StopLogging',
    readOnly: false,
    authorize: ({ Name }, call) => trails.ask('StopLogging', Name, call),
    handle: ({ Name }, call) => {
      const trail = trails.findToChange(Name, call);
      if (!trail.logging) return {};
      trail.logging = false;
      trail.stoppedAt = call.now;
      // That logging was stopped is the last thing the trail tells.
      trail.lastChange = call.requestId;
      return {};
    },
  }),
  operation<cloudtrail.GetTrailStatusRequest, cloudtrail.GetTrailStatusResponse>({
    name: 'GetTrailStatus',
    readOnly: true,
    authorize: ({ Name }, call) => trails.ask('GetTrailStatus', Name, call),
    handle: ({ Name }, call) => trailStatus(trails.find(Name, call)),
  }),
  operation<cloudtrail.ListPublicKeysRequest, cloudtrail.ListPublicKeysResponse>({
    name: 'ListPublicKeys',
    readOnly: true,
    authorize: () => [{ action: 'cloudtrail:ListPublicKeys', resource: '*' }],
    handle: ({ StartTime, EndTime }, { region, now }) => {
      const end = EndTime?.getTime() ?? now;
      const start = StartTime?.getTime() ?? end - 24 * HOUR;
      const keys = trailsOf(world).keys.get(region) ?? [];
      return {
        PublicKeyList: keys
          .filter(({ from, until }) => from <= end && until >= start)
          .map(({ publicKey, fingerprint, from, until }) => ({
            Value: Buffer.from(publicKey, 'base64'),
            ValidityStartTime: new Date(from),
            ValidityEndTime: new Date(until),
            Fingerprint: fingerprint,
          })),
      };
    },
  }),
];
