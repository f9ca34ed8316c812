import { MUTANTS } from './mutants/catalogue.js';
import { tryMutant } from './mutants/trial.js';
for (const m of MUTANTS) {
  if (process.argv[2] && !m.name.includes(process.argv[2])) continue;
  try {
    const t = await tryMutant(m);
    console.log(t.caught ? 'caught ' : 'NOT    ', m.name, '|', t.on, '|', t.program, '|', t.others.join(' '));
  } catch (e) {
    console.log('BAD', m.name, (e as Error).message.slice(0, 3000));
  }
}
