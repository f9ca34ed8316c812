import { describeRaces } from '../support/interleaving/describe-races.js';
import { OURS } from '../support/interleaving/library.js';
import { PROGRAMS } from '../support/interleaving/programs/catalogue.js';
import { redis } from '../support/interleaving/topologies/shared.js';

describeRaces(redis(OURS), PROGRAMS, { whole: 300, drawn: 60 });
// As in a Cluster that has no common slot for a key, and with the two halves on two servers.
describeRaces(redis(OURS, { joined: 'single steps' }), PROGRAMS, { whole: 100, drawn: 30 });
describeRaces(redis(OURS, { joined: 'apart' }), PROGRAMS, { whole: 100, drawn: 30 });
