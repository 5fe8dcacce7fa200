import type * as cloudtrail from '@aws-sdk/client-cloudtrail';
import type { World } from '../world.ts';

/** Records that wait for their file: one account's, of one region. */
export interface Batch {
  readonly account: string;
  readonly region: string;
  /** JSON of each record. */
  texts: string[];
  /** How many of them the log group has had its chance at: what the bucket refuses is not told twice. */
  logged: number;
  /** eventTime of the records: `2026-11-23T03:15:00Z` */
  oldest: string;
  newest: string;
}

/** What a digest says of one log file. */
export interface DigestEntry {
  readonly s3Bucket: string;
  readonly s3Object: string;
  readonly hashValue: string;
  readonly hashAlgorithm: 'SHA-256';
  readonly newestEventTime: string;
  readonly oldestEventTime: string;
}

/** The digests of one account and region: each names the one before. */
export interface Chain {
  readonly account: string;
  readonly region: string;
  /** Where the next digest begins, ms. */
  from: number;
  files: DigestEntry[];
  previous?: {
    readonly bucket: string;
    readonly key: string;
    readonly hash: string;
    readonly signature: string;
  };
}

/** Times in ms. */
export interface Status {
  deliveredAt?: number;
  deliveryError?: string;
  attemptedAt?: number;
  notifiedAt?: number;
  notificationError?: string;
  notificationAttemptedAt?: number;
  digestAt?: number;
  digestError?: string;
  logsAt?: number;
  logsError?: string;
}

export interface Trail {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly homeRegion: string;
  bucket: string;
  prefix?: string;
  topicArn?: string;
  globalEvents: boolean;
  multiRegion: boolean;
  validation: boolean;
  logGroupArn?: string;
  logRoleArn?: string;
  /** Until when CloudTrail's session of that role lasts, ms. */
  logSessionUntil?: number;
  /** `o-…`: it takes the records of all accounts of the organization. */
  organizationId?: string;
  basic?: readonly cloudtrail.EventSelector[];
  advanced?: readonly cloudtrail.AdvancedEventSelector[];
  insights: readonly cloudtrail.InsightSelector[];
  readonly tags: Map<string, string>;
  logging: boolean;
  startedAt?: number;
  stoppedAt?: number;
  /** Request id of the last change: its record is delivered even when the change is that nothing is any more. */
  lastChange?: string;
  readonly status: Status;
  /** By account and region. */
  readonly pending: Map<string, Batch>;
  readonly chains: Map<string, Chain>;
  /** When the next files are due, ms. */
  due?: number;
  digestDue?: number;
}

/** A pair that signs the digests of one region, good for a time. */
export interface SigningKey {
  /** PKCS #8, PEM. */
  readonly privateKey: string;
  /** PKCS #1, DER, base 64. */
  readonly publicKey: string;
  readonly fingerprint: string;
  /** ms */
  readonly from: number;
  readonly until: number;
}

export interface TrailsState {
  /** By ARN. */
  readonly trails: Map<string, Trail>;
  /** Deleted ones whose last record is about to be made. */
  readonly closing: Trail[];
  /** By region. */
  readonly keys: Map<string, SigningKey[]>;
}

export const trailsOf = (world: World): TrailsState =>
  world.own<TrailsState>('cloudtrail', () => ({ trails: new Map(), closing: [], keys: new Map() }));
