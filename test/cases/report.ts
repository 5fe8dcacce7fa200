import { type Case, loadTopics } from './load.ts';
import { decideInEngine, difference } from './outcome.ts';
import { planOf, startExecutor } from './sandbox/executor.ts';

export interface Failure {
  readonly file: string;
  readonly name: string;
  readonly difference: string;
}

/** What `npm run test:cases -- --json` prints. */
export interface Report {
  readonly cases: number;
  readonly engine: { readonly passed: number; readonly failures: readonly Failure[] };
  readonly sandbox: {
    readonly passed: number;
    /** Built with real calls, and the real operation sent. */
    readonly enforced: number;
    /** Put to IAM's policy simulator. */
    readonly simulated: number;
    readonly failures: readonly Failure[];
    /** How many cases neither can express, by reason. */
    readonly inexpressible: Readonly<Record<string, number>>;
  };
}

/** Runs every case through both executors. */
export async function report(): Promise<Report> {
  const all = [...loadTopics()].flatMap(([file, cases]) => cases.map((one) => ({ file, one })));
  const failed = ({ file, one }: { file: string; one: Case }, text: string): Failure => ({
    file,
    name: one.name,
    difference: text,
  });
  const engine: Failure[] = [];
  for (const entry of all) {
    const wrong = difference(entry.one, decideInEngine(entry.one));
    if (wrong !== undefined) engine.push(failed(entry, wrong));
  }
  const sandbox: Failure[] = [];
  const count = { enforced: 0, simulated: 0 };
  const inexpressible: Record<string, number> = {};
  const executor = await startExecutor();
  try {
    for (const entry of all) {
      const plan = planOf(entry.one);
      if (plan.how === 'inexpressible') {
        inexpressible[plan.reason] = (inexpressible[plan.reason] ?? 0) + 1;
        continue;
      }
      count[plan.how]++;
      const wrong = await executor.decide(entry.one, plan).then(
        (seen) => difference(entry.one, seen),
        (error: unknown) => `can't be asked: ${error instanceof Error ? error.message : String(error)}`,
      );
      if (wrong !== undefined) sandbox.push(failed(entry, wrong));
    }
  } finally {
    await executor.close();
  }
  const expressible = count.enforced + count.simulated;
  return {
    cases: all.length,
    engine: { passed: all.length - engine.length, failures: engine },
    sandbox: { passed: expressible - sandbox.length, ...count, failures: sandbox, inexpressible },
  };
}

/** The report for people. */
export function reportText({ cases, engine, sandbox }: Report): string {
  const expressible = sandbox.enforced + sandbox.simulated;
  const reasons = Object.entries(sandbox.inexpressible).sort(([, a], [, b]) => b - a);
  const lines = [
    `engine: ${engine.passed} of ${cases} cases pass`,
    `sandbox: ${sandbox.passed} of ${expressible} expressible cases pass ` +
      `(${sandbox.enforced} enforced, ${sandbox.simulated} simulated)`,
  ];
  if (reasons.length > 0) lines.push(`not expressible in the sandbox: ${cases - expressible}, because of`);
  for (const [reason, count] of reasons) lines.push(`${String(count).padStart(5)}  ${reason}`);
  const failures = [
    ...engine.failures.map((f) => ({ ...f, where: 'engine' })),
    ...sandbox.failures.map((f) => ({ ...f, where: 'sandbox' })),
  ];
  for (const { where, file, name, difference: text } of failures)
    lines.push(`FAIL ${where}  cases/${file}: ${name}\n      ${text}`);
  return lines.join('\n');
}
