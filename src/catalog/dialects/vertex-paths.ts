import type { PathPattern } from '../../core/model/dialect.ts'

/**
 * Where clients of Vertex AI call something of a publisher. Project and location are those of the account, not the client's.
 * With an API key there is neither: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/start/express-mode/overview
 */
export function vertexPaths(publisher: string, method: string): readonly PathPattern[] {
  const modelName = (written: string): string => nameIn(written, publisher)
  return ['/v1', '/v1beta1'].flatMap((version) =>
    ['/projects/{project}/locations/{location}', ''].map((owner) => ({
      path: `${version}${owner}/publishers/${method}`,
      prefix: '/vertex',
      modelName,
    })),
  )
}

/**
 * `google/models/gemini-2.5-flash` is `gemini-2.5-flash`. Google's package writes `openai/gpt-5` as `openai/models/gpt-5`, the
 * Vercel AI SDK as `google/openai/gpt-5`.
 */
function nameIn(written: string, publisher: string): string {
  const [, owner = '', name = written] = /^([^/]+)\/models\/(.+)$/s.exec(written) ?? []
  if (owner === '' && written.startsWith(`${publisher}/`)) return written.slice(publisher.length + 1)
  return owner === publisher || owner === '' ? name : `${owner}/${name}`
}
