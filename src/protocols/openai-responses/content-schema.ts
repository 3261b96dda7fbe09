import * as z from 'zod';

/** Any type of part is kept, so that decoding can refuse it by name. */
const partSchema = z.looseObject({ type: z.string() });

/** What a message says, or what a call came to. */
export const contentSchema = z.union([z.string(), z.array(partSchema)], {
  error: 'expected a string or an array of parts',
});

export const textPartSchema = z.looseObject({ text: z.string() });
export const refusalPartSchema = z.looseObject({ refusal: z.string() });
export const imagePartSchema = z.looseObject({
  image_url: z.string({ error: 'expected the URL of the image as a string' }).nullish(),
  file_id: z.string().nullish(),
  detail: z.enum(['low', 'high', 'auto', 'original']).nullish(),
});
export const filePartSchema = z.looseObject({
  filename: z.string().nullish(),
  file_data: z.string().nullish(),
  file_id: z.string().nullish(),
  file_url: z.string().nullish(),
});

export type SentContent = z.output<typeof contentSchema>;
export type SentPart = z.output<typeof partSchema>;
