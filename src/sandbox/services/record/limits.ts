// "This field has a maximum size of 1 KB; content exceeding that limit is truncated." (userAgent, errorCode,
// errorMessage) "This field has a maximum size of 100 KB. When the field size exceeds 100 KB, the content is omitted."
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html

/** Bytes. */
const LONGEST_TEXT = 1_024;
const LARGEST_CONTENT = 100 * 1_024;
/** UTF-8 of one UTF-16 unit. */
const MOST_BYTES = 3;

/** As much of a text as a record takes, cut between characters. */
export function truncated(text: string): string {
  if (text.length * MOST_BYTES <= LONGEST_TEXT) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= LONGEST_TEXT) return text;
  let end = LONGEST_TEXT;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

/**
 * `requestParameters` or `responseElements` by its JSON, or what stands for it when it is too large.
 * unverified: the form of the latter; reports of calls that were hidden so (a policy padded with blanks) show it.
 */
export function fitting(member: string, json: string): string {
  if (json.length * MOST_BYTES <= LARGEST_CONTENT) return json;
  const originalSize = Buffer.byteLength(json);
  if (originalSize <= LARGEST_CONTENT) return json;
  return JSON.stringify({ reason: `${member} too large`, omitted: true, originalSize });
}
