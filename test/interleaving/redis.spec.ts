import { describeRaces } from '../support/interleaving/describe-races.js';
import { OURS } from '../support/interleaving/library.js';
import { PROGRAMS } from '../support/interleaving/programs/catalogue.js';
import { redis } from '../support/interleaving/topologies/shared.js';

describeRaces(redis(OURS), PROGRAMS, { whole: 80, drawn: 30 });
// No process has asked for a key before.
describeRaces(redis(OURS, { newKeys: true }), PROGRAMS, { whole: 20, drawn: 15 });
// Two builds, one of which has another shape of values.
describeRaces(redis(OURS, { versions: ['2', undefined] }), PROGRAMS, { whole: 0, drawn: 8 });
// As in a Cluster that has no common slot for a key.
describeRaces(redis(OURS, { joined: 'single steps' }), PROGRAMS, { whole: 0, drawn: 10 });
