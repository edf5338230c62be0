#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Sources are stripped of their types and compiled once; Node looks at their bytes each time.
enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'pipe'));
await import('../src/cli/main.ts');
