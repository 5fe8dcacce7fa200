import { randomBytes } from 'node:crypto';
import { decodeBase32, totp } from '../../base/index.ts';
import { AwsError, type Call, type Cloud } from '../types.ts';
import { lateServices, loadService } from './catalog.ts';
import { createCloud } from './index.ts';

// Rigs are made all at once, and call the cloud without the wire, which would wait for them.
await Promise.all(lateServices.map(loadService));

/** Credentials as a test holds them. */
export interface Keys {
  readonly AccessKeyId: string;
  readonly SecretAccessKey?: string;
  readonly SessionToken?: string;
}

type Answer = Record<string, unknown>;

/** A cloud with a virtual clock, called as the wire layer calls it: credentials → caller → invoke. */
export class Rig {
  now = Date.parse('2026-11-23T09:00:00Z');
  readonly cloud: Cloud;
  #calls = 0;

  constructor() {
    this.cloud = createCloud({ clock: { now: () => this.now }, random: { bytes: (n) => randomBytes(n) } });
  }

  account(id: string): Keys {
    return { AccessKeyId: this.cloud.createAccount(id).accessKeyId };
  }

  lastRequestId = '';

  call<T = Answer>(
    keys: Keys,
    service: string,
    operation: string,
    input: object = {},
    facts: Partial<Call> = {},
  ): T {
    const found = this.cloud.findCredentials(keys.AccessKeyId, keys.SessionToken, this.now);
    if (!found.ok) throw found.error;
    this.lastRequestId = `00000000-0000-4000-8000-${String(++this.#calls).padStart(12, '0')}`;
    const call: Call = {
      requestId: this.lastRequestId,
      now: this.now,
      service,
      operation,
      region: 'us-east-1',
      sourceIp: '203.0.113.9',
      userAgent: 'test',
      host: `${service}.us-east-1.amazonaws.com`,
      caller: found.caller,
      ...facts,
    };
    return this.cloud.invoke(call, { ...input }) as T;
  }

  /** The error of a call that must fail, as `Code: message`. */
  refusal(
    keys: Keys,
    service: string,
    operation: string,
    input: object = {},
    facts: Partial<Call> = {},
  ): string {
    try {
      this.call(keys, service, operation, input, facts);
    } catch (error) {
      if (error instanceof AwsError) return `${error.code}: ${error.message}`;
      throw error;
    }
    throw new Error(`${service}:${operation} was allowed`);
  }

  iam<T = Answer>(keys: Keys, operation: string, input: object = {}): T {
    return this.call<T>(keys, 'iam', operation, input);
  }

  sts<T = Answer>(keys: Keys, operation: string, input: object = {}): T {
    return this.call<T>(keys, 'sts', operation, input);
  }

  /** A user with one access key and, when given, one inline policy. */
  user(root: Keys, UserName: string, policy?: object): Keys {
    this.iam(root, 'CreateUser', { UserName });
    if (policy !== undefined) {
      this.iam(root, 'PutUserPolicy', {
        UserName,
        PolicyName: 'own',
        PolicyDocument: JSON.stringify(policy),
      });
    }
    return this.iam<{ AccessKey: Keys }>(root, 'CreateAccessKey', { UserName }).AccessKey;
  }

  /** Gives a user a virtual MFA device; the answer makes the code of the present moment. */
  mfa(root: Keys, UserName: string, name = 'pixel1'): { serial: string; code: () => string } {
    const { VirtualMFADevice: made } = this.iam<{
      VirtualMFADevice: { SerialNumber: string; Base32StringSeed: Uint8Array };
    }>(root, 'CreateVirtualMFADevice', { VirtualMFADeviceName: name });
    const seed = decodeBase32(Buffer.from(made.Base32StringSeed).toString());
    if (seed === undefined) throw new Error('the seed is no base 32');
    const code = () => totp(seed, this.now);
    const first = totp(seed, this.now - 30_000);
    this.iam(root, 'EnableMFADevice', {
      UserName,
      SerialNumber: made.SerialNumber,
      AuthenticationCode1: first,
      AuthenticationCode2: code(),
    });
    // The codes of pairing are used up.
    this.now += 30_000;
    return { serial: made.SerialNumber, code };
  }
}

export const allow = (Action: string | string[], Resource: string | string[] = '*', Condition?: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) }],
});

export const trust = (
  AWS: string | string[],
  Condition?: object,
  Action: string | string[] = 'sts:AssumeRole',
) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS }, Action, ...(Condition && { Condition }) }],
  });
