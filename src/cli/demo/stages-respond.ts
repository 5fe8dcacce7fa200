import type { Stage } from './types.ts';
export const respond: Stage = { name: 'respond', title: '', run: async () => ({ ok: true, lines: [] }) };
