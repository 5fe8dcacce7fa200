import type { Json, JsonObject } from '../model.ts';

/** Properties in the lower camel case of an API's members, and back. */
export const lowered = (value: Json): Json =>
  renamed(value, (key) => key.charAt(0).toLowerCase() + key.slice(1));
export const raised = (value: unknown): Json =>
  renamed(value as Json, (key) => key.charAt(0).toUpperCase() + key.slice(1));

function renamed(value: Json, name: (key: string) => string): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => renamed(item, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, member]) => [name(key), renamed(member, name)]),
  );
}
