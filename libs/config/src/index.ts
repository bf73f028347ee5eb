export { interpolate } from './interpolate.ts';
export { entriesOf, fieldOf, isObject, itemsOf, type Faults } from './draft.ts';
export { ConfigError } from './config-error.ts';
export { loadConfig, loadEnv, parseConfig, type LoadConfigOptions } from './load.ts';
export { schemaFaults } from './schema-faults.ts';
export { readOptionalSecret, readSecret } from './secret.ts';
export { unknownName } from './unknown-name.ts';
