import { Agent, request } from 'node:http';

/**
 * Clients of an HTTP server that ask at a steady rate, without waiting for each other. Each request has a connection of
 * its own: on one that is kept alive, a server that shuts down would be asked for ever.
 */
export class Clients {
  /** What became of each request: a status, or the error of its connection. */
  readonly answers = new Map<number, number | string>();
  private readonly agent = new Agent({ keepAlive: false });
  private readonly answered: Promise<void>[] = [];
  private timer: NodeJS.Timeout | undefined;
  private count = 0;

  constructor(private readonly port: number) {}

  start(perSecond: number): void {
    this.timer = setInterval(() => this.answered.push(this.ask(++this.count)), 1_000 / perSecond);
  }

  /** Resolves when every request has ended, one way or the other. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.answered);
    this.agent.destroy();
  }

  private ask(number: number): Promise<void> {
    const user = `/users/${number % 7}`;
    const [method, path] = number % 10 === 0 ? ['PUT', `${user}?name=${number}`] : ['GET', user];
    const headers = { 'x-number': String(number) };
    return new Promise((resolve) => {
      const ended = (answer: number | string): void => {
        this.answers.set(number, answer);
        resolve();
      };
      const sent = request({ host: '127.0.0.1', port: this.port, agent: this.agent, method, path, headers });
      sent.once('error', (error) => ended(error.message));
      sent.once('response', (response) => {
        response.once('end', () => ended(response.statusCode ?? 0));
        response.once('error', (error) => ended(error.message));
        response.resume();
      });
      sent.end();
    });
  }
}
