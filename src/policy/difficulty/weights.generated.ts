// Written by bench/train-difficulty.ts. Do not edit.
import type { DifficultyWeights } from './sort-by-difficulty.ts'

/** Trained on 4,507 queries of HaluEval (Li et al., 2023, MIT): docs/guides/routes.md says how. */
export const difficultyWeights: DifficultyWeights = {
  intercept: -1.9725,
  weights: {
    length: 0.4487,
    sentences: 0.1334,
    questions: 0.7479,
    numbers: 0.7861,
    formulas: 0.3308,
    fences: 0.2657,
    names: 0.5666,
    links: 0.6279,
    choices: 0.1909,
    longWords: -0.1113,
    maths: 0.4348,
    quantity: 0.5306,
    code: -0.0495,
    logic: 0.1177,
    science: 0.4235,
    profession: 0.4747,
    fact: 0.8195,
    data: 0.4175,
    constraint: 0.2057,
    sequence: 0.3456,
    creative: -1.0659,
    advice: -0.9506,
    wording: -0.0119,
    turns: 0.2,
    tools: 0.3,
    json: 0.2,
    reasoning: 0.7,
  },
  // biome-ignore format: a hundred numbers.
  hundredths: [0.0456, 0.0731, 0.0777, 0.084, 0.0918, 0.0934, 0.0946, 0.0956, 0.0965, 0.0974, 0.0982, 0.0992, 0.1005, 0.1023, 0.1058, 0.1089, 0.1118, 0.113, 0.1146, 0.1161, 0.1184, 0.121, 0.1251, 0.1282, 0.1307, 0.1325, 0.1346, 0.1361, 0.1376, 0.1387, 0.1396, 0.1406, 0.1413, 0.1421, 0.1429, 0.1436, 0.1446, 0.1456, 0.1466, 0.1482, 0.1509, 0.1538, 0.1562, 0.1577, 0.1589, 0.1599, 0.161, 0.162, 0.1629, 0.1642, 0.1653, 0.1667, 0.1679, 0.1698, 0.1718, 0.1735, 0.1757, 0.1777, 0.1801, 0.1816, 0.1829, 0.1845, 0.1857, 0.1871, 0.1886, 0.1896, 0.1914, 0.193, 0.1945, 0.1968, 0.1989, 0.2018, 0.2053, 0.2082, 0.2104, 0.2125, 0.2147, 0.2166, 0.2187, 0.2215, 0.2256, 0.2297, 0.2351, 0.2391, 0.2431, 0.2474, 0.2507, 0.2553, 0.261, 0.2672, 0.2752, 0.2831, 0.2905, 0.3, 0.3118, 0.3275, 0.3439, 0.3709, 0.4079, 0.4681, 0.616],
}
