import { describeLoadLeasesContract } from '../../../../support/load-leases-contract.js';
import { SimulatedLeases } from '../../../../support/simulated-leases.js';

describeLoadLeasesContract('simulated', async () => {
  let now = 0;
  const leases = new SimulatedLeases(() => now);
  return {
    leases,
    close: async () => undefined,
    pass: async (_, ms) => {
      now += ms;
    },
    kept: async (keys) => keys.filter((key) => leases.holder(key) !== undefined).length,
  };
});
