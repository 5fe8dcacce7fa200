import { join } from 'node:path';
import { exclusively } from '../../aws/index.ts';
import type { ActLog } from '../services/acts.ts';
import type { Cloud } from '../types.ts';
import { DataError } from './errors.ts';
import { Keeper } from './keeper.ts';
import { Memory } from './memory.ts';

export interface DataFolder {
  /** Reads the folder into the cloud, and keeps from then on what happens to it. Throws DataError. */
  attach(cloud: Cloud): void;
  readonly log: ActLog;
  /** Writes the whole state anew. Throws node's error. */
  snapshot(): void;
  close(): Promise<void>;
}

/** Opens a data folder for this process alone. Rejects with DataError while another process has it. */
export async function openDataFolder(dir: string): Promise<DataFolder> {
  const keeper = new Keeper(dir);
  const release = await lock(dir);
  let memory: Memory | undefined;
  const of = (): Memory => {
    if (memory === undefined) throw new Error('the data folder has no cloud yet');
    return memory;
  };
  return {
    attach: (cloud) => {
      const { state, entries } = keeper.load();
      if (state !== undefined) cloud.load(state);
      entries.forEach((entry, at) => {
        try {
          cloud.replay(entry);
        } catch (error) {
          throw new DataError(
            `${dir}: entry ${at + 1} of the journal can't be replayed: ${error instanceof Error ? error.message : String(error)}`,
            'use the version of crossaccount that wrote it, or restore the folder from a copy',
          );
        }
      });
      memory = new Memory(keeper, () => cloud.save());
      memory.snapshot();
    },
    log: { ready: () => memory?.ready(), append: (act) => memory?.append(act) },
    snapshot: () => of().snapshot(),
    close: async () => {
      try {
        memory?.snapshot();
      } finally {
        keeper.close();
        await release();
      }
    },
  };
}

/** Resolves with what gives the lock back. */
function lock(dir: string): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    let done: () => void = () => undefined;
    const until = new Promise<void>((r) => {
      done = r;
    });
    const held = exclusively(
      join(dir, 'lock'),
      async () => {
        resolve(async () => {
          done();
          await held;
        });
        await until;
      },
      (pid) => {
        throw new DataError(
          `${dir} is in use by process ${pid}`,
          'end that sandbox, or give this one a folder of its own',
        );
      },
    );
    held.catch(reject);
  });
}
