import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { uniqueId } from '../../state/ids.ts';
import type { Role } from '../../state/model.ts';
import { NameMap } from '../../state/names.ts';
import { Store } from '../../state/store.ts';
import { Trust } from '../../state/trust.ts';
import { AwsError, type Operation } from '../../types.ts';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import { Networks } from '../ec2/networks.ts';
import { structureOf } from '../organizations/structure.ts';
import { TrailLog } from '../record/log.ts';
import { Recorder } from '../record/recorder.ts';
import { Timers } from '../timers.ts';
import type { World } from '../world.ts';
import { assumeAsService, type ServiceAssumption } from './service-assumption.ts';

const ACCOUNT = '657654036224';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/Deployer`;
const NOW = Date.parse('2026-11-23T09:00:00Z');

let world: World;

/** The parts of a cloud around one store. */
function newWorld(): World {
  const random = { bytes: (count: number) => randomBytes(count) };
  const store = new Store({ now: () => NOW }, random);
  const trail = new TrailLog();
  const states = new Map<string, object>();
  const own = <T extends object>(name: string, fresh: () => T): T => {
    const known = states.get(name) ?? fresh();
    states.set(name, known);
    return known as T;
  };
  const operations = new Map<string, ReadonlyMap<string, Operation>>();
  const dispatcher = new Dispatcher(
    operations,
    store,
    new Recorder(store, trail),
    structureOf({ own, store }),
  );
  return {
    store,
    trail,
    networks: new Networks(new Map()),
    ports: {},
    timers: new Timers({ timers: [], next: 0 }, (error) => {
      throw error;
    }),
    routes: new Map(),
    linkedRoleUses: new Map(),
    own,
    outside: (make) => make(),
    invoke: (call, input) => dispatcher.invoke(call, input),
    authorize: (questions, call) => dispatcher.authorize(questions, call),
  };
}

function makeRole(Statement: object): void {
  const { store } = world;
  const id = uniqueId('AROA', store.random);
  const role: Role = {
    kind: 'role',
    accountId: ACCOUNT,
    name: 'Deployer',
    path: '/',
    arn: ROLE,
    id,
    createdAt: NOW,
    inline: new NameMap(),
    attached: new Set(),
    tags: new Map(),
    trust: Trust.save(JSON.stringify({ Version: '2012-10-17', Statement }), store),
    maxSessionDuration: 3_600,
    profiles: new Set(),
  };
  store.account(ACCOUNT).roles.set('Deployer', role);
  store.roles.set(id, role);
  store.generation++;
}

const trusting = (Service: string, Condition?: object) => ({
  Effect: 'Allow',
  Principal: { Service },
  Action: 'sts:AssumeRole',
  ...(Condition && { Condition }),
});

const assume = (more: Partial<ServiceAssumption> = {}) =>
  assumeAsService(world, {
    service: 'cloudformation.amazonaws.com',
    roleArn: ROLE,
    sessionName: 'AWSCloudFormation',
    now: NOW,
    sourceArn: `arn:aws:cloudformation:us-east-1:${ACCOUNT}:stack/x/1`,
    sourceAccount: ACCOUNT,
    ...more,
  });

beforeEach(() => {
  world = newWorld();
  world.store.createAccount(ACCOUNT, undefined);
  makeRole(trusting('cloudformation.amazonaws.com'));
});

describe('a service that takes on a role', () => {
  it("gets the role's session when the trust policy names it", () => {
    expect(assume()).toMatchObject({
      accountId: ACCOUNT,
      principal: {
        type: 'role-session',
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Deployer/AWSCloudFormation`,
        roleArn: ROLE,
      },
      session: { expiresAt: NOW + 3_600_000, chained: false },
    });
  });

  it('is refused by a role that trusts another service, an account, or does not exist, in the same words', () => {
    const denied = new RegExp(
      `cloudformation.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
    );
    for (const statement of [
      trusting('ec2.amazonaws.com'),
      { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' },
    ]) {
      makeRole(statement);
      expect(() => assume()).toThrow(denied);
    }
    expect(() => assume({ roleArn: `${ROLE}2` })).toThrow(AwsError);
  });

  it('is held to the resource that it acts for', () => {
    makeRole(
      trusting('cloudformation.amazonaws.com', {
        StringEquals: { 'aws:SourceAccount': ACCOUNT },
        ArnLike: { 'aws:SourceArn': `arn:aws:cloudformation:*:${ACCOUNT}:stack/x/*` },
      }),
    );
    expect(assume()).toBeDefined();
    expect(() => assume({ sourceAccount: '489157521585' })).toThrow(AwsError);
    expect(() => assume({ sourceArn: `arn:aws:cloudformation:us-east-1:${ACCOUNT}:stack/y/1` })).toThrow(
      AwsError,
    );
  });

  it("is recorded in the role's account as the service, without a secret; a refusal where it acts", () => {
    assume();
    const [record, ...more] = world.trail.take();
    expect(more).toEqual([]);
    expect(record).toMatchObject({
      eventName: 'AssumeRole',
      userIdentity: { type: 'AWSService', invokedBy: 'cloudformation.amazonaws.com' },
      sourceIPAddress: 'cloudformation.amazonaws.com',
      requestParameters: { roleArn: ROLE, roleSessionName: 'AWSCloudFormation' },
      responseElements: { credentials: { accessKeyId: expect.stringMatching(/^ASIA/) } },
      recipientAccountId: ACCOUNT,
      sharedEventID: expect.any(String),
    });
    expect(JSON.stringify(record)).not.toMatch(/secret/i);
    expect(() => assume({ roleArn: `${ROLE}2` })).toThrow(AwsError);
    expect(world.trail.take()).toMatchObject([{ errorCode: 'AccessDenied', requestParameters: null }]);
    expect(() => assume({ roleArn: `${ROLE}2`, sourceAccount: '999999999999' })).toThrow(AwsError);
    expect(world.trail.take()).toEqual([]);
  });
});
