import { randomBytes } from 'node:crypto';
import type { IAMClient } from '@aws-sdk/client-iam';
import { SandboxControl, startSandbox } from '../../../src/sandbox/index.ts';
import type { Case } from '../load.ts';
import type { Outcome } from '../outcome.ts';
import { Clients } from './clients.ts';
import { enforce } from './enforce.ts';
import { type Plan, planOf } from './plan.ts';
import { simulate } from './simulate.ts';

export interface SandboxExecutor {
  /** Rejects when the case can't be built or the answer can't be understood: a bug in one of the two. */
  decide(one: Case, plan: Exclude<Plan, { how: 'inexpressible' }>): Promise<Outcome>;
  close(): Promise<void>;
}

const SIMULATING = '999999999999';

/** The sandbox as executor: one server, reached over HTTP by real SDK clients that sign their requests. */
export async function startExecutor(): Promise<SandboxExecutor> {
  // Time stands still between the calls of a case, so that "60 seconds after the code" is exactly that.
  const started = Date.now();
  const sandbox = await startSandbox({
    clock: { now: () => started },
    random: { bytes: (count) => randomBytes(count) },
  });
  const control = new SandboxControl(sandbox.url);
  const clients = new Clients(sandbox.url);
  let simulator: IAMClient | undefined;
  const simulating = async (): Promise<IAMClient> => {
    if (simulator === undefined) {
      await control.reset();
      const now = await control.now();
      simulator = clients.iam(await control.createAccount(SIMULATING), now.getTime());
    }
    return simulator;
  };
  return {
    decide: async (one, plan) => {
      if (plan.how === 'simulated') return simulate(await simulating(), one, plan.request);
      simulator = undefined;
      return enforce(control, clients, one, plan);
    },
    close: async () => {
      clients.close();
      await sandbox.close();
    },
  };
}

export { planOf };
