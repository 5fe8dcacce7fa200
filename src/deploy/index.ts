export { applyPlan } from './apply.ts';
export { enroll } from './enroll.ts';
export { firstCalls } from './first-calls.ts';
export { inSync, isEmpty, planDeployment, planDestroy } from './plan.ts';
export type * from './types.ts';
