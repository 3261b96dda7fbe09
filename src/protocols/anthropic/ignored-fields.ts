import { messagesRequestSchema, type MessagesRequest } from './schema.ts';

/** The fields of a request that have no effect; those within another as `output_config.task_budget`. */
export const listIgnoredFields = (request: MessagesRequest): readonly string[] =>
  Object.entries(request)
    .filter(([, value]) => value !== null && value !== undefined)
    .flatMap(([name]) => {
      if (name !== 'output_config') return READ_FIELDS.has(name) ? [] : [name];
      return Object.entries(request.output_config ?? {})
        .filter(([inner, value]) => value !== null && value !== undefined && inner !== 'effort' && inner !== 'format')
        .map(([inner]) => `${name}.${inner}`);
    });

const READ_FIELDS: ReadonlySet<string> = new Set(Object.keys(messagesRequestSchema.shape));
