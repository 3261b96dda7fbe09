import type { SDKJsonValue } from '@cursor/sdk';

/** A JSON Schema in the SDK's type. What JSON cannot hold becomes `null`. */
export const toSdkSchema = (schema: Readonly<Record<string, unknown>>): Record<string, SDKJsonValue> =>
  Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, toJsonValue(value)]));

const toJsonValue = (value: unknown): SDKJsonValue => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(toJsonValue);
  return isRecord(value) ? toSdkSchema(value) : null;
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
