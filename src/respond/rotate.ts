import type { AccessKeyMetadata, IAMClient } from '@aws-sdk/client-iam';
import type { Operator } from '../access/index.ts';
import {
  AwsFailure,
  asFailure,
  type Connection,
  type Credentials,
  callerIdentity,
  describeAwsError,
  exclusively,
  iamClient,
  privateDirectory,
  realSleep,
  requireAccount,
} from '../aws/index.ts';
import { Secret } from '../base/index.ts';
import { type Journal, openJournal, type Rotation } from './journal.ts';
import type { RotateOptions, RotateResult, RotateStage } from './types.ts';

type Sdk = typeof import('@aws-sdk/client-iam');

/**
 * Replaces an operator's access key: create → store → prove → deactivate → see it refused → delete. Killed anywhere, the
 * next call goes on where this one ended; at no time is there no working key. Throws AwsFailure.
 */
export async function rotateKey(
  operator: Operator,
  connection: Connection,
  options: RotateOptions,
): Promise<RotateResult> {
  await privateDirectory(options.journalDir);
  const journal = await openJournal(options.journalDir, operator.arn);
  return exclusively(`${journal.file}.lock`, async () => {
    const sdk = await import('@aws-sdk/client-iam');
    const existing = await journal.read();
    const rotation = new Rotating(operator, connection, options, journal, sdk);
    try {
      const begun = existing ?? (await rotation.begin());
      return await rotation.run(begun, existing !== undefined);
    } catch (error) {
      throw asFailure(error, connection.target);
    }
  });
}

const PAUSES = [1, 2, 4, 8, 16];

class Rotating {
  readonly #operator: Operator;
  readonly #connection: Connection;
  readonly #options: RotateOptions;
  readonly #journal: Journal;
  readonly #sdk: Sdk;
  readonly #stages: RotateStage[] = [];

  constructor(
    operator: Operator,
    connection: Connection,
    options: RotateOptions,
    journal: Journal,
    sdk: Sdk,
  ) {
    this.#operator = operator;
    this.#connection = connection;
    this.#options = options;
    this.#journal = journal;
    this.#sdk = sdk;
  }

  async begin(): Promise<Rotation> {
    await requireAccount(this.#connection, this.#operator.account.id);
    const keys = await this.#keys(this.#connection.credentials);
    const inactive = keys.filter((key) => key.Status === 'Inactive');
    if (keys.length > 1) {
      if (inactive.length !== 1 || this.#options.replaceInactive !== true)
        throw new AwsFailure({
          code: 'two-keys',
          message: `${this.#operator.name} has two access keys already: ${keys.map((k) => `${k.AccessKeyId} (${k.Status})`).join(', ')}`,
          help: 'AWS allows no third: delete the one that is not in use, or replace an inactive one with --replace-inactive',
          retryable: false,
        });
    }
    const remaining = keys.filter((key) => keys.length === 1 || key !== inactive[0]);
    const oldKeyId = remaining[0]?.AccessKeyId;
    const { oldKeyId: expected } = this.#options;
    if (expected !== undefined && expected !== oldKeyId)
      throw new AwsFailure({
        code: 'no-such-key',
        message: `${this.#operator.name} has no access key ${expected} that could be replaced`,
        retryable: false,
      });
    if (keys.length > 1) await this.#delete(this.#connection.credentials, inactive[0]?.AccessKeyId);
    const before = remaining.flatMap((key) => key.AccessKeyId ?? []);
    const rotation: Rotation = { stage: 'creating', before, ...(oldKeyId === undefined ? {} : { oldKeyId }) };
    await this.#journal.write(rotation);
    return rotation;
  }

  async run(begun: Rotation, resumed: boolean): Promise<RotateResult> {
    let at = begun.stage === 'creating' ? await this.#create(begun, resumed) : begun;
    const { newKeyId, newSecret, oldKeyId } = at;
    if (newKeyId === undefined || newSecret === undefined)
      throw new Error('a created key has an id and a secret');
    const fresh: Credentials = { accessKeyId: newKeyId, secretAccessKey: newSecret };
    const reached = async (stage: Rotation['stage'], done: RotateStage) => {
      this.#stages.push(done);
      at = { ...at, stage };
      await this.#journal.write(at);
    };

    if (at.stage === 'created') {
      this.#say(`storing the new key ${newKeyId}`);
      await this.#options.store({
        operatorArn: this.#operator.arn,
        accessKeyId: newKeyId,
        secretAccessKey: newSecret,
      });
      await reached('stored', 'store');
    }
    if (at.stage === 'stored') {
      await this.#prove(fresh);
      await reached('proved', 'prove');
    }
    let proof: RotateResult['proof'] = 'none';
    if (oldKeyId !== undefined) {
      // Who rotates their own key goes on with the new one, or they would lock themselves out half way.
      const own = this.#connection.credentials.accessKeyId === oldKeyId;
      const credentials = own ? fresh : this.#connection.credentials;
      if (at.stage === 'proved') {
        this.#say(`deactivating the old key ${oldKeyId}`);
        await this.#deactivate(credentials, oldKeyId);
        await reached('deactivated', 'deactivate');
      }
      proof = await this.#refused(credentials, oldKeyId);
      if (at.stage === 'deactivated') await reached('refused', 'refused');
      if (this.#options.keepInactive !== true) {
        await this.#delete(credentials, oldKeyId);
        this.#stages.push('delete');
      }
    }
    await this.#journal.remove();
    return {
      operatorArn: this.#operator.arn,
      newKeyId,
      ...(oldKeyId === undefined ? {} : { oldKeyId }),
      stages: this.#stages,
      resumed,
      oldKey: oldKeyId === undefined ? 'none' : this.#options.keepInactive === true ? 'inactive' : 'deleted',
      proof,
    };
  }

