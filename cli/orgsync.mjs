#!/usr/bin/env node
// The command `orgsync` of an installed package: the command line, started like everything else.
process.argv.splice(2, 0, 'cli/main.ts');
await import('../engines/ready.mjs');
