import { jsonrepair } from 'jsonrepair';
import type { AnswerFormat } from '../../core/answer-request.ts';
import { validateJson } from '../../core/validate-json.ts';
import { findFenced, findJsonExtents } from './json-extents.ts';

/** The JSON text of an answer, or what is wrong with it: half a sentence, for the model and for people. */
export type JsonAnswer =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

/** What the model is told about the form of its answer. */
export const toFormatInstruction = (format: AnswerFormat): string =>
  [`Your answer must be ${toWanted(format)}. ${NOTHING_ELSE}`, ...toSchemaLines(format)].join('\n');

/**
 * What the model is told when {@link readJsonAnswer} found a problem in its answer, for the same conversation to go on. It
 * stands by itself, schema included: the instruction need not have reached the model, or may be far back.
 */
export const toRepairPrompt = (format: AnswerFormat, problem: string): string =>
  [
    `Your last answer cannot be used: ${problem}. Give the whole answer again, corrected, as ${toWanted(format)}. ${NOTHING_ELSE}`,
    ...toSchemaLines(format),
  ].join('\n');

const toWanted = (format: AnswerFormat): string => {
  if (format.type === 'json_object') return 'one JSON object';
  const about = format.description === null ? '' : ` (${format.description})`;
  return `one JSON value that is valid against the JSON Schema below, named "${format.name}"${about}`;
};

const toSchemaLines = (format: AnswerFormat): string[] =>
  format.type === 'json_object' ? [] : [`The JSON Schema: ${JSON.stringify(format.schema)}`];

const NOTHING_ELSE = 'Write that JSON and nothing else: no words before or after it, no code fence, no comments.';

/**
 * Finds the JSON of an answer: the text as a whole, else in its code fences, else as an object or array among words.
 *
 * What is JSON already is given back as the model wrote it. Only where nothing is, what was meant is mended (quotes, commas,
 * comments) and written anew, if it stands by itself; never words, nor an answer that was cut off or elided: mended, these
 * would look complete. Where several different values would do, none is chosen.
 */
export const readJsonAnswer = (format: AnswerFormat, text: string): JsonAnswer => {
  const whole = text.replace(/^\uFEFF/, '').trim();
  if (whole === '') return { ok: false, problem: 'it is empty' };
  const parsed = parse(whole);
  if (parsed !== null) return judge(format, parsed);

  const fenced = findFenced(whole);
  const { extents, isCutOff } = findJsonExtents(whole);
  let problem: string | null = null;
  for (const source of [fenced, extents.map((extent) => extent.text)]) {
    const answer = chooseOne(
      format,
      source.flatMap((each) => parse(each) ?? []),
    );
    if (answer?.ok === true) return answer;
    problem ??= answer?.problem ?? null;
  }
  if (isCutOff) return { ok: false, problem: 'its JSON ends before it is complete' };
  if (problem !== null) return { ok: false, problem };

  const apart = extents.filter((extent) => extent.isApart && !extent.isElided);
  const mended = chooseOne(
    format,
    apart.flatMap((extent) => mend(extent.text) ?? []),
  );
  return mended ?? { ok: false, problem: describeNoJson(whole) };
};

/** A JSON value with the text that stands for it. */
interface Candidate {
  readonly text: string;
  readonly value: unknown;
}

const parse = (text: string): Candidate | null => {
  try {
    return { text, value: JSON.parse(text) };
  } catch {
    return null;
  }
};

const mend = (text: string): Candidate | null => {
  try {
    const value: unknown = JSON.parse(jsonrepair(text));
    return Array.isArray(value) === text.startsWith('[') ? { text: JSON.stringify(value), value } : null;
  } catch {
    return null;
  }
};

const judge = (format: AnswerFormat, { text, value }: Candidate): JsonAnswer => {
  if (format.type === 'json_object') {
    return isObject(value) ? { ok: true, text } : { ok: false, problem: 'it is JSON, but no object' };
  }
  const problems = validateJson(format.schema, value);
  return problems.length === 0
    ? { ok: true, text }
    : { ok: false, problem: `it is not valid against the schema (${problems.join('; ')})` };
};

/** A judgment by a schema takes a good part of a millisecond: more than so many different values are several unseen. */
const MAX_CANDIDATES = 200;

/** The one candidate that will do; `null` without candidates. */
const chooseOne = (format: AnswerFormat, candidates: readonly Candidate[]): JsonAnswer | null => {
  const different = new Map(candidates.map((candidate) => [candidate.text, candidate]));
  if (different.size > MAX_CANDIDATES) return SEVERAL;
  let problem: JsonAnswer | null = null;
  let fitting: JsonAnswer | null = null;
  for (const candidate of different.values()) {
    const answer = judge(format, candidate);
    if (!answer.ok) problem ??= answer;
    else if (fitting !== null) return SEVERAL;
    else fitting = answer;
  }
  return fitting ?? problem;
};

const SEVERAL: JsonAnswer = { ok: false, problem: 'it has several JSON values, where one is wanted' };

const describeNoJson = (text: string): string => {
  try {
    JSON.parse(text);
    return 'it is no JSON';
  } catch (error) {
    return `it is no JSON (${error instanceof Error ? error.message : 'it cannot be parsed'})`;
  }
};

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
