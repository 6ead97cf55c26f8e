import type { CallRecord } from '../../core/record/call-record.ts'

/** Kinds of calls for which the conventions have a name. Others go by the end of their path. */
const operations: readonly (readonly [path: RegExp, operation: string])[] = [
  [/embed/i, 'embeddings'],
  [/generateContent/i, 'generate_content'],
  [/\/chat\/completions$|\/responses$|\/messages$|\/converse(?:-stream)?$|\/invoke|\/chat$|rawPredict/i, 'chat'],
  [/\/completions?$|\/api\/generate$/, 'text_completion'],
]

/** As the conventions spell vendors; one that is not here has no name there, and goes by its own. */
const providers: ReadonlyMap<string, string> = new Map([
  ['azure-openai', 'azure.ai.openai'],
  ['azure-anthropic', 'azure.ai.inference'],
  ['bedrock', 'aws.bedrock'],
  ['gemini', 'gcp.gemini'],
  ['vertex-ai', 'gcp.vertex_ai'],
  ['vertex-anthropic', 'gcp.vertex_ai'],
  ['mistral', 'mistral_ai'],
  ['watsonx', 'ibm.watsonx.ai'],
  ['xai', 'x_ai'],
])

export function operationOf({ endpoint }: CallRecord): string {
  const known = operations.find(([path]) => path.test(endpoint))
  return known?.[1] ?? (endpoint.split('/').at(-1) || 'call')
}

export function providerName(provider: string): string {
  return providers.get(provider) ?? provider
}
