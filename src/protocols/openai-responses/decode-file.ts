import { GatewayError } from '../../core/gateway-error.ts';
import { parseAt } from '../parse-at.ts';
import { toParam } from '../validation-error.ts';
import { filePartSchema, type SentPart } from './content-schema.ts';
import { isTextFile } from '../text-files.ts';

/** Reads an `input_file` as text that begins with its name. @throws GatewayError for what is not a text file in the request itself */
export const decodeFile = (part: SentPart, path: readonly PropertyKey[]): string => {
  const { filename, file_data: data, file_id: fileId, file_url: fileUrl } = parseAt(filePartSchema, part, path);
  const refuse = (field: string, why: string, todo: string, code: 'unsupported_value' | 'validation_failed'): never => {
    const param = toParam([...path, field]);
    throw new GatewayError(code, `${param}: ${why} ${todo}`, { param });
  };
  if (typeof data !== 'string') {
    if (typeof fileId === 'string')
      refuse('file_id', 'Portside keeps no uploaded files.', IN_REQUEST, 'unsupported_value');
    if (typeof fileUrl === 'string') refuse('file_url', 'Portside fetches no files.', IN_REQUEST, 'unsupported_value');
    return refuse('file_data', 'it is missing.', IN_REQUEST, 'validation_failed');
  }
  const file = readFileData(data);
  if (file === null) {
    return refuse('file_data', 'this is no base64.', 'Send a data URL, or the bytes in base64.', 'validation_failed');
  }
  if (!isTextFile(file.mediaType, filename ?? '')) {
    const what = filename || file.mediaType || 'a file without a name';
    refuse('file_data', `"${what}" is no text file, and Cursor takes no others.`, AS_TEXT, 'unsupported_value');
  }
  const text = toText(file.bytes);
  if (text === null) return refuse('file_data', 'this file is not in UTF-8.', AS_TEXT, 'unsupported_value');
  return `${filename ? `<file name=${JSON.stringify(filename)}>` : '<file>'}\n${text}\n</file>`;
};

const IN_REQUEST = 'Send the file in file_data, or its text as an input_text part.';
const AS_TEXT = 'Send its text as an input_text part.';

interface FileData {
  /** Lower case, without parameters; empty where it is not said. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** Reads a data URL (RFC 2397) or bare base64; `null` for what is neither. */
const readFileData = (data: string): FileData | null => {
  const [whole, head, body] = /^data:([^,]*),(.*)$/is.exec(data) ?? [];
  if (whole === undefined) return toFile('', fromBase64(data));
  const [mediaType = '', ...parameters] = (head ?? '').split(';').map((word) => word.trim().toLowerCase());
  const text = decodePercent(body ?? '');
  if (text === null) return null;
  return toFile(mediaType, parameters.includes('base64') ? fromBase64(text) : Buffer.from(text));
};

const toFile = (mediaType: string, bytes: Uint8Array | null): FileData | null =>
  bytes === null ? null : { mediaType, bytes };

const fromBase64 = (text: string): Uint8Array | null => {
  const digits = text.replaceAll(/\s/g, '').replace(/={1,2}$/, '');
  return /[^A-Za-z0-9+/_-]/.test(digits) || digits.length % 4 === 1 ? null : Buffer.from(digits, 'base64');
};

const decodePercent = (text: string): string | null => {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
};

const toText = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};
