import { expect, test } from 'vitest';
import { MASK, maskSecrets } from '../../../src/connect/main.ts';

const X = '••••••••';

test.each([
  ['"apiKey": "abc-123", "name": "x"', `"apiKey": "${X}", "name": "x"`],
  ['{"a":{"Authorization":"Bearer abc.def"}}', `{"a":{"Authorization":"${X}"}}`],
  ["  api_key: 'it''s' # mine", `  api_key: '${X}' # mine`],
  ['  master_key: abc-1234 # change it', `  master_key: ${X} # change it`],
  ['password: a,b#c}d', `password: ${X}`],
  ['pin_password: 12345', `pin_password: ${X}`],
  ['- access_token: abc', `- access_token: ${X}`],
  ['{ token: abc, name: x }', `{ token: ${X}, name: x }`],
  ['"client_secret" : "a\\"b"', `"client_secret" : "${X}"`],
  ['OPENAI_API_KEY=abc', `OPENAI_API_KEY=${X}`],
  ['"args": ["--header", "Authorization: Bearer abcdefgh"]', `"args": ["--header", "Authorization: ${X}"]`],
  ['"args": ["sk-abcdefgh1234"]', `"args": ["${X}"]`],
  ['url: postgres://ada:hunter2@localhost/x', `url: postgres://ada:${X}@localhost/x`],
  ['private_key: |\n  one\n  two\nname: x', `private_key: |\n  ${X}\n  ${X}\nname: x`],
  [`"apiKey": "${MASK}"`, `"apiKey": "${MASK}"`],
  ['"max_tokens": 200000, "token": true', '"max_tokens": 200000, "token": true'],
  ['api_key: os.environ/AZURE_KEY', 'api_key: os.environ/AZURE_KEY'],
  ['apiKey: ${{ secrets.KEY }}', 'apiKey: ${{ secrets.KEY }}'],
  ['"apiKey": "{env:KEY}"', '"apiKey": "{env:KEY}"'],
  ['"provider": "tokenizer", "keymap": "vim"', '"provider": "tokenizer", "keymap": "vim"'],
  ['"token": {', '"token": {'],
])('%s', (text, masked) => {
  expect(maskSecrets(text)).toBe(masked);
  expect(maskSecrets(masked)).toBe(masked);
});
