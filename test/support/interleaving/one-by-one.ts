/** The commands of a pipeline are carried out in order, those of others come in between, and each fails for itself. */
export async function oneByOne<T, R>(items: readonly T[], command: (item: T) => Promise<R>): Promise<(R | Error)[]> {
  const answers: (R | Error)[] = [];
  for (const item of items) {
    try {
      answers.push(await command(item));
    } catch (cause) {
      answers.push(cause as Error);
    }
  }
  return answers;
}
