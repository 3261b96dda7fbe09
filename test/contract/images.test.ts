import { describe, expect, test } from 'vitest';
import type { PortsideProcess } from '../support/portside-process.ts';
import { readImage, toDataUrl } from '../support/test-images.ts';
import { LOOK, MODES, useChat } from '../support/use-chat.ts';

const { contract, chat, play, start } = useChat();

describe('images', () => {
  const look = (url: string, from?: PortsideProcess, isStream = false) => {
    const content = [
      { type: 'text', text: 'What is it?' },
      { type: 'image_url', image_url: { url, detail: 'low' } },
    ];
    return chat({ messages: [{ role: 'user', content }] }, { isStream, ...(from && { from }) });
  };
  const url = (name: string, type: string): string => toDataUrl(readImage(name), type);

  test.each([
    { name: 'halves.png', type: 'image/png', sent: 'image/png' },
    { name: 'halves.jpg', type: 'image/jpeg', sent: 'image/jpeg' },
    { name: 'lossless.webp', type: 'image/webp', sent: 'image/png' },
    { name: 'lossy.webp', type: 'image/webp', sent: 'image/png' },
    { name: 'animated.webp', type: 'image/webp', sent: 'image/png' },
    { name: 'animated.gif', type: 'image/gif', sent: 'image/png' },
    { name: 'halves.jpg', type: 'image/png', sent: 'image/jpeg' },
  ])('$name, called $type, arrives as $sent', async ({ name, type, sent }) => {
    for (const isStream of MODES) {
      await play([{ text: 'A flag.' }]);
      expect(await look(url(name, type), undefined, isStream)).toMatchObject({ status: 200, text: 'A flag.' });
      const run = await contract().portside.simulator.onlyRun();
      expect(run).toMatchObject({ prompt: 'What is it?', images: [{ mimeType: sent }] });
      if (sent === type) expect(run.images[0]?.sizeBytes).toBe(readImage(name).length);
      expect(run.images[0]?.sizeBytes).toBeGreaterThan(50);
    }
  });

  test('belong to the conversation: they are not sent again', async () => {
    await play([{ text: 'A flag.' }]);
    const content = [{ type: 'image_url', image_url: { url: url('halves.png', 'image/png') } }];
    const question = { role: 'user', content };
    const { message } = await chat({ messages: [question] });
    const next = await chat({ messages: [question, message, { role: 'user', content: 'Whose?' }] });
    expect(next.conversation).toBe('continued');
    expect((await contract().portside.simulator.runs())[1]).toMatchObject({ prompt: 'Whose?', images: [] });
    // Another image makes it another conversation; a fresh agent gets what it shows.
    const other = {
      role: 'user',
      content: [{ type: 'image_url', image_url: { url: url('halves.jpg', 'image/jpeg') } }],
    };
    const rebuilt = await chat({ messages: [other, message, { role: 'user', content: 'Whose?' }] });
    expect(rebuilt.conversation).toBe('rebuilt');
    expect((await contract().portside.simulator.runs())[2]).toMatchObject({ images: [{ mimeType: 'image/jpeg' }] });
  });

  test.each<{ name: string; url: () => string; says: RegExp }>([
    { name: 'no base64', url: () => 'data:image/png;base64,%%%', says: /./ },
    {
      name: 'no image',
      url: () => toDataUrl(Buffer.from('Hello there, this is text.')),
      says: /PNG, JPEG, GIF or WebP/,
    },
    { name: 'empty', url: () => 'data:image/png;base64,', says: /./ },
    {
      name: 'an SVG',
      url: () => toDataUrl(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml'),
      says: /svg/,
    },
    { name: 'cut off', url: () => toDataUrl(readImage('animated.gif').subarray(0, 40), 'image/gif'), says: /./ },
    {
      name: 'on the web',
      url: () => 'https://example.com/a.png',
      says: /PORTSIDE_ALLOW_REMOTE_IMAGES|allowRemoteImages/,
    },
    { name: 'a file', url: () => 'file:///etc/passwd', says: /./ },
    {
      name: 'larger than it may be',
      url: () => toDataUrl(Buffer.concat([readImage('halves.png'), Buffer.alloc(8 * 1024 * 1024)])),
      says: /8 MB/,
    },
  ])('one that is $name is refused', async ({ url: toUrl, says }) => {
    await play([{ text: 'ok' }]);
    for (const isStream of MODES) {
      expect(await look(toUrl(), undefined, isStream)).toMatchObject({
        status: 400,
        body: {
          error: {
            message: expect.stringMatching(says),
            type: 'invalid_request_error',
            code: 'invalid_image',
            param: expect.stringContaining('messages'),
          },
        },
      });
    }
    expect(await contract().portside.simulator.runs()).toEqual([]);
  });

  test('have the size of the setting', async () => {
    const portside = await start({ PORTSIDE_MAX_IMAGE_MB: '1', PORTSIDE_ALLOW_REMOTE_IMAGES: 'true' });
    const large = toDataUrl(Buffer.concat([readImage('halves.png'), Buffer.alloc(1024 * 1024)]));
    expect(await look(large, portside)).toMatchObject({ status: 400, body: { error: { code: 'invalid_image' } } });
    for (const address of [
      'https://127.0.0.1/a.png',
      'https://localhost/a.png',
      'https://[::1]/a.png',
      'http://example.com/a.png',
      'https://169.254.169.254/latest',
    ])
      expect(await look(address, portside)).toMatchObject({ status: 400, body: { error: { code: 'invalid_image' } } });
    expect(await portside.simulator.runs()).toEqual([]);
  });

  test('in tool results reach the run that waits', async () => {
    await play([{ call: { tool: 'look' } }, { text: 'I see: {{result.0}}' }]);
    const question = { role: 'user', content: 'Take a picture.' };
    const called = await chat({ tools: [LOOK], messages: [question] });
    const content = [
      { type: 'text', text: 'Here:' },
      { type: 'image_url', image_url: { url: url('lossy.webp', 'image/webp') } },
    ];
    const result = { role: 'tool', tool_call_id: called.message.tool_calls?.[0]?.id, content };
    const done = await chat({ tools: [LOOK], messages: [question, called.message, result] });
    expect(done.text).toMatch(/^I see: Here:\n\[image\/png image, \d+ bytes\]$/);
  });
});
