export * from './clients.ts';
export * from './clock.ts';
export * from './errors.ts';
export * from './files.ts';
export * from './identity.ts';
export * from './profile.ts';
export * from './types.ts';
