import type { CloudTrailRecord } from '../../trail/index.ts';

/**
 * What services do for each other behind the wire. Each port is set once, by the service that owns it, while the
 * services are made; others call it later. Ports throw AwsError for what AWS would refuse (a bucket policy that doesn't
 * let CloudTrail write, a topic policy that doesn't let CloudWatch publish) and change nothing then.
 */
export interface Ports {
  s3?: S3Port;
  logs?: LogsPort;
  metrics?: MetricsPort;
  sns?: SnsPort;
  events?: EventsPort;
  /** The wire's check of an input against the model and the documented constraints: throws ValidationError. */
  validate?: (service: string, operation: string, input: Record<string, unknown>) => void;
}

/** On whose behalf an AWS service acts: condition keys aws:SourceArn and aws:SourceAccount, principal `Service`. */
export interface ActingService {
  /** `cloudtrail.amazonaws.com` */
  readonly service: string;
  /** The trail, alarm or rule. */
  readonly sourceArn: string;
  readonly sourceAccount: string;
  /** Virtual time, ms. */
  readonly now: number;
}

export interface S3Port {
  /** Puts an object as an AWS service does: the bucket policy must allow the service. */
  put(
    by: ActingService,
    object: {
      bucket: string;
      key: string;
      body: Uint8Array;
      acl?: string;
      contentType?: string;
      contentEncoding?: string;
      /** `x-amz-meta-…` */
      metadata?: Readonly<Record<string, string>>;
    },
  ): void;
  /** Throws as `put` would (CreateTrail checks the bucket policy before it accepts the bucket). */
  checkPut(by: ActingService, object: { bucket: string; key: string; acl?: string }): void;
  /** Throws unless the bucket policy lets the service read the bucket's ACL. */
  checkAcl(by: ActingService, bucket: string): void;
  exists(bucket: string): boolean;
  /** The bytes of an object that an AWS service reads with the caller's own rights elsewhere checked; undefined: none. */
  read(bucket: string, key: string): Uint8Array | undefined;
}

export interface LogsPort {
  /** Appends events, making the stream when it is missing, and runs the metric filters. Throws ResourceNotFoundException. */
  put(target: {
    accountId: string;
    region: string;
    group: string;
    stream: string;
    events: readonly { timestamp: number; message: string }[];
    now: number;
  }): void;
  /** Whether the group exists (its ARN without the trailing `:*`). */
  has(accountId: string, region: string, group: string): boolean;
}

export interface MetricsPort {
  put(datum: {
    accountId: string;
    region: string;
    namespace: string;
    name: string;
    dimensions: Readonly<Record<string, string>>;
    value: number;
    /** How many times the value was measured; 1 by default. */
    count?: number;
    unit?: string;
    /** ms */
    at: number;
    now: number;
  }): void;
}

export interface SnsPort {
  /** Publishes as an AWS service: the topic policy must allow it. Answers the message id. */
  publish(
    by: ActingService,
    message: {
      topicArn: string;
      subject?: string;
      message: string;
      attributes?: Readonly<Record<string, string>>;
    },
  ): string;
}

export interface EventsPort {
  /** An event of an AWS service to an account's default bus. */
  put(target: {
    accountId: string;
    region: string;
    source: string;
    detailType: string;
    detail: unknown;
    resources?: readonly string[];
    now: number;
  }): void;
  /** A record that a trail logs, to the default bus of the account and region that it was recorded in. */
  record(record: CloudTrailRecord): void;
}
