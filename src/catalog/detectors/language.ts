import { z } from 'zod'
import { defineDetector } from '../../core/inspection/detection.ts'
import { identify, languages } from './language/identify.ts'

const settings = z.strictObject({
  allowed: z
    .array(z.string().refine((code) => languages.includes(code), `One of ${languages.join(', ')}.`))
    .min(1)
    .max(50)
    .describe('Languages that may be spoken, by ISO 639-1: `en`, `de`.'),
})

export default defineDetector({
  id: 'language',
  title: 'Language',
  about:
    'Holds a text to languages of the settings. It knows 38, by their script or by the commonest words; what is too short or mixed to tell is left.',
  points: ['output', 'input'],
  taxonomy: ['LLM05'],
  rules: { 'language-not-allowed': 'shape' },
  maxSpan: Number.POSITIVE_INFINITY,
  openFrom: () => 0,
  settings,
  exampleSettings: { allowed: ['en', 'de'] },
  examples: {
    flagged: [
      { text: 'Je ne sais pas comment vous aider avec ce problème.' },
      { text: 'No puedo decirte cómo se hace esto en la ciudad.' },
      { text: 'Non so come si fa, ma questo è il libro della casa.' },
      { text: 'Я не знаю, как это сделать, но мы можем попробовать.' },
      { text: '今日はとても良い天気です。' },
      { text: '我不知道怎么做这个工作。' },
      { text: '이것은 어떻게 하는지 모르겠습니다.' },
      { text: 'Ik weet niet hoe het met je is, maar dat is een goed boek.' },
      { text: 'Nie wiem, jak to się robi, ale to jest dobre.' },
      { text: 'لا أعرف كيف هذا من على إلى في البيت' },
    ],
    clean: [
      { text: 'I do not know how to help you with this problem.' },
      { text: 'Ich weiß nicht, wie das geht, aber es ist ein gutes Buch.' },
      { text: 'OK' },
      { text: '12345 67890' },
      { text: 'The word "bonjour" is French for hello, and it is common.' },
      { text: 'const a = b + c' },
    ],
  },
  create: ({ allowed }) => {
    return ({ text }) => {
      const found = identify(text)
      if (found === undefined || allowed.includes(found.language)) return []
      return [
        { rule: 'language-not-allowed', category: 'shape', score: found.score, span: { start: 0, end: text.length } },
      ]
    }
  },
})
