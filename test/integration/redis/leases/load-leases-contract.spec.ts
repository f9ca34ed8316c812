import { leaseKey } from '../../../../lib/keys/storage-keys.js';
import { describeLoadLeasesContract } from '../../../support/load-leases-contract.js';
import { KINDS } from '../../../support/redis/redis-parts.js';

for (const [name, parts] of KINDS) {
  describeLoadLeasesContract(name, async () => {
    const { outside, generations, close } = await parts();
    return {
      leases: generations.leases,
      close,
      pass: async (keys, ms) => {
        await Promise.all(
          keys.map(async (key) => {
            const left = await outside.pttl(leaseKey(key));
            // What has no expiry stays.
            if (left < 0) return;
            await (left > ms ? outside.pexpire(leaseKey(key), left - ms) : outside.unlink(leaseKey(key)));
          }),
        );
      },
      kept: async (keys) => {
        const found = await Promise.all(keys.map((key) => outside.exists(leaseKey(key))));
        return found.filter((there) => there === 1).length;
      },
    };
  });
}
