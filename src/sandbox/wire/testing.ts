import { createHash } from 'node:crypto';
import type { CloudTrailRecord } from '../../trail/index.ts';
import { startServer } from '../server.ts';
import { TrailLog } from '../services/record/log.ts';
import { AwsError, type Call, type Cloud, type CloudSettings, type LogBatch } from '../types.ts';

/** Keys that the tests' cloud knows. */
export const testKey = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

export const testSession = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYSESSIONKEY',
  sessionToken: 'FwoGZXIvYXdzEXAMPLE/token+with=specials',
};

export type Answer = (input: Record<string, unknown>, call: Call) => Record<string, unknown>;

export interface TestCloud extends Cloud {
  /** Every call that came through, in order. */
  readonly calls: { readonly call: Call; readonly input: Record<string, unknown> }[];
  readonly records: CloudTrailRecord[];
}

const user = {
  type: 'user',
  arn: 'arn:aws:iam::489157521585:user/security-admin',
  id: 'AIDACKCEVSQ6C2EXAMPLE',
  accountId: '489157521585',
} as const;

/**
 * A cloud of two keys and the given answers (`sts:GetCallerIdentity`): enough of a real Cloud to test the wire alone.
 * It echoes what came in and decides nothing.
 */
export function testCloud(answers: Readonly<Record<string, Answer>>): TestCloud {
  const calls: { call: Call; input: Record<string, unknown> }[] = [];
  const records: CloudTrailRecord[] = [];
  let settings: CloudSettings = { clockOffset: 0, sourceIps: {} };
  const accounts: { accountId: string; name?: string }[] = [];
  const caller = { principal: user, accountId: user.accountId };
  return {
    calls,
    records,
    findCredentials: (accessKeyId, token) => {
      const key = accessKeyId === testKey.accessKeyId ? testKey : testSession;
      if (
        accessKeyId !== key.accessKeyId ||
        token !== ('sessionToken' in key ? key.sessionToken : undefined)
      ) {
        const error = new AwsError(
          'InvalidClientTokenId',
          'The security token included in the request is invalid.',
          403,
        );
        return { ok: false, error };
      }
      return { ok: true, secretAccessKey: key.secretAccessKey, caller: { ...caller, accessKeyId } };
    },
    prepare: () => undefined,
    serves: (service, operation) => Object.hasOwn(answers, `${service}:${operation}`),
    invoke: (call, input) => {
      calls.push({ call, input });
      return answers[`${call.service}:${call.operation}`]?.(input, call) ?? {};
    },
    createAccount: (accountId, name) => {
      if (accounts.some((a) => a.accountId === accountId)) {
        throw new AwsError('EntityAlreadyExists', `Account ${accountId} exists.`, 409);
      }
      accounts.push(name === undefined ? { accountId } : { accountId, name });
      return testKey;
    },
    accounts: () => accounts,
    explainDenial: (id) => (id === 'known' ? { text: 'because' } : undefined),
    takeRecords: () => records.splice(0),
    takeBatches: () => batchesOf(records.splice(0)),
    tick: () => undefined,
    delivered: () => undefined,
    routes: new Map(),
    route: () => undefined,
    get settings() {
      return settings;
    },
    change: (changed) => {
      settings = { ...settings, ...changed };
    },
    save: () => ({}),
    load: () => undefined,
    replay: () => undefined,
    reset: () => {
      accounts.length = 0;
    },
  };
}

/** Records as a cloud hands them over for delivery. */
export function batchesOf(records: readonly CloudTrailRecord[]): readonly LogBatch[] {
  const trail = new TrailLog();
  for (const record of records) trail.add(record);
  return trail.takeBatches();
}

/** Deterministic bytes. */
export function testRandom(): { bytes(count: number): Uint8Array } {
  let n = 0;
  return {
    bytes: (count) => {
      n += 1;
      return createHash('sha512').update(String(n)).digest().subarray(0, count);
    },
  };
}

export const callerIdentity: Answer = (_, call) => ({
  UserId: user.id,
  Account: call.caller.accountId,
  Arn: user.arn,
});

/** A server around a test cloud, on any free port; close it in the same test. */
export async function testServer(
  answers: Readonly<Record<string, Answer>>,
  options: { trailDir?: string } = {},
) {
  const cloud = testCloud(answers);
  const sandbox = await startServer(() => cloud, options);
  return {
    cloud,
    sandbox,
    client: { endpoint: sandbox.url, region: 'eu-west-1', credentials: testKey, maxAttempts: 1 },
  };
}
