/** Where a log file lies; `time` is when CloudTrail delivered it, minute precision. */
export interface LogFileKey {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** ms since 1970 UTC; AWS keeps the minute. */
  readonly time: number;
  /** `o-…`, for organization trails. */
  readonly organizationId?: string;
  /** What the trail puts before `AWSLogs/`, without slashes at its ends. */
  readonly prefix?: string;
  /** 16 characters that make the name unique: `[A-Za-z0-9]{16}`. */
  readonly unique: string;
}

/**
 * `[prefix/]AWSLogs/[o-id/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz`
 * (CloudTrail User Guide, "CloudTrail log file examples"). `time`: ms, or an ISO 8601 text with its zone.
 */
export function logFileKey(at: Omit<LogFileKey, 'time'> & { readonly time: number | string }): string {
  const iso = new Date(at.time).toISOString();
  const day = iso.slice(0, 10);
  const stamp = `${day.replaceAll('-', '')}T${iso.slice(11, 13)}${iso.slice(14, 16)}Z`;
  const prefix = at.prefix?.replace(/^\/+|\/+$/g, '');
  return [
    ...(prefix ? [prefix] : []),
    'AWSLogs',
    ...(at.organizationId ? [at.organizationId] : []),
    at.account,
    'CloudTrail',
    at.region,
    ...day.split('-'),
    `${at.account}_CloudTrail_${at.region}_${stamp}_${at.unique}.json.gz`,
  ].join('/');
}

const layout =
  /^(?:(.+)\/)?AWSLogs\/(?:(o-[a-z0-9]{10,32})\/)?(\d{12})\/CloudTrail\/([a-z0-9-]+)\/(\d{4})\/(\d{2})\/(\d{2})\/(\d{12})_CloudTrail_([a-z0-9-]+)_(\d{8})T(\d{2})(\d{2})Z_([A-Za-z0-9]{16})\.json\.gz$/;

/** The reverse of `logFileKey`; undefined for digests, Insights files and whatever else lies in the bucket. */
export function parseLogFileKey(key: string): LogFileKey | undefined {
  const match = layout.exec(key);
  if (!match) return undefined;
  const [, prefix, organizationId, account, region, y, m, d, account2, region2, date, hh, mm, unique] =
    match as unknown as string[];
  if (account !== account2 || region !== region2 || date !== `${y}${m}${d}`) return undefined;
  const time = Date.parse(`${y}-${m}-${d}T${hh}:${mm}:00Z`);
  // Date.parse rolls 31 February over; a key that doesn't print back the same is none of AWS's.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== `${y}-${m}-${d}`) return undefined;
  return {
    account: account!,
    region: region!,
    time,
    unique: unique!,
    ...(organizationId ? { organizationId } : {}),
    ...(prefix ? { prefix } : {}),
  };
}
