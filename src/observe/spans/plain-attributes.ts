import type { JsonValue } from '../../core/wire/json.ts'
import { maxPlainLength } from './bounds.ts'

/**
 * Texts that say how a span went and not what was said in it. Whatever is not named here may be a prompt, an answer, the argument
 * of a tool or a page that was read: each framework has names of its own for those, and new ones with each version.
 */
const plainNames: ReadonlySet<string> = new Set([
  // https://github.com/open-telemetry/semantic-conventions-genai
  'gen_ai.agent.id',
  'gen_ai.agent.name',
  'gen_ai.conversation.id',
  'gen_ai.data_source.id',
  'gen_ai.operation.name',
  'gen_ai.output.type',
  'gen_ai.provider.name',
  'gen_ai.request.model',
  'gen_ai.response.finish_reasons',
  'gen_ai.response.id',
  'gen_ai.response.model',
  'gen_ai.system',
  'gen_ai.tool.call.id',
  'gen_ai.tool.name',
  'gen_ai.tool.type',
  'gen_ai.workflow.name',
  // https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md
  'agent.name',
  'graph.node.id',
  'graph.node.name',
  'graph.node.parent_id',
  'llm.model_name',
  'llm.provider',
  'llm.system',
  'openinference.span.kind',
  'session.id',
  'tool.name',
  'user.id',
  // https://opentelemetry.io/docs/specs/semconv/
  'code.function.name',
  'db.collection.name',
  'db.operation.name',
  'db.system',
  'db.system.name',
  'enduser.id',
  'error.type',
  'exception.type',
  'http.request.method',
  'http.route',
  'messaging.operation.type',
  'messaging.system',
  'network.protocol.name',
  'network.protocol.version',
  'rpc.method',
  'rpc.service',
  'rpc.system',
  'server.address',
  'url.scheme',
  // The AI SDK of Vercel, OpenLLMetry, Langfuse
  'ai.model.id',
  'ai.model.provider',
  'ai.operationId',
  'ai.response.finishReason',
  'langfuse.user.id',
  'operation.name',
  'traceloop.entity.name',
  'traceloop.span.kind',
  'traceloop.workflow.name',
])

/** Numbers and facts say nothing that was said; a list of numbers may be a text as vectors have it. */
export function isPlain(name: string, value: JsonValue): boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return true
  if (!plainNames.has(name)) return false
  if (typeof value === 'string') return value.length <= maxPlainLength
  return Array.isArray(value) && value.every((each) => typeof each === 'string' && each.length <= maxPlainLength)
}
