import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { chmod, link, lstat, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AwsFailure } from './types.ts';

// Secrets on disk, for session/ and respond/.
//
// What the seal protects: a copy of one cache file that leaves the machine without the key beside it (a backup of a
// single file, an accidental commit, a support bundle), and any alteration of a file. What it does not protect: from
// whoever can read this user's files, since the key lies in the same directory. Only the short life of the sessions does.

/** Creates a directory for the user alone; refuses one that belongs to somebody else or is a link. */
export async function privateDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const facts = await lstat(directory);
  const uid = process.getuid?.();
  if (!facts.isDirectory() || (uid !== undefined && facts.uid !== uid))
    throw new AwsFailure({
      code: 'unsafe-directory',
      message: `${directory} is ${facts.isDirectory() ? "another user's directory" : 'no directory'}: secrets are not kept there`,
      help: 'set XDG_CACHE_HOME to a directory of your own',
      retryable: false,
    });
  if (process.platform !== 'win32' && (facts.mode & 0o077) !== 0) await chmod(directory, 0o700);
}

/**
 * Replaces a file as a whole: readers see the old or the new text, also after a power cut.
 * `mode` defaults to 0600.
 */
export async function writeAtomically(
  file: string,
  content: string | Uint8Array,
  mode = 0o600,
): Promise<void> {
  const temporary = `${file}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(temporary, 'wx', mode);
  try {
    await handle.writeFile(content);
    // The umask may have taken bits away that the caller asked for.
    await handle.chmod(mode);
    await handle.sync();
    await handle.close();
    await rename(temporary, file);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncDirectory(dirname(file));
}

async function syncDirectory(directory: string): Promise<void> {
  try {
    const handle = await open(directory, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // Windows and some network file systems cannot; the rename itself is still atomic.
  }
}

/** AES-256-GCM with a key in the same directory; `name` is bound in, so that files cannot be swapped. */
export interface Seal {
  seal(name: string, text: string): string;
  /** Undefined when the text was not sealed by us under this name. */
  open(name: string, sealed: string): string | undefined;
}

export async function openSeal(directory: string): Promise<Seal> {
  await privateDirectory(directory);
  const key = await sealKey(join(directory, 'key'));
  return {
    seal(name, text) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      cipher.setAAD(Buffer.from(name));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `v1.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}\n`;
    },
    open(name, sealed) {
      try {
        if (!sealed.startsWith('v1.')) return undefined;
        const bytes = Buffer.from(sealed.slice(3).trim(), 'base64url');
        if (bytes.length < 28) return undefined;
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
        decipher.setAAD(Buffer.from(name));
        decipher.setAuthTag(bytes.subarray(12, 28));
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}

/** Reads the key or makes it; of several processes that make it at once one wins, and all use that one. */
async function sealKey(file: string): Promise<Buffer> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const existing = await readFile(file).catch(() => undefined);
    if (existing?.length === 32) return existing;
    // A damaged key opens nothing any more: what it sealed is lost anyway.
    if (existing !== undefined) await unlink(file).catch(() => undefined);
    const temporary = `${file}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
    await writeAtomically(temporary, randomBytes(32));
    // link() fails when the name is taken, unlike rename(): it never replaces another process's key.
    await link(temporary, file).catch(() => undefined);
    await unlink(temporary).catch(() => undefined);
  }
  const key = await readFile(file);
  if (key.length !== 32) throw new Error(`${file} is not a key of 32 bytes`);
  return key;
}
