import { describeRaces } from '../support/interleaving/describe-races.js';
import { OURS } from '../support/interleaving/library.js';
import { PROGRAMS } from '../support/interleaving/programs/catalogue.js';
import { tiered } from '../support/interleaving/topologies/shared.js';

describeRaces(tiered(OURS), PROGRAMS, { whole: 300, drawn: 60 });
describeRaces(tiered(OURS, { joined: 'apart' }), PROGRAMS, { whole: 100, drawn: 30 });
