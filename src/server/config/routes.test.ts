import { describe, expect, it } from 'vitest'
import { providers } from '../../catalog/providers.generated.ts'
import { compileConfig } from './compile.ts'

const head = 'providers: [{ id: openai, provider: openai, apiKey: sk-1 }]\n'

function faults(routes: string): string[] {
  return compileConfig(`${head}routes:\n${routes}`, Object.values(providers), {}).faults.map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  )
}

describe('a route', () => {
  it.each([
    ['one target', '  r: { target: openai/a, timeoutMs: 5, retries: 2 }'],
    [
      'a list to fall back on, with another route in it',
      '  r: { fallback: [{ route: s }, { target: openai/a }] }\n  s: { target: openai/b }',
    ],
    [
      'shares',
      '  r: { loadbalance: [{ target: openai/a, weight: 3 }, { target: openai/b }], stickyBy: metadata.user }',
    ],
    ['a measure', '  r: { loadbalance: [{ target: openai/a }, { target: openai/b }], by: latency }'],
    ['a canary', '  r: { canary: [{ target: openai/a }, { target: openai/b, percent: 5 }], stickyBy: principal.key }'],
    [
      'conditions',
      '  r: { conditional: [{ if: "request.estimatedTokens > 8000 && !request.stream", target: openai/a }, { fallback: [{ target: openai/b }] }] }',
    ],
    [
      'copied to a target or a route',
      '  r: { target: openai/a, shadow: { target: openai/b, percent: 5 } }\n  s: { target: openai/a, shadow: { route: r, percent: 100 } }',
    ],
    [
      'intents',
      '  r: { semantic: { intents: [{ name: refund, examples: [money back], target: openai/a }, { name: x, examples: [help], route: s }], otherwise: { target: openai/b } } }\n  s: { target: openai/b }',
    ],
    [
      'difficulty',
      '  r: { semantic: { difficulty: { cheap: { target: openai/a }, strong: { fallback: [{ target: openai/b }] }, strongShare: 0.2 }, otherwise: { target: openai/b } } }',
    ],
    [
      'difficulty by a classifier',
      '  r: { semantic: { difficulty: { cheap: { target: openai/a }, strong: { target: openai/b }, classifier: { target: openai/a, timeoutMs: 500 } }, otherwise: { target: openai/b } } }',
    ],
    [
      'intents, and difficulty for what is none of them',
      '  r: { semantic: { intents: [{ name: x, examples: [help], target: openai/a }], otherwise: { semantic: { difficulty: { cheap: { target: openai/a }, strong: { target: openai/b }, threshold: 0.25 }, otherwise: { target: openai/b } } } } }',
    ],
  ])('may be %s', (_what, routes) => {
    expect(faults(routes)).toEqual([])
  })

  it.each([
    [
      '  r: {}',
      '3:3 `routes.r` needs `target`, `route`, `fallback`, `loadbalance`, `canary`, `conditional` or `semantic`.',
    ],
    [
      '  r: { target: openai/a, fallback: [{ target: openai/b }] }',
      '3:3 `routes.r` takes one of `target` or `fallback`, not several.',
    ],
    ['  r: { fallback: [] }', '3:8 `routes.r.fallback` is too short: at least 1.'],
    [
      '  r: { fallback: [{ target: openai/a, weight: 2 }] }',
      '3:39 `routes.r.fallback[0].weight` means nothing in a `fallback` list.',
    ],
    ['  r: { fallback: [{ target: openai/a }], by: cost }', '3:42 `routes.r.by` goes with `loadbalance` only.'],
    ['  r: { loadbalance: [{ target: openai/a, weight: 0 }] }', '3:3 `routes.r` gives no entry a weight above 0.'],
    [
      '  r: { loadbalance: [{ target: openai/a }], by: cost, stickyBy: metadata.a }',
      '3:55 `routes.r` takes `stickyBy` with `by: weight` only.',
    ],
    [
      '  r: { canary: [{ target: openai/a, percent: 60 }, { target: openai/b, percent: 60 }, { target: openai/b }] }',
      '3:8 `routes.r.canary` gives away more than 100 percent.',
    ],
    [
      '  r: { canary: [{ target: openai/a, percent: 60 }] }',
      '3:8 `routes.r.canary` needs exactly one entry without `percent`, for the rest.',
    ],
    [
      '  r: { conditional: [{ if: "true", target: openai/a }] }',
      '3:8 `routes.r.conditional` needs an `if` in each entry but the last, which is for all other calls.',
    ],
    [
      '  r: { route: nowhere }\n  nowhen: { target: openai/a }',
      '3:8 `routes.r.route` names the unknown route `nowhere`; did you mean `nowhen`?',
    ],
    ['  r: { fallback: [{ route: s }] }\n  s: { route: r }', '3:3 The route `r` holds itself: r > s > r.'],
    ['  r: { target: openai/a, shadow: { target: openai/b } }', '3:26 `routes.r.shadow.percent` is missing.'],
    [
      '  r: { target: openai/a, shadow: { route: nowhere, percent: 1 } }',
      '3:36 `routes.r.shadow.route` names the unknown route `nowhere`.',
    ],
    ['  r: { falback: [] }', '3:8 Unknown key `falback`; did you mean `fallback`?'],
    [
      '  r: { semantic: { intents: [{ name: x, examples: [a], target: openai/a }] } }',
      '3:8 `routes.r.semantic.otherwise` is missing.',
    ],
    [
      '  r: { semantic: { intents: [{ name: x, examples: [a] }], otherwise: { target: openai/a } } }',
      '3:30 `routes.r.semantic.intents[0]` needs `target`, `route`, `fallback`, `loadbalance`, `canary`, `conditional` or `semantic`.',
    ],
    [
      '  r: { semantic: { intents: [{ name: x, examples: [a], target: openai/a }, { name: x, examples: [b], target: openai/a }], otherwise: { target: openai/a } } }',
      '3:78 Two intents have the name `x`.',
    ],
    [
      '  r: { semantic: { intents: [{ name: x, examples: [a, "?!"], target: openai/a }], otherwise: { target: openai/a } } }',
      '3:55 `routes.r.semantic.intents[0].examples[1]` needs a word.',
    ],
    [
      '  r: { semantic: { intents: [{ name: x, examples: [a], target: openai/a }], threshold: 2, otherwise: { target: openai/a } } }',
      '3:77 `routes.r.semantic.threshold` is too large: at most 1.',
    ],
    [
      '  r: { semantic: { otherwise: { target: openai/a } } }',
      '3:8 `routes.r.semantic` takes either `intents` or `difficulty`.',
    ],
    [
      '  r: { semantic: { intents: [{ name: x, examples: [a], target: openai/a }], difficulty: { cheap: { target: openai/a }, strong: { target: openai/b } }, otherwise: { target: openai/a } } }',
      '3:8 `routes.r.semantic` takes either `intents` or `difficulty`.',
    ],
    [
      '  r: { semantic: { difficulty: { cheap: { target: openai/a }, strong: { target: openai/b } }, threshold: 0.5, otherwise: { target: openai/a } } }',
      '3:95 `routes.r.semantic.threshold` goes with `intents` only; that of `difficulty` stands in it.',
    ],
    [
      '  r: { semantic: { difficulty: { cheap: { target: openai/a }, strong: { target: openai/b }, strongShare: 0.5, threshold: 0.5 }, otherwise: { target: openai/a } } }',
      '3:20 `routes.r.semantic.difficulty` takes `strongShare` or `threshold`, not both.',
    ],
    [
      '  r: { semantic: { difficulty: { cheap: { target: openai/a }, strong: { target: openai/b }, strongShare: 0.5, classifier: { target: openai/a } }, otherwise: { target: openai/a } } }',
      '3:20 `routes.r.semantic.difficulty` takes no `strongShare` and no `threshold` beside a `classifier`, which says itself what is hard.',
    ],
    [
      '  r: { semantic: { difficulty: { cheap: { target: openai/a }, strong: { target: openai/b }, classifier: { target: openai/a, timeoutMs: 1 } }, otherwise: { target: openai/a } } }',
      '3:125 `routes.r.semantic.difficulty.classifier.timeoutMs` is too small: at least 50.',
    ],
    [
      '  r: { semantic: { difficulty: { cheap: { target: openai/a } }, otherwise: { target: openai/a } } }',
      '3:20 `routes.r.semantic.difficulty.strong` is missing.',
    ],
    [
      '  r: { semantic: { difficulty: { cheap: { target: openai/a }, strong: { target: openai/b }, strongShare: 2 }, otherwise: { target: openai/a } } }',
      '3:93 `routes.r.semantic.difficulty.strongShare` is too large: at most 1.',
    ],
  ])('is refused with its place and a way out: %s', (routes, expected) => {
    expect(faults(routes)).toContain(expected)
  })

  it.each([
    ['an unknown field', 'request.modell == "x"', /`routes\.r\.conditional\[0\]\.if` No such key: modell/],
    [
      'a list that a client could make long',
      'request.earlierTexts.exists(text, text == "x")',
      /No such key: earlierTexts/,
    ],
    ['no answer of yes or no', 'request.model', /gives a value of type string, not `true` or `false`/],
    ['half a sentence', '1 +', /Unexpected token: EOF/],
    ['a pattern', 'request.text.matches("^(a+)+$")', /uses `matches`; use `contains`/],
    ['an unknown name', 'nobody == 1', /Unknown variable: nobody/],
    ['too many words', `request.text.contains('${'x'.repeat(2000)}')`, /is longer than 2000 characters/],
    ['too many values', `request.model in [${'"a",'.repeat(250)}"b"]`, /Exceeded/],
  ])('with a condition of %s is refused when the file is read', (_what, condition, expected) => {
    const [only, ...others] = faults(
      `  r: { conditional: [{ if: ${JSON.stringify(condition)}, target: openai/a }, { target: openai/b }] }`,
    )
    expect(only).toMatch(expected)
    expect(others).toEqual([])
  })

  it('that is a thousand plans deep is refused, and nothing falls', () => {
    const deep = `  r: ${'{ fallback: ['.repeat(1000)}{ target: openai/a }${'] }'.repeat(1000)}`
    expect(faults(deep)[0]).toMatch(/deep|YAML/)
  })
})
