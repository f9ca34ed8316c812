import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a desk of the run's global set-up has to tell. The first to ask has it made. */
export async function askDesk(port: string | undefined): Promise<unknown> {
  const { made, error } = JSON.parse(await text(connect(Number(port), '127.0.0.1'))) as {
    made?: unknown;
    error?: string;
  };
  if (error !== undefined) throw new Error(`what all specs of the run share could not be made: ${error}`);
  return made;
}
