import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { isoSeconds } from '../../../base/index.ts';
import { AwsError } from '../../types.ts';
import type { World } from '../world.ts';
import { acting, folderOf } from './checks.ts';
import { chainOf } from './delivery.ts';
import { type Chain, type SigningKey, type Trail, trailsOf } from './state.ts';

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
/** Empty digests that are made up for after a leap in time; before them one digest covers the rest. */
const MOST_MISSED = 24;

/** Hourly digests, each signed and naming the one before, so that no log file can be changed or taken away unseen. */
export class Digests {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    world.timers.handle<string>('cloudtrail.digest', (arn, due, now) => {
      const trail = trailsOf(world).trails.get(arn);
      if (trail === undefined || trail.digestDue !== due) return;
      delete trail.digestDue;
      this.write(trail, due);
      if (!trail.logging || !trail.validation) return;
      const missed = Math.floor((now - due) / HOUR);
      this.#arm(trail, due + HOUR * Math.max(1, missed - MOST_MISSED));
    });
    world.timers.whenSetBack((now) => {
      for (const trail of trailsOf(world).trails.values()) this.start(trail, now);
    });
  }

  /** Called when logging or validation begins, and when the clock was set back. */
  start(trail: Trail, now: number): void {
    if (
      !trail.logging ||
      !trail.validation ||
      (trail.digestDue !== undefined && trail.digestDue <= now + HOUR)
    )
      return;
    const home = chainOf(trail, trail.accountId, trail.homeRegion, now);
    if (home.from > now) home.from = now;
    this.#world.timers.cancel<string>('cloudtrail.digest', (arn) => arn === trail.arn);
    this.#arm(trail, now + HOUR);
  }

  /** The chain ends: what is delivered without validation can't be vouched for. */
  stop(trail: Trail): void {
    trail.chains.clear();
  }

  #arm(trail: Trail, due: number): void {
    trail.digestDue = due;
    this.#world.timers.at(due, 'cloudtrail.digest', trail.arn);
  }

  /** Writes a digest of each account and region; the keys of those that the bucket took. */
  write(trail: Trail, now: number): readonly string[] {
    return [...trail.chains.values()].flatMap((chain) => {
      if (!trail.logging && chain.files.length === 0) return [];
      const key = this.#one(trail, chain, now);
      return key === undefined ? [] : [key];
    });
  }

  #one(trail: Trail, chain: Chain, now: number): string | undefined {
    const { bucket } = trail;
    const { previous, files } = chain;
    const key = digestKey(trail, chain, now);
    const signer = signingKey(this.#world, chain.region, now);
    const end = isoSeconds(now);
    const content = JSON.stringify({
      awsAccountId: chain.account,
      digestStartTime: isoSeconds(Math.min(chain.from, now)),
      digestEndTime: end,
      digestS3Bucket: bucket,
      digestS3Object: key,
      digestPublicKeyFingerprint: signer.fingerprint,
      digestSignatureAlgorithm: 'SHA256withRSA',
      newestEventTime:
        files
          .map((file) => file.newestEventTime)
          .sort()
          .at(-1) ?? null,
      oldestEventTime: files.map((file) => file.oldestEventTime).sort()[0] ?? null,
      previousDigestS3Bucket: previous?.bucket ?? null,
      previousDigestS3Object: previous?.key ?? null,
      previousDigestHashValue: previous?.hash ?? null,
      previousDigestHashAlgorithm: previous === undefined ? null : 'SHA-256',
      previousDigestSignature: previous?.signature ?? null,
      logFiles: files,
    });
    const hash = sha256(content);
    const text = `${end}\n${bucket}/${key}\n${hash}\n${previous?.signature ?? 'null'}`;
    const signature = sign('sha256', Buffer.from(text), keyObject(signer)).toString('hex');
    try {
      this.#world.ports.s3?.put(acting(trail, now), {
        bucket,
        key,
        body: gzipSync(content),
        acl: 'bucket-owner-full-control',
        contentType: 'application/json',
        contentEncoding: 'gzip',
        metadata: { signature, 'signature-algorithm': 'SHA256withRSA' },
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      trail.status.digestError = error.code;
      return undefined;
    }
    trail.status.digestAt = now;
    delete trail.status.digestError;
    chain.previous = { bucket, key, hash, signature };
    chain.files = [];
    chain.from = now;
    return key;
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html */
function digestKey(trail: Trail, { account, region }: Chain, now: number): string {
  const iso = isoSeconds(now);
  const day = iso.slice(0, 10).replaceAll('-', '/');
  const stamp = iso.replace(/[-:]/g, '');
  return `${folderOf(trail)}${account}/CloudTrail-Digest/${region}/${day}/${account}_CloudTrail-Digest_${region}_${trail.name}_${trail.homeRegion}_${stamp}.json.gz`;
}

const keyObjects = new WeakMap<SigningKey, KeyObject>();

function keyObject(key: SigningKey): KeyObject {
  const known = keyObjects.get(key) ?? createPrivateKey(key.privateKey);
  keyObjects.set(key, known);
  return known;
}

/** "CloudTrail uses a different private/public key pair per Region." Made when it is first needed. */
function signingKey(world: World, region: string, now: number): SigningKey {
  const { keys } = trailsOf(world);
  const known = keys.get(region) ?? [];
  keys.set(region, known);
  const good = known.find(({ from, until }) => from <= now && now < until);
  if (good !== undefined) return good;
  const { privateKey, publicKey } = world.outside(() => {
    const pair = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'pkcs1', format: 'der' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    return { privateKey: pair.privateKey, publicKey: pair.publicKey.toString('base64') };
  });
  const made: SigningKey = {
    privateKey,
    publicKey,
    fingerprint: createHash('md5').update(Buffer.from(publicKey, 'base64')).digest('hex'),
    from: now - HOUR,
    until: now + YEAR,
  };
  known.push(made);
  return made;
}
