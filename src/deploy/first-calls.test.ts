import { afterEach, expect, it } from 'vitest';
import { firstCalls } from './first-calls.ts';
import { inSync, planDeployment } from './plan.ts';
import { startWorld, type World } from './testing/world.ts';

let world: World;
afterEach(() => world.close());

it('makes of empty accounts what a deployment makes: a plan afterwards is empty', async () => {
  world = await startWorld();
  const calls = await firstCalls(world.access);
  expect(calls.map(({ operation }) => operation)).toContain('CreateRole');
  const outcomes = await world.control.calls(calls.map((call) => ({ service: 'iam', ...call })));
  expect(outcomes.filter((outcome) => !outcome.ok)).toEqual([]);
  expect(inSync(await planDeployment(world.access, world.connect))).toBe(true);
});
