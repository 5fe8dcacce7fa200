import * as z from 'zod';
import { definition } from './definition/schema.ts';

/** The definition's JSON Schema, for editors. Draft 7: the newest that yaml-language-server supports in full. */
export function jsonSchema(): object {
  return z.toJSONSchema(definition, { target: 'draft-7', io: 'input' });
}
