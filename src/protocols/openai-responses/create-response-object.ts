import type { ResponseEcho, ResponseObject } from './response-object.ts';

/** A response that nothing has become of yet. `createdAt` in Unix seconds. */
export const createResponseObject = ({
  id,
  createdAt,
  model,
  echo,
  status,
}: {
  readonly id: string;
  readonly createdAt: number;
  readonly model: string;
  readonly echo: ResponseEcho;
  readonly status: 'in_progress' | 'queued';
}): ResponseObject => ({
  id,
  object: 'response',
  created_at: createdAt,
  status,
  completed_at: null,
  error: null,
  incomplete_details: null,
  model,
  output: [],
  usage: null,
  ...echo,
});
