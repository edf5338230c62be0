#!/usr/bin/env node
import module from 'node:module';
import { join } from 'node:path';

// Sources are stripped of their types and compiled once; Node looks at their bytes each time.
module.enableCompileCache?.(join(import.meta.dirname, '..', 'node_modules', '.cache', 'pipe'));
if (process.channel) (await import('./newer-node.js')).endWithStarter();
if (process.features.typescript) await import('../src/cli/main.ts');
else await (await import('./newer-node.js')).runAgain(import.meta.filename);
