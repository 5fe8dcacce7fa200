import type { Diagnostic } from '../base/index.ts';
import type { Inflated } from './inflate.ts';
import type { Damage } from './split.ts';
import type { Unwrapped } from './unwrap.ts';

const plural = (count: number, one: string): string => (count === 1 ? `1 ${one}` : `${count} ${one}s`);
const was = (count: number): string => (count === 1 ? 'was' : 'were');

/** Collects what is wrong with one file; each kind of problem becomes one diagnostic, however often it happened. */
export class Problems {
  readonly #file: string;
  readonly #list: Diagnostic[] = [];
  #invalid = 0;
  #firstInvalid: { index: number; at: number; why: string } | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  #add(code: string, severity: Diagnostic['severity'], message: string, help: string): void {
    this.#list.push({ code, severity, message, file: this.#file, help });
  }

  /** `index`: of the record in the file, from 0; `at`: offset in the uncompressed text. */
  invalidRecord(index: number, at: number, why: string): void {
    this.#invalid++;
    this.#firstInvalid ??= { index, at, why };
  }

  tooLarge(maxBytes: number): void {
    this.#add(
      'trail-too-large',
      'error',
      `the file has more than ${maxBytes.toLocaleString('en-US')} bytes when it is uncompressed, and was not read`,
      'CloudTrail writes at most 50 MB compressed: check where the file comes from, or raise maxBytes if you trust it',
    );
  }

  empty(): void {
    this.#add('trail-empty', 'warning', 'the file is empty', 'download it again, or leave it out');
  }

  compressed(inflated: Inflated, records: number): void {
    if (inflated.state === 'truncated') {
      this.#add(
        'trail-gzip-truncated',
        'error',
        `the gzip stream ends early, after byte ${inflated.at}; ${plural(records, 'record')} before that ${was(records)} read`,
        'download the file again: the rest of its records is missing',
      );
    } else if (inflated.state === 'damaged') {
      this.#add(
        'trail-gzip-damaged',
        'error',
        `the gzip stream is corrupt (noticed at byte ${inflated.at}); ${plural(records, 'record')} ${was(records)} still read`,
        'download the file again, and compare it with its digest (`aws cloudtrail validate-logs`)',
      );
    }
  }

  damage(damage: Damage, records: number, explained: boolean): void {
    if (damage.truncatedAt !== undefined && !explained) {
      this.#add(
        'trail-truncated',
        'error',
        `the text ends inside record ${records + this.#invalid + 1}, which begins at byte ${damage.truncatedAt}; ${plural(records, 'record')} before it ${was(records)} read`,
        'get the file again: the rest of its records is missing',
      );
    }
    if (damage.garbage > 0) {
      this.#add(
        'trail-not-json',
        'error',
        `${plural(damage.garbage, 'piece')} of the file ${damage.garbage === 1 ? 'is' : 'are'} no JSON object (first at byte ${damage.firstGarbage ?? 0} of the text)`,
        'give CloudTrail log files (.json.gz), JSON lines, or what `aws cloudtrail lookup-events` prints',
      );
    }
  }

  recognised(found: Unwrapped): void {
    if (found.digests > 0) {
      this.#add(
        'trail-digest-file',
        'info',
        'this is a digest file: it holds hashes of log files and no records',
        'nothing to do; `aws cloudtrail validate-logs` uses it',
      );
    }
    if (found.insights > 0) {
      this.#add(
        'trail-insights',
        'info',
        `${plural(found.insights, 'Insights record')} left out: they count calls and are none`,
        'nothing to do',
      );
    }
    if (found.notifications > 0) {
      this.#add(
        'trail-s3-notification',
        'warning',
        `${plural(found.notifications, 'S3 event notification')} left out: they tell of a log file and don't contain it`,
        'read the objects that they name',
      );
    }
  }

  list(): Diagnostic[] {
    const first = this.#firstInvalid;
    if (first !== undefined) {
      const more = this.#invalid > 1 ? `; ${this.#invalid} in all were left out` : '; it was left out';
      this.#add(
        'trail-invalid-record',
        'warning',
        `record ${first.index + 1} (byte ${first.at} of the text) ${first.why}${more}`,
        'a CloudTrail record has eventTime, eventSource and eventName',
      );
      this.#firstInvalid = undefined;
    }
    return this.#list;
  }
}
