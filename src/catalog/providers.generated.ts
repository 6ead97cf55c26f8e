// Written by scripts/generate-catalogue.ts. Do not edit.
import type { Provider } from '../core/provider.ts'
import anthropic from './providers/anthropic.ts'
import azureOpenai from './providers/azure-openai.ts'
import deepseek from './providers/deepseek.ts'
import demo from './providers/demo.ts'
import fireworks from './providers/fireworks.ts'
import gemini from './providers/gemini.ts'
import groq from './providers/groq.ts'
import mistral from './providers/mistral.ts'
import ollama from './providers/ollama.ts'
import openai from './providers/openai.ts'
import openaiCompatible from './providers/openai-compatible.ts'
import openrouter from './providers/openrouter.ts'
import perplexity from './providers/perplexity.ts'
import together from './providers/together.ts'
import vllm from './providers/vllm.ts'
import xai from './providers/xai.ts'

export type ProviderId =
  | 'anthropic'
  | 'azure-openai'
  | 'deepseek'
  | 'demo'
  | 'fireworks'
  | 'gemini'
  | 'groq'
  | 'mistral'
  | 'ollama'
  | 'openai'
  | 'openai-compatible'
  | 'openrouter'
  | 'perplexity'
  | 'together'
  | 'vllm'
  | 'xai'

export const providers: Readonly<Record<ProviderId, Provider>> = {
  'anthropic': anthropic,
  'azure-openai': azureOpenai,
  'deepseek': deepseek,
  'demo': demo,
  'fireworks': fireworks,
  'gemini': gemini,
  'groq': groq,
  'mistral': mistral,
  'ollama': ollama,
  'openai': openai,
  'openai-compatible': openaiCompatible,
  'openrouter': openrouter,
  'perplexity': perplexity,
  'together': together,
  'vllm': vllm,
  'xai': xai,
}
