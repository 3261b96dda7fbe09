export { settingsSchema } from '../config/settings-schema.ts';
export { generateAccessToken } from '../credentials/access-token.ts';
export { createGateway } from './create-gateway.ts';
