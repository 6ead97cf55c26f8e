// Written by bench/eval-semantic-cache.ts. Do not edit.

/** What was measured for the built-in embedder on held-out questions: docs/guides/cache.md says how. */
export const calibration = {
  "embedder": "lexical-1",
  "threshold": 0.6,
  "heldOut": {
    "banking77": {
      "falseHits": 0.00208,
      "upperBound": 0.00383,
      "lookups": 4802,
      "hits": 0.10329
    },
    "own templates": {
      "falseHits": 0,
      "upperBound": 0.00404,
      "lookups": 912,
      "hits": 0.82166
    }
  }
} as const
