/**
 * onnxruntime 1.30 asks for Microsoft's servers, and keeps an identifier of the machine in the user's cache, unless this
 * is set when it starts. A stage's environment is what the stage declares, so it is said here, where the library is loaded.
 * Threads have a copy of the environment: the program that starts them has to load this too, as `shards.ts` does.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
