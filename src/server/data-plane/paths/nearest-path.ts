import { nearestNames } from '../../../core/text/nearest-names.ts'

/** What to say of a path at which nothing is. A path that is far from what was meant would be worse than none. */
export function unknownPathMessage(path: string, known: readonly string[]): string {
  const start = `There is nothing at ${path.slice(0, 200)}`
  const instead = elsewhere.find(([pattern]) => pattern.test(path))?.[1]
  if (instead !== undefined) return `${start}: ${instead}`
  const near = nearestPath(path, known)
  if (near !== undefined) return nearestPathMessage(path, near)
  return `${start}; docs/guides/clients.md and docs/guides/endpoints.md have the paths, and /p/<account>/… reaches any of a provider.`
}

export function nearestPathMessage(path: string, near: string): string {
  return `There is nothing at ${path.slice(0, 200)}; the nearest path is ${near}.`
}

/** Paths of vendors that clients ask for, and what is served in their place. */
const elsewhere: readonly (readonly [path: RegExp, sentence: string])[] = [
  [/^(?:\/cohere)?\/v1\/chat$/, "Cohere's second version is served (`ClientV2` of its SDKs), at /v2/chat."],
  [/^(?:\/cohere)?\/v1\/embed$/, "Cohere's second version is served (`ClientV2` of its SDKs), at /v2/embed."],
]

/** The known path whose steps are each those of `path`, but for slips; or the one that stands at its end. */
function nearestPath(path: string, known: readonly string[]): string | undefined {
  const steps = path.split('/')
  if (steps.length > maxSteps) return undefined
  const fitting = known.filter((candidate) => {
    const wanted = candidate.split('/')
    return wanted.length === steps.length && wanted.every((step, index) => isNear(steps[index] ?? '', step))
  })
  return nearestNames(path, fitting, 1)[0] ?? fitting[0] ?? known.find((candidate) => path.endsWith(candidate))
}

const maxSteps = 20

function isNear(step: string, wanted: string): boolean {
  if (step === wanted) return true
  // `{model}:verb` is near to what has a verb.
  if (wanted.startsWith('{')) return !wanted.includes(':') || step.includes(':')
  const limit = Math.max(1, Math.floor(wanted.length / 4))
  return nearestNames(step, [wanted], 1, limit).length > 0
}
