import * as z from 'zod';
import { askLocally, type LocalPort } from './ask-locally.ts';

/** What listens at a port. */
export type Occupant =
  | { readonly kind: 'nobody' }
  | {
      readonly kind: 'portside';
      readonly instanceId: string;
      readonly isEncrypted: boolean;
      /** Only its file tells of it: there was no answer that made sense. */
      readonly isSilent: boolean;
    }
  /** It answers, and not as Portside does. */
  | { readonly kind: 'foreign' }
  /** It takes connections and gives no answer that makes sense: no HTTP, or too busy. */
  | { readonly kind: 'silent' };

/** How long a server on this machine may take to say what it is. */
const PATIENCE_MS = 500;

const healthSchema = z.object({ bridge: z.string(), instance: z.uuid() });

/** Finds out what listens at a port of this machine. Never rejects. */
export const identifyOccupant = async (place: LocalPort, signal: AbortSignal): Promise<Occupant> => {
  const first = await identifyBy(place, signal);
  if (first.kind === 'nobody' || first.kind === 'portside') return first;
  // The other may have been given a certificate, or this one.
  const second = await identifyBy({ ...place, isEncrypted: !place.isEncrypted }, signal);
  return second.kind === 'portside' ? second : first;
};

const identifyBy = async (place: LocalPort, signal: AbortSignal): Promise<Occupant> => {
  try {
    const { body } = await askLocally(place, {
      method: 'GET',
      path: '/health',
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    const health = healthSchema.safeParse(parse(body));
    return health.success
      ? { kind: 'portside', instanceId: health.data.instance, isEncrypted: place.isEncrypted, isSilent: false }
      : { kind: 'foreign' };
  } catch (error) {
    return { kind: isRefused(error) ? 'nobody' : 'silent' };
  }
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** Also where a name stands for several addresses, and none of them answers. */
const isRefused = (error: unknown): boolean => {
  if (error instanceof AggregateError) return error.errors.some(isRefused);
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
};
