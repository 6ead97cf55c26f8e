import { readFileSync } from 'node:fs'
import { isJsonObject, type JsonObject, parseJson } from '../core/wire/json.ts'
import type { RouteDescription } from '../server/routes/describe-routes.ts'
import type { Explanation } from '../server/routes/explain-route.ts'
import type { Health } from '../server/routes/target-health.ts'
import { type Command, jsonLine, printable, readArguments, table, UsageError } from './command.ts'
import { askControl } from './control-client.ts'

export const routes: Command = {
  summary: 'list routes, explain where a call would go, replay recorded ones, tell how hard they are',
  help: `Usage: portcullis routes list [--json]
       portcullis routes explain <route or model> [--body <file>] [--metadata <name>=<value>]… [--json]
       portcullis routes replay --route <name> [--config <file>] [filters] [--json]
       portcullis routes difficulty [filters] [--json]

  list        routes of a running gateway, and how their targets are doing
  explain     where a call would go now, and why; nothing is sent
  replay      where recorded calls would have gone by a route of a configuration, and at what cost; nothing is sent
  difficulty  how hard recorded calls are: the threshold for each share of them that is to be for \`strong\`

  --body <file>             what a client would send, as JSON; - reads it from the input
  --path <path>             the client's path; default /v1/chat/completions
  --metadata <name>=<value> as the client would send it; may stand several times
  --key <id>                the virtual key that would ask
  --json                    the whole answer

  --url <url>  the gateway's control plane, with PORTCULLIS_ADMIN_TOKEN; default: that of portcullis.yaml here

  Of replay and difficulty, which read the record and need no gateway:
  --config <file>     of replay: where the route is; default portcullis.yaml
  --data <directory>  data directory with the record; default ./data
  --limit <number>    newest calls, up to 10000; default 1000
  --model, --key, --workspace <name>, --from, --to <time>`,
  async run(args) {
    // What reads configurations and prompts is most of the program; a running gateway is asked without it.
    if (args[0] === 'replay') return await (await import('./routes-replay.ts')).replay(args.slice(1))
    if (args[0] === 'difficulty') return await (await import('./routes-difficulty.ts')).difficulty(args.slice(1))
    const { values, positionals } = readArguments(
      args,
      {
        url: { type: 'string' },
        json: { type: 'boolean', default: false },
        body: { type: 'string' },
        path: { type: 'string' },
        key: { type: 'string' },
        metadata: { type: 'string', multiple: true, default: [] },
      },
      2,
    )
    const [action, name] = positionals
    const known = async (): Promise<readonly RouteDescription[]> =>
      // The control API's own shape.
      ((await askControl(values.url, '/api/v1/routes')) as { data: readonly RouteDescription[] }).data
    switch (action) {
      case 'list': {
        if (name !== undefined) throw new UsageError(`There is an argument too many: "${name}".`)
        const data = await known()
        process.stdout.write(values.json ? data.map(jsonLine).join('') : routesText(data))
        return 0
      }
      case 'explain': {
        if (name === undefined) throw new UsageError('Name the route: portcullis routes explain <route or model>.')
        const isRoute = (await known()).some(({ id }) => id === name)
        const question = {
          ...(isRoute ? { route: name } : { model: name }),
          ...(values.path === undefined ? {} : { path: values.path }),
          ...(values.key === undefined ? {} : { key: values.key }),
          metadata: metadataOf(values.metadata),
          body: values.body === undefined ? {} : bodyOf(values.body),
        }
        // The control API's own shape.
        const explained = (await askControl(values.url, '/api/v1/routes/explain', {
          method: 'POST',
          body: question,
        })) as unknown as Explained
        process.stdout.write(values.json ? jsonLine(explained) : explainedText(explained))
        return explained.decision.effect === 'send' ? 0 : 1
      }
      default:
        throw new UsageError('Use: portcullis routes list, explain, replay or difficulty.')
    }
  },
}

