import { describeRaces } from '../support/interleaving/describe-races.js';
import { OURS } from '../support/interleaving/library.js';
import { PROGRAMS } from '../support/interleaving/programs/catalogue.js';
import { near } from '../support/interleaving/topologies/shared.js';

describeRaces(near(OURS), PROGRAMS, { whole: 0, drawn: 25 });
