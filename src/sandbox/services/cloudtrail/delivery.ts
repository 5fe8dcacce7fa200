import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Random } from '../../../base/index.ts';
import { type CloudTrailRecord, logFileKey } from '../../../trail/index.ts';
import { AwsError } from '../../types.ts';
import { structureOf } from '../organizations/structure.ts';
import type { RecordHead } from '../record/log.ts';
import type { World } from '../world.ts';
import { acting, assumeLogsRole, authorizeLogs, logGroupOf, streamOf } from './checks.ts';
import { selects } from './selectors.ts';
import { type Batch, type Chain, type Trail, trailsOf } from './state.ts';

/** "CloudTrail publishes log files about every five minutes." ms */
const WINDOW_MS = 5 * 60_000;
/** Records that are delivered before their time: what waits costs memory. */
const MOST_WAITING = 4_000;
/** Of a trail whose bucket refuses: AWS keeps trying for 30 days, we as long as memory allows. */
const MOST_KEPT = 20_000;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const unique = (random: Random): string =>
  Array.from(random.bytes(16), (byte) => alphabet[byte % alphabet.length]).join('');

/** Records to trails, trails to buckets, log groups and topics. */
export class TrailDelivery {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    world.trail.listen(
      (record) => this.#take(record),
      (head) => this.#wanted(head),
    );
    world.trail.listenData((record) => this.#take(record));
    world.timers.handle<string>('cloudtrail.deliver', (arn, due, now) => {
      const trail = trailsOf(world).trails.get(arn);
      if (trail === undefined || trail.due !== due) return;
      delete trail.due;
      this.deliver(trail, due);
      // After a leap in time the next attempt is after now, not one for each five minutes that were leapt over.
      if (trail.pending.size > 0) this.#arm(trail, Math.max(due, now));
    });
  }

  #wanted({ account }: RecordHead): boolean {
    const { trails, closing } = trailsOf(this.#world);
    if (trails.size + closing.length === 0) return false;
    for (const trail of trails.values()) if (this.#serves(trail, account)) return true;
    return closing.some((trail) => this.#serves(trail, account));
  }

  #serves(trail: Trail, account: string): boolean {
    if (trail.accountId === account) return true;
    if (trail.organizationId === undefined) return false;
    return structureOf(this.#world).organizationOf(account) === trail.organizationId;
  }

  #take(record: CloudTrailRecord): void {
    const { trails, closing } = trailsOf(this.#world);
    let text: string | undefined;
    const now = Date.parse(record.eventTime);
    const add = (trail: Trail): void => {
      text ??= JSON.stringify(record);
      this.#add(trail, record, text);
    };
    let logged = false;
    for (const trail of trails.values()) {
      if (!takes(trail, record) || !this.#serves(trail, record.recipientAccountId)) continue;
      logged = true;
      add(trail);
      if (waiting(trail) >= MOST_WAITING && trail.status.deliveryError === undefined)
        this.deliver(trail, now);
      else this.#arm(trail, now);
    }
    for (const trail of closing.filter(({ lastChange }) => lastChange === record.requestID)) {
      closing.splice(closing.indexOf(trail), 1);
      add(trail);
      this.deliver(trail, now);
    }
    if (logged) this.#world.ports.events?.record(record);
  }

  #add(trail: Trail, record: CloudTrailRecord, text: string): void {
    const { recipientAccountId: account, awsRegion: region, eventTime } = record;
    const key = `${account}/${region}`;
    const batch = trail.pending.get(key);
    if (batch === undefined) {
      trail.pending.set(key, {
        account,
        region,
        texts: [text],
        logged: 0,
        oldest: eventTime,
        newest: eventTime,
      });
      return;
    }
    batch.texts.push(text);
    const surplus = batch.texts.length - MOST_KEPT;
    if (surplus > 0) {
      batch.texts.splice(0, surplus);
      batch.logged = Math.max(0, batch.logged - surplus);
    }
    if (eventTime < batch.oldest) batch.oldest = eventTime;
    if (eventTime > batch.newest) batch.newest = eventTime;
  }

  /** A delivery at the end of the present five minutes, unless one is due by then. */
  #arm(trail: Trail, now: number): void {
    const due = (Math.floor(now / WINDOW_MS) + 1) * WINDOW_MS;
    // A clock that went back leaves a delivery far ahead behind.
    if (trail.due !== undefined && trail.due <= due) return;
    this.#world.timers.cancel<string>('cloudtrail.deliver', (arn) => arn === trail.arn);
    trail.due = due;
    this.#world.timers.at(due, 'cloudtrail.deliver', trail.arn);
  }

  /** Writes what waits; the keys of the new files. What the bucket refuses waits on. */
  deliver(trail: Trail, now: number): readonly string[] {
    const keys: string[] = [];
    for (const [name, batch] of [...trail.pending]) {
      const key = this.#write(trail, batch, now);
      if (key === undefined) continue;
      trail.pending.delete(name);
      keys.push(key);
    }
    if (keys.length > 0) this.#notify(trail, keys, now);
    return keys;
  }

  #write(trail: Trail, batch: Batch, now: number): string | undefined {
    const { account, region, texts, newest, oldest } = batch;
    const { status } = trail;
    this.#toLogs(trail, batch, now);
    const key = logFileKey({
      account,
      region,
      time: now,
      unique: unique(this.#world.store.random),
      ...(trail.prefix !== undefined && { prefix: trail.prefix }),
      ...(trail.organizationId !== undefined && { organizationId: trail.organizationId }),
    });
    const content = `{"Records":[${texts.join(',')}]}`;
    status.attemptedAt = now;
    try {
      this.#world.ports.s3?.put(acting(trail, now), {
        bucket: trail.bucket,
        key,
        body: gzipSync(content, { level: 1 }),
        acl: 'bucket-owner-full-control',
        contentType: 'application/json',
        contentEncoding: 'gzip',
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      status.deliveryError = error.code;
      return undefined;
    }
    status.deliveredAt = now;
    delete status.deliveryError;
    if (trail.validation) {
      chainOf(trail, account, region, now).files.push({
        s3Bucket: trail.bucket,
        s3Object: key,
        hashValue: createHash('sha256').update(content).digest('hex'),
        hashAlgorithm: 'SHA-256',
        newestEventTime: newest,
        oldestEventTime: oldest,
      });
    }
    return key;
  }

  #toLogs(trail: Trail, batch: Batch, now: number): void {
    const group = logGroupOf(trail.logGroupArn ?? '');
    const fresh = batch.texts.slice(batch.logged);
    if (group === undefined || fresh.length === 0) return;
    batch.logged = batch.texts.length;
    const stream = streamOf(trail, batch.account);
    try {
      assumeLogsRole(this.#world, trail, now);
      authorizeLogs(this.#world, trail, now, stream);
      this.#world.ports.logs?.put({
        accountId: group.account,
        region: group.region,
        group: group.name,
        stream,
        events: fresh.map((message) => ({ timestamp: timeOf(message), message })),
        now,
      });
      trail.status.logsAt = now;
      delete trail.status.logsError;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      trail.status.logsError = error.code;
    }
  }

