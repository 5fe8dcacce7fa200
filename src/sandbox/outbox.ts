import type { Outcome, Outgoing } from './services/sns/deliveries.ts';
import type { Cloud } from './types.ts';

/** How long SNS waits for an endpoint's answer ("Amazon SNS message delivery retries"): 15 seconds. */
const TIMEOUT_MS = 15_000;
/** POSTs under way at once. */
const MOST = 32;

/**
 * Makes the POSTs that the cloud has queued for endpoints on this machine. Nothing is kept here: what is due is asked of
 * the cloud, and what came of it is told back, so that a delivery outlives the process.
 */
export class Outbox {
  readonly #cloud: Cloud;
  readonly #origin: string;
  readonly #port: number;
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #end = new AbortController();

  /** `port`: the sandbox's own. */
  constructor(cloud: Cloud, port: number) {
    this.#cloud = cloud;
    this.#port = port;
    this.#origin = `http://127.0.0.1:${port}`;
  }

  /** Starts what is due. Never throws, never waits. */
  send(): void {
    if (this.#end.signal.aborted || !this.#cloud.routes.has('outbox')) return;
    for (const outgoing of this.#due()) {
      if (this.#underWay.size >= MOST) return;
      if (this.#underWay.has(outgoing.id)) continue;
      const sent = this.#post(outgoing).finally(() => this.#underWay.delete(outgoing.id));
      this.#underWay.set(outgoing.id, sent);
    }
  }

  /** Breaks off what is under way; it stays queued. */
  async close(): Promise<void> {
    this.#end.abort();
    await Promise.allSettled(this.#underWay.values());
  }

  /** Nothing while the cloud can't keep what happens (a full disk). */
  #due(): readonly Outgoing[] {
    try {
      return this.#cloud.route('outbox', 'GET', { origin: this.#origin }, '') as readonly Outgoing[];
    } catch {
      return [];
    }
  }

  async #post(outgoing: Outgoing): Promise<void> {
    const result = await this.#attempt(outgoing);
    if (this.#end.signal.aborted) return;
    const outcome: Outcome = { id: outgoing.id, ...result };
    try {
      this.#cloud.route('outbox', 'POST', { ...outcome }, '');
    } catch (error) {
      // It stays queued and is tried again: SNS delivers at least once.
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  }

  async #attempt({ url, headers, body }: Outgoing): Promise<Omit<Outcome, 'id'>> {
    const target = new URL(url);
    const { username, password } = target;
    target.username = '';
    target.password = '';
    // An endpoint is chosen by whoever may subscribe; the control interface is for the machine's user only.
    if (Number(target.port || (target.protocol === 'https:' ? 443 : 80)) === this.#port) {
      return { reason: 'The sandbox does not call itself.', final: true };
    }
    try {
      const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
      const answer = await fetch(target, {
        method: 'POST',
        headers: {
          ...headers,
          ...(username !== '' && { authorization: `Basic ${basic.toString('base64')}` }),
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([this.#end.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await answer.body?.cancel();
      return { status: answer.status };
    } catch (error) {
      return { reason: reasonOf(error) };
    }
  }
}

/** fetch hides what happened in the cause of its error. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = cause instanceof Error ? cause.message || cause.name : String(cause);
  return `The endpoint could not be reached: ${text}.`;
}
