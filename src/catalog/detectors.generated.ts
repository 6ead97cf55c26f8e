// Written by scripts/generate-catalogue.ts. Do not edit.
import type { Detector } from '../core/inspection/detection.ts'
import azurePromptShields from './detectors/azure-prompt-shields.ts'
import bedrockGuardrail from './detectors/bedrock-guardrail.ts'
import canary from './detectors/canary.ts'
import classificationLabels from './detectors/classification-labels.ts'
import databaseSafety from './detectors/database-safety.ts'
import dictionary from './detectors/dictionary.ts'
import exactDataMatch from './detectors/exact-data-match.ts'
import gibberish from './detectors/gibberish.ts'
import groundedness from './detectors/groundedness.ts'
import harmfulContent from './detectors/harmful-content.ts'
import htmlInjection from './detectors/html-injection.ts'
import injectionModel from './detectors/injection-model.ts'
import jsonSchema from './detectors/json-schema.ts'
import lakera from './detectors/lakera.ts'
import language from './detectors/language.ts'
import length from './detectors/length.ts'
import llmJudge from './detectors/llm-judge.ts'
import local from './detectors/local.ts'
import maliciousUrl from './detectors/malicious-url.ts'
import openaiModeration from './detectors/openai-moderation.ts'
import pii from './detectors/pii.ts'
import presidio from './detectors/presidio.ts'
import prismaAirs from './detectors/prisma-airs.ts'
import profanity from './detectors/profanity.ts'
import promptInjection from './detectors/prompt-injection.ts'
import refusal from './detectors/refusal.ts'
import regex from './detectors/regex.ts'
import secrets from './detectors/secrets.ts'
import sourceCode from './detectors/source-code.ts'
import systemPromptLeakage from './detectors/system-prompt-leakage.ts'
import topics from './detectors/topics.ts'
import unsafeCode from './detectors/unsafe-code.ts'
import webhook from './detectors/webhook.ts'
import words from './detectors/words.ts'

export const detectors = {
  'azure-prompt-shields': azurePromptShields,
  'bedrock-guardrail': bedrockGuardrail,
  'canary': canary,
  'classification-labels': classificationLabels,
  'database-safety': databaseSafety,
  'dictionary': dictionary,
  'exact-data-match': exactDataMatch,
  'gibberish': gibberish,
  'groundedness': groundedness,
  'harmful-content': harmfulContent,
  'html-injection': htmlInjection,
  'injection-model': injectionModel,
  'json-schema': jsonSchema,
  'lakera': lakera,
  'language': language,
  'length': length,
  'llm-judge': llmJudge,
  'local': local,
  'malicious-url': maliciousUrl,
  'openai-moderation': openaiModeration,
  'pii': pii,
  'presidio': presidio,
  'prisma-airs': prismaAirs,
  'profanity': profanity,
  'prompt-injection': promptInjection,
  'refusal': refusal,
  'regex': regex,
  'secrets': secrets,
  'source-code': sourceCode,
  'system-prompt-leakage': systemPromptLeakage,
  'topics': topics,
  'unsafe-code': unsafeCode,
  'webhook': webhook,
  'words': words,
} as Readonly<Record<string, Detector>>
