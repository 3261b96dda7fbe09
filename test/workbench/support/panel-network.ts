import type { Frame } from 'playwright-core';

/**
 * The ways in which a page reaches a host, each as an expression over `host` that gives a promise: fulfilled where it came
 * through, rejected where it did not. `element` puts one into the page and waits for its `load` or `error`.
 */
const WAYS: Readonly<Record<string, string>> = {
  fetch: "fetch('http://' + host + '/fetch', { mode: 'no-cors' })",
  XMLHttpRequest: `new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest();
    asked.onload = resolve;
    asked.onerror = reject;
    asked.open('GET', 'http://' + host + '/xhr');
    asked.send();
  })`,
  WebSocket: `new Promise((resolve, reject) => {
    const socket = new WebSocket('ws://' + host + '/socket');
    socket.onopen = resolve;
    socket.onerror = reject;
  })`,
  EventSource: `new Promise((resolve, reject) => {
    const source = new EventSource('http://' + host + '/events');
    source.onopen = resolve;
    source.onerror = () => { source.close(); reject(); };
  })`,
  image: "element('img', { src: 'http://' + host + '/image.png' })",
  script: "element('script', { src: 'http://' + host + '/script.js' })",
  'style sheet': "element('link', { rel: 'stylesheet', href: 'http://' + host + '/style.css' })",
  video: "element('video', { src: 'http://' + host + '/video.mp4' })",
  object: "element('object', { type: 'text/html', data: 'http://' + host + '/object' })",
  font: "new FontFace('Foreign', 'url(http://' + host + '/font.woff2)').load()",
  worker: `new Promise((resolve, reject) => {
    const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
    worker.onmessage = resolve;
    worker.onerror = reject;
  })`,
};

/** What is refused without an event of its own: the policy says so in an event of the document. */
const SILENT_WAYS: Readonly<Record<string, string>> = {
  sendBeacon: "navigator.sendBeacon('http://' + host + '/beacon', 'text')",
  iframe: "void element('iframe', { src: 'http://' + host + '/frame' })",
  'inline script': `{
    const script = document.createElement('script');
    script.textContent = 'globalThis.hasRunInline = true';
    document.body.append(script);
    script.remove();
  }`,
  'inline handler': "document.createElement('i').setAttribute('onclick', 'globalThis.hasRunInline = true')",
  eval: "(0, eval)('globalThis.hasRunEval = true')",
};

const PROGRAM = `async (host, ways, silentWays) => {
  const element = (name, properties) => new Promise((resolve, reject) => {
    const made = Object.assign(document.createElement(name), properties);
    made.onload = made.onloadeddata = resolve;
    made.onerror = reject;
    document.body.append(made);
  }).finally(() => document.querySelectorAll('body > ' + name + ':not(#app)').forEach((made) => made.remove()));
  const reached = [];
  for (const [name, way] of ways) await way(host, element).then(() => reached.push(name), () => {});
  for (const [name, way] of silentWays) {
    const refused = new Promise((resolve) => document.addEventListener('securitypolicyviolation', resolve, { once: true }));
    // Later: what is evaluated from outside may use eval.
    setTimeout(() => { try { way(host, element); } catch {} }, 0);
    const waited = new Promise((resolve) => setTimeout(resolve, 3000, 'waited'));
    if (await Promise.race([refused, waited]) === 'waited') reached.push(name);
  }
  if (globalThis.hasRunInline || globalThis.hasRunEval) reached.push('foreign code');
  return reached;
}`;

const toEntries = (ways: Readonly<Record<string, string>>): string =>
  `[${Object.entries(ways)
    .map(
      ([name, code]) =>
        `[${JSON.stringify(name)}, async (host, element) => ${code.startsWith('{') ? code : `(${code})`}]`,
    )
    .join(',')}]`;

/** Tries in a page all that could reach a host or run foreign code; gives the names of the ways that are not barred. */
export const tryNetwork = (frame: Frame, host: string): Promise<readonly string[]> =>
  frame.evaluate<readonly string[]>(
    `(${PROGRAM})(${JSON.stringify(host)}, ${toEntries(WAYS)}, ${toEntries(SILENT_WAYS)})`,
  );
