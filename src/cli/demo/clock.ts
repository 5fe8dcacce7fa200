import type { SandboxControl } from '../../sandbox/index.ts';
import type { DemoClock } from './types.ts';

/** Follows the sandbox's virtual clock: both run on from where it is set. */
export function demoClock(control: () => SandboxControl): DemoClock {
  let offset = 0;
  const follow = (time: Date) => {
    offset = time.getTime() - Date.now();
  };
  return {
    now: () => Date.now() + offset,
    set: async (ms) => follow(await control().setTime(new Date(ms))),
    advance: async (seconds) => follow(await control().advance(seconds)),
  };
}
