import { describeRaces } from '../support/interleaving/describe-races.js';
import { OURS } from '../support/interleaving/library.js';
import { LEASED_PROGRAMS } from '../support/interleaving/programs/leases.js';
import { leased } from '../support/interleaving/topologies/leased.js';

describeRaces(leased('near', OURS), LEASED_PROGRAMS, { whole: 0, drawn: 100 });
describeRaces(leased('tiered', OURS), LEASED_PROGRAMS, { whole: 0, drawn: 100 });
describeRaces(leased('near', OURS, { carries: false }), LEASED_PROGRAMS, { whole: 0, drawn: 100 });