  async #create(rotation: Rotation, resumed: boolean): Promise<Rotation> {
    const { credentials } = this.#connection;
    // Broken off between AWS's creating the key and our writing it down: nobody has its secret.
    if (resumed) await this.#deleteLost(rotation.before);
    this.#say(`creating a new key for ${this.#operator.name}`);
    const { AccessKey } = await this.#with(credentials, (iam) =>
      iam.send(new this.#sdk.CreateAccessKeyCommand({ UserName: this.#operator.name })),
    );
    if (!AccessKey?.AccessKeyId || !AccessKey.SecretAccessKey)
      throw new Error('CreateAccessKey answered without a key');
    const created: Rotation = {
      ...rotation,
      stage: 'created',
      newKeyId: AccessKey.AccessKeyId,
      newSecret: new Secret(AccessKey.SecretAccessKey),
    };
    await this.#journal.write(created);
    // An answer lost on the way makes the SDK ask again, and the first key is nobody's.
    await this.#deleteLost([...rotation.before, AccessKey.AccessKeyId]);
    this.#stages.push('create');
    return created;
  }

  async #deleteLost(known: readonly string[]): Promise<void> {
    const { credentials } = this.#connection;
    for (const { AccessKeyId } of await this.#keys(credentials))
      if (AccessKeyId !== undefined && !known.includes(AccessKeyId)) {
        this.#say(`deleting ${AccessKeyId}, whose secret was lost on the way`);
        await this.#delete(credentials, AccessKeyId);
      }
  }

  async #prove(credentials: Credentials): Promise<void> {
    this.#say('proving that the new key works');
    await this.#until(async () => {
      const { arn } = await callerIdentity({ target: this.#connection.target, credentials });
      if (arn !== this.#operator.arn) throw new Error(`the new key belongs to ${arn}`);
      return true;
    }, 'InvalidClientTokenId');
  }

  /** Over the wire when the old secret is at hand, else by reading the key's status back. */
  async #refused(credentials: Credentials, oldKeyId: string): Promise<RotateResult['proof']> {
    const { target } = this.#connection;
    const known = [this.#options.oldCredentials, this.#connection.credentials];
    const old = known.find((c) => c?.accessKeyId === oldKeyId);
    if (old !== undefined) {
      const refused = await this.#until(async () => {
        try {
          await callerIdentity({ target, credentials: old });
          return false;
        } catch (error) {
          if (describeAwsError(error).code !== 'InvalidClientTokenId') throw error;
          return true;
        }
      });
      if (refused) return 'refused-over-the-wire';
      throw new AwsFailure({
        code: 'still-alive',
        message: `AWS still takes the old key ${oldKeyId}`,
        retryable: true,
      });
    }
    const key = (await this.#keys(credentials)).find((k) => k.AccessKeyId === oldKeyId);
    if (key !== undefined && key.Status !== 'Inactive')
      throw new AwsFailure({
        code: 'still-alive',
        message: `the old key ${oldKeyId} is still active`,
        retryable: true,
      });
    return 'read-back';
  }

  /** Repeats while it says false or fails with `passing`, as IAM takes its time to tell everybody. */
  async #until(attempt: () => Promise<boolean>, passing?: string): Promise<boolean> {
    for (const pause of [...PAUSES, 0]) {
      try {
        if (await attempt()) return true;
      } catch (error) {
        if (pause === 0 || describeAwsError(error).code !== passing) throw error;
      }
      if (pause > 0) await (this.#options.sleep ?? realSleep)(pause * 1_000);
    }
    return false;
  }

  #keys(credentials: Credentials): Promise<readonly AccessKeyMetadata[]> {
    const input = { UserName: this.#operator.name };
    return this.#with(credentials, async (iam) => {
      const { AccessKeyMetadata = [] } = await iam.send(new this.#sdk.ListAccessKeysCommand(input));
      return AccessKeyMetadata;
    });
  }

  async #deactivate(credentials: Credentials, AccessKeyId: string): Promise<void> {
    const input = { UserName: this.#operator.name, AccessKeyId, Status: 'Inactive' } as const;
    await this.#with(credentials, (iam) => iam.send(new this.#sdk.UpdateAccessKeyCommand(input)));
  }

  async #delete(credentials: Credentials, AccessKeyId: string | undefined): Promise<void> {
    const input = { UserName: this.#operator.name, AccessKeyId };
    try {
      await this.#with(credentials, (iam) => iam.send(new this.#sdk.DeleteAccessKeyCommand(input)));
    } catch (error) {
      if (describeAwsError(error).code !== 'NoSuchEntity') throw error;
    }
  }

  async #with<T>(credentials: Credentials, work: (iam: IAMClient) => Promise<T>): Promise<T> {
    const iam = await iamClient(this.#connection.target, credentials);
    try {
      return await work(iam);
    } finally {
      iam.destroy();
    }
  }

  #say(message: string): void {
    this.#options.onProgress?.(message);
  }
}
