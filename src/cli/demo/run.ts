import { rmSync } from 'node:fs';
import pc from 'picocolors';
import { describeAwsError } from '../../aws/index.ts';
import { formatDuration } from '../../base/index.ts';
import type { Stage, StageResult, World } from './types.ts';

export interface DemoOptions {
  /** Keep everything there; the world's `out` is this folder. */
  readonly keep: boolean;
  /** Called with each line of the story. */
  readonly tell: (line: string) => void;
}

export interface DemoResult {
  readonly ok: boolean;
  readonly stages: readonly StageResult[];
  readonly attacks: World['attacks'];
  readonly findings: World['findings'];
  readonly benign: World['benign'];
  readonly revoked: World['revoked'];
}

/** Runs the stages in order and stops at the first that fails; the sandbox is closed whatever happens. */
export async function runDemo(
  world: World,
  stages: readonly Stage[],
  options: DemoOptions,
): Promise<DemoResult> {
  const results: StageResult[] = [];
  const abort = () => {
    void world.sandbox?.close();
    if (!options.keep) rmSync(world.out, { recursive: true, force: true });
    process.exit(130);
  };
  process.once('SIGINT', abort);
  try {
    for (const [index, stage] of stages.entries()) {
      options.tell(`\n${pc.bold(pc.cyan(`${index + 1}. ${stage.name}`))}  ${stage.title}`);
      const result = await runStage(stage, world, options);
      results.push(result);
      if (!result.ok) break;
    }
  } finally {
    process.removeListener('SIGINT', abort);
    await world.sandbox?.close();
    if (!options.keep) rmSync(world.out, { recursive: true, force: true });
  }
  const ok = results.length === stages.length && results.every((r) => r.ok);
  const { attacks, findings, benign, revoked } = world;
  return { ok, stages: results, attacks, findings, benign, revoked };
}

async function runStage(stage: Stage, world: World, options: DemoOptions): Promise<StageResult> {
  const started = performance.now();
  const ms = () => Math.round(performance.now() - started);
  try {
    const report = await stage.run(world);
    for (const line of report.lines) options.tell(`   ${line}`);
    return { name: stage.name, ok: report.ok, ms: ms() };
  } catch (error) {
    const problem = describeAwsError(error);
    const message = `${problem.code === 'unknown' ? '' : `${problem.code}: `}${problem.message}`;
    options.tell(`   ${pc.red('failed')}: ${message}`);
    return { name: stage.name, ok: false, ms: ms(), error: message };
  }
}

export const tick = pc.green('✓');
export const cross = pc.red('✗');

/** `1h30m` of seconds, for the story. */
export const span = (seconds: number): string => formatDuration(seconds);
