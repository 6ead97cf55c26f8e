export const calibration = { embedder: 'lexical-1', threshold: 0.7 }
