#!/usr/bin/env node
import { run } from './run.js';

// eslint-disable-next-line node/no-process-env -- a password in an argument is seen by every user of the machine
const { REDIS_URL: redisUrl } = process.env;
const { stdin, stdout, stderr } = process;

void run(process.argv.slice(2), { stdin, stdout, stderr, redisUrl }).then((code) => {
  process.exitCode = code;
});
