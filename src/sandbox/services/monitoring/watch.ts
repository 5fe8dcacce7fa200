import { AwsError } from '../../types.ts';
import type { World } from '../world.ts';
import { evaluate, gridOf, nextChange, nextOnGrid } from './evaluate.ts';
import { noteAction, noteState } from './history.ts';
import { eventDetail, notification } from './notification.ts';
import { type Alarm, type Condition, type MonitoringState, metricKey, type Place, placeOf } from './state.ts';
import { reason, reasonData } from './wording.ts';

/** What `monitoring.evaluate` carries. */
interface EvaluationDue {
  readonly accountId: string;
  readonly region: string;
  readonly alarm: string;
}

/**
 * Evaluates alarms on virtual time. An alarm has a timer only while something can change its outcome, so that a clock
 * that jumps a year costs as much as there are data.
 */
export class Watch {
  readonly #world: World;
  readonly #state: MonitoringState;

  constructor(world: World, state: MonitoringState) {
    this.#world = world;
    this.#state = state;
    world.timers.handle<EvaluationDue>('monitoring.evaluate', ({ accountId, region, alarm: name }, due) => {
      const place = placeOf(this.#state, accountId, region);
      const alarm = place.alarms.get(name);
      // Timers of alarms that are gone, or that were moved to an earlier time, find nothing to do.
      if (alarm?.due !== due) return;
      delete alarm.due;
      // It was evaluated more often when that time was set.
      if (due % gridOf(alarm.configuration) !== 0) {
        this.soon(place, alarm, due);
        return;
      }
      this.#evaluate(place, alarm, due);
    });
  }

  /** Something about the alarm is new: it is evaluated at the next full minute, or hour. */
  soon(place: Place, alarm: Alarm, now: number): void {
    this.#at(place, alarm, nextOnGrid(alarm.configuration, now));
  }

  /** A metric got data. */
  data(place: Place, key: string, now: number): void {
    for (const alarm of place.alarms.values()) {
      if (metricKey(alarm.configuration.metric) === key) this.soon(place, alarm, now);
    }
  }

  /** Puts an alarm into a state and does what goes with it. */
  change(place: Place, alarm: Alarm, next: Condition): void {
    const before = alarm.condition;
    alarm.condition = next;
    if (before.value === next.value) return;
    alarm.transitionedAt = next.at;
    noteState(place, alarm, before, next.at);
    this.#world.ports.events?.put({
      accountId: place.accountId,
      region: place.region,
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      detail: eventDetail(alarm, before),
      resources: [alarm.arn],
      now: next.at,
    });
    if (!alarm.actionsEnabled) return;
    for (const action of alarm.configuration.actions[next.value]) this.#act(place, alarm, before, action);
  }

  #at(place: Place, alarm: Alarm, due: number): void {
    if (alarm.due !== undefined && alarm.due <= due) return;
    alarm.due = due;
    const payload: EvaluationDue = { accountId: place.accountId, region: place.region, alarm: alarm.name };
    this.#world.timers.at(due, 'monitoring.evaluate', payload);
  }

  #evaluate(place: Place, alarm: Alarm, at: number): void {
    const { configuration: c } = alarm;
    const metric = place.metrics.get(metricKey(c.metric));
    const verdict = evaluate(alarm, metric, at);
    if (verdict !== undefined && verdict.state !== alarm.condition.value) {
      this.change(place, alarm, {
        value: verdict.state,
        reason: reason(alarm, verdict),
        reasonData: reasonData(c, verdict, at),
        at,
      });
    }
    const next = nextChange(alarm, metric, at);
    if (next !== undefined) this.#at(place, alarm, next);
  }

  #act(place: Place, alarm: Alarm, before: Condition, action: string): void {
    const { at } = alarm.condition;
    if (!action.startsWith('arn:aws:sns:')) {
      noteAction(place, alarm, action, { error: 'The sandbox runs no actions but those of SNS topics.' }, at);
      return;
    }
    const { sns } = this.#world.ports;
    const { subject, message } = notification(place, alarm, before);
    try {
      sns?.publish(
        {
          service: 'cloudwatch.amazonaws.com',
          sourceArn: alarm.arn,
          sourceAccount: place.accountId,
          now: at,
        },
        { topicArn: action, subject, message },
      );
      noteAction(place, alarm, action, { message }, at);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      noteAction(place, alarm, action, { error: `${error.code}: ${error.message}` }, at);
    }
  }
}
