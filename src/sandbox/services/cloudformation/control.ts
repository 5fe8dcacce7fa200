import { AwsError, type ControlRoute } from '../../types.ts';
import type { CloudFormationState } from './state.ts';

const DAY = 86_400;

/**
 * GET and PUT /_sandbox/cloudformation { operationSeconds }: how long stack operations take in virtual time. They are
 * quick by default; who rehearses what happens in the middle of one makes them slow.
 */
export const controlRoute = (state: CloudFormationState): ControlRoute => ({
  GET: () => ({ operationSeconds: state.delay / 1000 }),
  PUT: ({ operationSeconds: seconds }) => {
    if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= DAY)) {
      throw new AwsError('ValidationError', `operationSeconds must be a number from 0 to ${DAY}`);
    }
    state.delay = Math.round(seconds * 1000);
    return { operationSeconds: state.delay / 1000 };
  },
});
