import type { CommandName } from './arguments.js';

const COMMON = `Options:
  -u, --url <url>          of Redis: redis://, rediss://, valkey://, valkeys://, unix://; by default REDIS_URL.
                           Its password is never printed; in REDIS_URL no list of processes shows it either.
      --cluster            the URL names a node of a Redis Cluster
      --key-prefix <text>  as forRoot has it
      --wait-replicas <n>  as forRoot has it
      --timeout <time>     the deadline of one operation, by default 5s
      --json               one JSON document on stdout
  -h, --help`;

const OF_NAMESPACE = `  -n, --namespace <name>   as forFeature has it; always needed
  -p, --partition <name>   of a namespace with partitions
      --tags               the namespace has tags; found out by itself where any were used
      --read-lease         the namespace has read leases; found out by itself where any is held
      --value-version <v>  as forFeature has it
      --redact             print no key and no tag`;

const CONFIRMED = `  -y, --yes                do not ask; needed without a terminal`;

const TEXTS: Readonly<Record<CommandName, string>> = {
  ping: `nestjs-cascache ping

Says of each server how long it takes to answer, and whether it is a master. Writes nothing.

  nestjs-cascache ping --url redis://cache:6379`,
  explain: `nestjs-cascache explain <key> --namespace <name>

Says what Redis has of a key, and why a read would miss. Writes nothing, and never shows the value. Of what processes
hold themselves, of their breakers and transactions, it knows nothing: there cache.explain(key) does. Bytes are not
decoded, since the codec is not known here.

  nestjs-cascache explain 42 --namespace user
  nestjs-cascache explain 42 --namespace invoice --partition acme --json

${OF_NAMESPACE}`,
  invalidate: `nestjs-cascache invalidate <key>… --namespace <name>

Ends the life of the keys, as cache.invalidate does: the generations first, then the entries, and every process that
holds a read lease is told and waited for. To delete keys of Redis by hand does neither.

  nestjs-cascache invalidate 42 43 --namespace user
  nestjs-cascache invalidate --namespace user -- -1

${OF_NAMESPACE}`,
  'invalidate-tags': `nestjs-cascache invalidate-tags <tag>… --namespace <name>

Ends the life of all that carries one of the tags, as cache.invalidateTags does.

  nestjs-cascache invalidate-tags 'orders of acme' --namespace order

${OF_NAMESPACE}`,
  clear: `nestjs-cascache clear --namespace <name>

Ends the life of all entries of the namespace, or of one partition, and removes them. Visits every key of Redis. Asks
before it begins.

  nestjs-cascache clear --namespace user
  nestjs-cascache clear --namespace invoice --partition acme --yes

${OF_NAMESPACE}
${CONFIRMED}`,
  erase: `nestjs-cascache erase <key>… --namespace <name>

Invalidates the keys, and removes every byte of their values, of every version, from Redis, as cache.erase does. Copies
in processes serve no read from then on, and go when they are read or evicted. Asks before it begins.

  nestjs-cascache erase 42 --namespace user

${OF_NAMESPACE}
${CONFIRMED}`,
};

const ALL = `nestjs-cascache <command>

  ping               how long Redis takes to answer
  explain            what Redis has of a key, and why a read would miss
  invalidate         end the life of keys
  invalidate-tags    end the life of all that carries a tag
  clear              end the life of a namespace, or of a partition
  erase              invalidate keys, and remove every byte of their values

  nestjs-cascache explain 42 --namespace user --url redis://cache:6379
  nestjs-cascache <command> --help

Exit codes: 0 done; 1 failed, or done in part; 2 not begun, since the command line is wrong or was not confirmed;
3 not begun, since Redis has nothing of the namespace.`;

export function helpOf(command: CommandName | 'all'): string {
  return `${command === 'all' ? ALL : TEXTS[command]}\n\n${COMMON}\n`;
}
