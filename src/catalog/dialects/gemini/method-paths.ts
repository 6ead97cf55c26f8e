import type { PathPattern } from '../../../core/model/dialect.ts'
import { vertexPaths } from '../vertex-paths.ts'

/** Where clients call a method of a model: at the Gemini API and, as the same package does for Vertex AI, below a project. */
export function methodPaths(method: string): readonly PathPattern[] {
  return [
    ...['/v1beta', '/v1'].flatMap((version) => [
      { path: `${version}/models/{model}:${method}` },
      { path: `${version}/tunedModels/{model}:${method}`, modelName: tunedModel },
    ]),
    { path: bareMethodPath(method) },
    ...vertexPaths('google', `{model}:${method}`),
  ]
}

/** The Vercel AI SDK leaves out `models/` before a name with a slash, as one with an account is. */
export function bareMethodPath(method: string): string {
  return `/v1beta/{model}:${method}`
}

/** Only Google has tuned models, so one without an account is of its first. */
function tunedModel(written: string): string {
  const [, account = 'gemini', name = written] = /^([^/]+)\/(.+)$/s.exec(written) ?? []
  return `${account}/tunedModels/${name}`
}
