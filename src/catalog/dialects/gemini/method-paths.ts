import type { PathPattern } from '../../../core/dialect.ts'
import { vertexPaths } from '../vertex-paths.ts'

/** Where clients call a method of a model: at the Gemini API and, as the same package does for Vertex AI, below a project. */
export function methodPaths(method: string): readonly PathPattern[] {
  return [
    ...['/v1beta', '/v1'].map((version) => ({ path: `${version}/models/{model}:${method}` })),
    ...vertexPaths('google', `{model}:${method}`),
  ]
}
