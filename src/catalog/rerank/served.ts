import { planner, type ServedFormat } from '../../core/model/endpoint-format.ts'
import type { Provider } from '../../core/model/provider.ts'
import type { RerankFormat } from '../../core/model/rerank.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { speaks } from '../speaks.ts'
import { jinaRerank } from './jina.ts'

/** How targets get requests of clients that write this format. */
export function rerankPlan(formatOf: (body: JsonObject) => RerankFormat): ReturnType<typeof planner> {
  return planner(formatOf, servedRerank)
}

/** A server of Chat Completions may rank documents too (vLLM, Together, SiliconFlow), and says itself when it does not. */
function servedRerank(provider: Provider): readonly ServedFormat<RerankFormat>[] {
  if (provider.rerank !== undefined) return provider.rerank
  return speaks(provider, openaiChat) ? [{ format: jinaRerank, path: '/rerank', beside: openaiChat }] : []
}
