/** What a job was started with. */
export const spec = JSON.parse(process.argv[2] ?? '{}');

// Whoever started it is gone: nobody waits for an answer, and connections would keep it alive.
process.once('disconnect', () => process.exit(1));

/** Answers with what `work` returns, or with its error. */
export async function answer(work) {
  try {
    process.send({ result: await work() });
  } catch (error) {
    process.send({ error: error.stack });
  }
}

/** Serves messages one by one. */
export function serve(work) {
  process.on('message', (message) => void answer(() => work(message)));
}
