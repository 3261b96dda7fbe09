import process from 'node:process';

// Sends requests one after the other on several connections, every second one streamed, and ends with code 0 if all are answered.
const { BENCH_URL: url, BENCH_TOKEN: token, BENCH_COUNT: count } = process.env;
const CONNECTIONS = 8;

let left = Number(count);
const work = async (): Promise<void> => {
  while (left > 0) {
    left -= 1;
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ messages: [{ role: 'user', content: `Request ${left}` }], stream: left % 2 === 0 }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Status ${response.status}: ${text}`);
  }
};
Promise.all(Array.from({ length: CONNECTIONS }, work)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
