// Written by scripts/generate-catalogue.ts. Do not edit.
import type { Provider } from '../core/model/provider.ts'
import { rowProviders } from './provider-rows.ts'
import anthropic from './providers/anthropic.ts'
import azureAnthropic from './providers/azure-anthropic.ts'
import azureOpenai from './providers/azure-openai.ts'
import bedrock from './providers/bedrock.ts'
import cloudflareAiGateway from './providers/cloudflare-ai-gateway.ts'
import cloudflareWorkersAi from './providers/cloudflare-workers-ai.ts'
import cohere from './providers/cohere.ts'
import databricks from './providers/databricks.ts'
import deepseek from './providers/deepseek.ts'
import demo from './providers/demo.ts'
import fireworks from './providers/fireworks.ts'
import gemini from './providers/gemini.ts'
import githubModels from './providers/github-models.ts'
import groq from './providers/groq.ts'
import jina from './providers/jina.ts'
import mistral from './providers/mistral.ts'
import ollama from './providers/ollama.ts'
import openai from './providers/openai.ts'
import openaiCompatible from './providers/openai-compatible.ts'
import openrouter from './providers/openrouter.ts'
import perplexity from './providers/perplexity.ts'
import sapAiCore from './providers/sap-ai-core.ts'
import snowflake from './providers/snowflake.ts'
import together from './providers/together.ts'
import vertexAi from './providers/vertex-ai.ts'
import vertexAnthropic from './providers/vertex-anthropic.ts'
import vllm from './providers/vllm.ts'
import voyage from './providers/voyage.ts'
import watsonx from './providers/watsonx.ts'
import xai from './providers/xai.ts'

/** Those with a file of their own, which come first where a name could mean several, and those of the table. */
export const providers = {
  'anthropic': anthropic,
  'azure-anthropic': azureAnthropic,
  'azure-openai': azureOpenai,
  'bedrock': bedrock,
  'cloudflare-ai-gateway': cloudflareAiGateway,
  'cloudflare-workers-ai': cloudflareWorkersAi,
  'cohere': cohere,
  'databricks': databricks,
  'deepseek': deepseek,
  'demo': demo,
  'fireworks': fireworks,
  'gemini': gemini,
  'github-models': githubModels,
  'groq': groq,
  'jina': jina,
  'mistral': mistral,
  'ollama': ollama,
  'openai': openai,
  'openai-compatible': openaiCompatible,
  'openrouter': openrouter,
  'perplexity': perplexity,
  'sap-ai-core': sapAiCore,
  'snowflake': snowflake,
  'together': together,
  'vertex-ai': vertexAi,
  'vertex-anthropic': vertexAnthropic,
  'vllm': vllm,
  'voyage': voyage,
  'watsonx': watsonx,
  'xai': xai,
  ...rowProviders,
} satisfies Readonly<Record<string, Provider>>
