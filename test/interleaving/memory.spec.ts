import { WHOLE } from '../support/interleaving/budget.js';
import { describeRaces } from '../support/interleaving/describe-races.js';
import { OURS } from '../support/interleaving/library.js';
import { PROGRAMS } from '../support/interleaving/programs/catalogue.js';
import { memory } from '../support/interleaving/topologies/memory.js';

describeRaces(memory(OURS), PROGRAMS, WHOLE);
describeRaces(memory(OURS, { stepwise: true }), PROGRAMS, { whole: 1_200, drawn: 200 });
describeRaces(memory(OURS, { holds: 'bytes' }), PROGRAMS, WHOLE);
describeRaces(memory(OURS, { holds: 'bytes', stepwise: true }), PROGRAMS, { whole: 300, drawn: 100 });
