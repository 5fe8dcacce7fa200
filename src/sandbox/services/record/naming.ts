/** `RoleArn` → `roleArn`; `SAMLMetadataDocument` → `sAMLMetadataDocument`: CloudTrail lowers the first letter only. */
export const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number): string => (n < 10 ? `0${n}` : String(n));

/** `Jul 30, 2024, 9:46:15 PM`, CloudTrail's way of writing timestamps inside of request and response. */
export function trailDate(date: Date): string {
  const hour = date.getUTCHours();
  const time = `${hour % 12 === 0 ? 12 : hour % 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}, ${time} ${hour < 12 ? 'AM' : 'PM'}`;
}

/**
 * Never written to a record, wherever they stand.
 * INVARIANT: a member of a service's input or output that carries a secret is listed here.
 */
const secret = new Set([
  'SecretAccessKey',
  'Base32StringSeed',
  'QRCodePNG',
  'TokenCode',
  'AuthenticationCode1',
  'AuthenticationCode2',
  'Password',
  'OldPassword',
  'NewPassword',
  'SAMLAssertion',
  'WebIdentityToken',
  'AddPrivateKey',
]);

export const isSecret = (member: string): boolean => secret.has(member);

/** An input or output in CloudTrail's form: lower camel case, dates as text, no secrets, nothing undefined. */
function trailForm(value: unknown): unknown {
  if (value instanceof Date) return trailDate(value);
  if (Array.isArray(value)) return value.map(trailForm);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const form: [string, unknown][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined || isSecret(name) || member instanceof Uint8Array) continue;
    form.push([lowerFirst(name), trailForm(member)]);
  }
  // Not by assignment: a member that somebody called `__proto__` would be nothing of the record.
  return Object.fromEntries(form);
}

/** The same, with CloudTrail's null for "nothing"; for records that a service adds itself (`text.ts` writes the others). */
export function trailRecordForm(value: object): Record<string, unknown> | null {
  const form = trailForm(value) as Record<string, unknown>;
  return Object.keys(form).length === 0 ? null : form;
}
