// Written by bench/eval-intents.ts. Do not edit.

/** What was measured for the built-in embedder: docs/guides/routes.md says how. */
export const intentCalibration = { embedder: 'lexical-1', threshold: 0.47 } as const
