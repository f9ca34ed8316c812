import { describeRaces } from '../support/interleaving/describe-races.js';
import { OURS } from '../support/interleaving/library.js';
import { PROGRAMS } from '../support/interleaving/programs/catalogue.js';
import { tiered } from '../support/interleaving/topologies/shared.js';

describeRaces(tiered(OURS), PROGRAMS, { whole: 0, drawn: 25 });
describeRaces(tiered(OURS, { joined: 'apart' }), PROGRAMS, { whole: 0, drawn: 10 });