  #notify(trail: Trail, keys: readonly string[], now: number): void {
    if (trail.topicArn === undefined) return;
    trail.status.notificationAttemptedAt = now;
    try {
      this.#world.ports.sns?.publish(acting(trail, now), {
        topicArn: trail.topicArn,
        message: JSON.stringify({ s3Bucket: trail.bucket, s3ObjectKey: keys }),
      });
      trail.status.notifiedAt = now;
      delete trail.status.notificationError;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      trail.status.notificationError = error.code;
    }
  }
}

/** Without parsing the record again: eventTime stands where the recorder writes it. */
const timeOf = (text: string): number => {
  const at = text.indexOf('"eventTime":"');
  return Date.parse(text.slice(at + 13, text.indexOf('"', at + 13)));
};

const waiting = ({ pending }: Trail): number => {
  let count = 0;
  for (const { texts } of pending.values()) count += texts.length;
  return count;
};

/**
 * IAM, STS's global endpoint, Organizations and CloudFront happen in us-east-1; a trail takes them with
 * IncludeGlobalServiceEvents only. unverified: which services AWS counts; STS calls in us-east-1 are taken for global.
 */
const globalSources = new Set(['iam.amazonaws.com', 'sts.amazonaws.com', 'organizations.amazonaws.com']);

function takes(trail: Trail, record: CloudTrailRecord): boolean {
  const last = trail.lastChange !== undefined && trail.lastChange === record.requestID;
  if (!trail.logging && !last) return false;
  if (!trail.multiRegion && trail.homeRegion !== record.awsRegion) return false;
  const global = record.awsRegion === 'us-east-1' && globalSources.has(record.eventSource);
  if (global && !trail.globalEvents) return false;
  return last || selects(trail, record);
}

export function chainOf(trail: Trail, account: string, region: string, now: number): Chain {
  const key = `${account}/${region}`;
  const known = trail.chains.get(key);
  if (known !== undefined) return known;
  const chain: Chain = { account, region, from: trail.startedAt ?? now, files: [] };
  trail.chains.set(key, chain);
  return chain;
}
