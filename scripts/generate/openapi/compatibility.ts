import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const parameterSchema = z.object({
  /** As `stream_options.include_usage` within an object. */
  name: z.string(),
  status: z.enum(['honoured', 'ignored', 'refused']),
  note: z.string().optional(),
});

const compatibilitySchema = z.object({
  endpoints: z.array(z.looseObject({ method: z.string(), path: z.string(), parameters: z.array(parameterSchema) })),
});

/** What becomes of a parameter. */
export type ParameterNote = z.output<typeof parameterSchema>;

/** Finds what becomes of the parameters of a route. */
export type FindNotes = (method: string, path: string) => readonly ParameterNote[];

/** Reads `docs/compatibility.json`, whose every row a test proves. */
export const readCompatibility = (): FindNotes => {
  const file = path.join(import.meta.dirname, '../../../docs/compatibility.json');
  const { endpoints } = compatibilitySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const byRoute = new Map(endpoints.map(({ method, path: route, parameters }) => [`${method} ${route}`, parameters]));
  return (method, route) => byRoute.get(`${method.toUpperCase()} ${route}`) ?? [];
};

/** What the description of a parameter says; `null` where there is nothing to say. */
export const toNoteText = ({ status, note }: ParameterNote): string | null => {
  if (status === 'honoured') return note ?? null;
  const word = status === 'ignored' ? 'Ignored' : 'Refused';
  return note === undefined ? `${word}.` : `${word}. ${note}`;
};
