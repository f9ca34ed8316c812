import { describeRaces } from '../support/interleaving/describe-races.js';
import { OURS } from '../support/interleaving/library.js';
import { PROGRAMS } from '../support/interleaving/programs/catalogue.js';
import { memory } from '../support/interleaving/topologies/memory.js';

describeRaces(memory(OURS), PROGRAMS, { whole: 300, drawn: 60 });
describeRaces(memory(OURS, { stepwise: true }), PROGRAMS, { whole: 300, drawn: 60 });
describeRaces(memory(OURS, { holds: 'bytes' }), PROGRAMS, { whole: 100, drawn: 30 });
describeRaces(memory(OURS, { holds: 'bytes', stepwise: true }), PROGRAMS, { whole: 100, drawn: 30 });
