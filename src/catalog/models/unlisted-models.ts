import type { ModelFacts } from '../../core/model/prices.ts'

/** Models that models.dev leaves out, as their vendors name them. Without prices, which are not those of text. */
export const unlistedModels: Readonly<Record<string, readonly ModelFacts[]>> = {
  // https://platform.openai.com/docs/models
  openai: [
    ...models('whisper-1 gpt-4o-transcribe gpt-4o-mini-transcribe gpt-4o-transcribe-diarize', ['audio'], ['text']),
    ...models('tts-1 tts-1-hd gpt-4o-mini-tts', ['text'], ['audio']),
    ...models('gpt-realtime gpt-realtime-mini', ['text', 'audio', 'image'], ['text', 'audio']),
    ...models('gpt-4o-realtime-preview gpt-4o-mini-realtime-preview', ['text', 'audio'], ['text', 'audio']),
    ...models('gpt-audio gpt-audio-mini gpt-4o-audio-preview', ['text', 'audio'], ['text', 'audio']),
    ...models('omni-moderation-latest', ['text', 'image'], ['text']),
    ...models('dall-e-2', ['text', 'image'], ['image']),
    ...models('dall-e-3', ['text'], ['image']),
    ...models('gpt-3.5-turbo-instruct babbage-002 davinci-002', ['text'], ['text']),
  ],
}

function models(ids: string, inputModalities: readonly string[], outputModalities: readonly string[]): ModelFacts[] {
  return ids.split(' ').map((id) => ({ id, title: id, inputModalities, outputModalities }))
}
