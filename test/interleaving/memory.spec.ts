import { describeRaces } from '../support/interleaving/describe-races.js';
import { OURS } from '../support/interleaving/library.js';
import { PROGRAMS } from '../support/interleaving/programs/catalogue.js';
import { memory } from '../support/interleaving/topologies/memory.js';

describeRaces(memory(OURS), PROGRAMS, { whole: 0, drawn: 25 });
describeRaces(memory(OURS, { holds: 'cells' }), PROGRAMS, { whole: 0, drawn: 25 });
describeRaces(memory(OURS, { holds: 'bytes', stepwise: true }), PROGRAMS, { whole: 0, drawn: 15 });