type Explained = Explanation & { readonly workers: number }

function metadataOf(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const equals = text.indexOf('=')
      if (equals < 1) throw new UsageError('--metadata takes <name>=<value>.')
      return [text.slice(0, equals), text.slice(equals + 1)]
    }),
  )
}

function bodyOf(file: string): JsonObject {
  let text: string
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (fault) {
    throw new Error(`${file} cannot be read (${(fault as NodeJS.ErrnoException).code ?? 'unknown'}).`)
  }
  const body = parseJson(text)
  if (!isJsonObject(body)) throw new Error(`${file === '-' ? 'The input' : file} holds no JSON object.`)
  return body
}

const headOfRoutes = ['ROUTE', 'ALIASES', 'TARGET', 'CIRCUIT', 'PAUSED', 'IN FLIGHT', 'LATENCY', 'P95']

function routesText(routes: readonly RouteDescription[]): string {
  return table(
    headOfRoutes,
    routes.flatMap(({ id, aliases, targets }) =>
      targets.map(({ account, model, health }, index) => [
        index === 0 ? id : '',
        index === 0 ? aliases.join(',') : '',
        `${account}/${model}`,
        ...together(health),
      ]),
    ),
  )
}

/** What the workers know of a target, in one row: the worst of it, and all that is in flight. */
function together(health: readonly Health[]): string[] {
  const worst = (['open', 'half-open'] as const).find((circuit) => health.some((one) => one.circuit === circuit))
  const most = (of: (one: Health) => number | null): number | undefined => {
    const known = health.flatMap((one) => of(one) ?? [])
    return known.length === 0 ? undefined : Math.max(...known)
  }
  const pauseMs = most((one) => one.pauseMs) ?? 0
  return [
    worst ?? 'closed',
    pauseMs > 0
      ? `${Math.ceil(pauseMs / 1000)} s`
      : health.some(({ paused }) => paused === 'check-failed')
        ? 'check'
        : '',
    String(health.reduce((sum, one) => sum + one.inFlight, 0)),
    milliseconds(most((one) => one.latencyMs)),
    milliseconds(most((one) => one.p95Ms)),
  ]
}

function explainedText(explained: Explained): string {
  const { route, model, decision, steps, candidates, estimate, byChance, workers } = explained
  const rows = [...candidates]
    .sort((a, b) => (a.place ?? Number.MAX_VALUE) - (b.place ?? Number.MAX_VALUE))
    .map(({ place, passedOver, account, model: of, estimatedCostUsd, health }) => [
      place === undefined ? '-' : String(place),
      `${account}/${of}`,
      passedOver ?? '',
      estimatedCostUsd === null ? '' : `$${estimatedCostUsd.toFixed(6)}`,
      ...together([health]),
    ])
  const lines = [
    `${model} by the route ${route}: ${
      decision.effect === 'send' ? `${decision.account}/${decision.model}` : `${decision.errorCode}. ${decision.reason}`
    }`,
    ...steps.map((step) => `  ${step}`),
    ...(byChance ? ['  Chance had a part: the next call may go elsewhere.'] : []),
    ...(estimate === null
      ? ['  Without --body: no costs, and conditions see an empty request.']
      : [`  Costs are for ${estimate.inputTokens} tokens of prompt and ${estimate.outputTokens} of answer.`]),
    ...(workers > 1 ? [`  As the first of ${workers} workers has it; each finds out for itself.`] : []),
  ]
  return `${lines.map((line) => `${printable(line)}\n`).join('')}\n${table(
    ['PLACE', 'TARGET', 'PASSED OVER', 'COST', 'CIRCUIT', 'PAUSED', 'IN FLIGHT', 'LATENCY', 'P95'],
    rows,
  )}`
}

function milliseconds(ms: number | undefined): string {
  return ms === undefined ? '' : `${Math.round(ms)} ms`
}
