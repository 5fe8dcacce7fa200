import { createHash } from 'node:crypto';
import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AwsFailure, openSeal, writeAtomically } from '../aws/index.ts';
import { Secret } from '../base/index.ts';

/** How far a rotation is. Written before what it announces is begun, or after what it tells is done. */
export interface Rotation {
  readonly stage: 'creating' | 'created' | 'stored' | 'proved' | 'deactivated' | 'refused';
  /** Key ids of the user before anything was done. */
  readonly before: readonly string[];
  readonly oldKeyId?: string;
  /** From `created` on. */
  readonly newKeyId?: string;
  readonly newSecret?: Secret;
}

export interface Journal {
  readonly file: string;
  read(): Promise<Rotation | undefined>;
  write(rotation: Rotation): Promise<void>;
  remove(): Promise<void>;
}

const STAGES: readonly Rotation['stage'][] = [
  'creating',
  'created',
  'stored',
  'proved',
  'deactivated',
  'refused',
];

/** Sealed, 0600: between creation and storage it holds the only copy of the new secret. */
export async function openJournal(directory: string, operatorArn: string): Promise<Journal> {
  const seal = await openSeal(directory);
  const name = `${createHash('sha256').update(operatorArn).digest('hex').slice(0, 32)}.rotation`;
  const file = join(directory, name);
  return {
    file,
    async read() {
      const sealed = await readFile(file, 'utf8').catch(() => undefined);
      if (sealed === undefined) return undefined;
      const text = seal.open(name, sealed);
      const rotation = text === undefined ? undefined : decode(text);
      // Not "as if missing": there may be a key at AWS whose secret only this file had.
      if (rotation === undefined)
        throw new AwsFailure({
          code: 'damaged-journal',
          message: `the journal of a rotation that broke off, ${file}, cannot be read`,
          help: `compare \`aws iam list-access-keys\` with what is in use, delete the key that nobody has, then the file`,
          retryable: false,
        });
      return rotation;
    },
    write: (rotation) =>
      writeAtomically(
        file,
        seal.seal(name, JSON.stringify({ ...rotation, newSecret: rotation.newSecret?.reveal() })),
      ),
    remove: () => unlink(file).catch(() => undefined),
  };
}

function decode(text: string): Rotation | undefined {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const get = (name: string): string | undefined => {
    const found: unknown = Reflect.get(value, name);
    return typeof found === 'string' ? found : undefined;
  };
  const stage = STAGES.find((s) => s === get('stage'));
  const before: unknown = Reflect.get(value, 'before');
  if (stage === undefined || !Array.isArray(before)) return undefined;
  const [oldKeyId, newKeyId, newSecret] = [get('oldKeyId'), get('newKeyId'), get('newSecret')];
  if (stage !== 'creating' && (newKeyId === undefined || newSecret === undefined)) return undefined;
  return {
    stage,
    before: before.map(String),
    ...(oldKeyId === undefined ? {} : { oldKeyId }),
    ...(newKeyId === undefined ? {} : { newKeyId }),
    ...(newSecret === undefined ? {} : { newSecret: new Secret(newSecret) }),
  };
}
