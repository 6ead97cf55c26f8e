import { z } from 'zod'
import { defineDetector } from '../../core/inspection/detection.ts'

/** A refusal stands at the beginning of an answer. */
const maxLead = 400

export default defineDetector({
  id: 'refusal',
  title: 'Refusal',
  about:
    'Finds answers that refuse, by what they begin with, in eleven languages. For routes that should ask another model then, and for tests that a model does refuse.',
  points: ['output'],
  taxonomy: ['LLM05'],
  rules: { refusal: 'shape' },
  maxSpan: maxLead,
  openFrom: (text) => (text.length < maxLead ? 0 : text.length),
  settings: z.strictObject({}),
  examples: {
    flagged: [
      { text: "I'm sorry, but I can't help with that." },
      { text: 'I cannot assist with this request.' },
      { text: 'I’m unable to provide instructions for that.' },
      { text: 'As an AI language model, I do not have personal opinions and cannot do that.' },
      { text: "Sorry, I won't write that." },
      { text: 'Unfortunately, I am not able to share this information.' },
      { text: 'Es tut mir leid, aber dabei kann ich nicht helfen.' },
      { text: 'Je suis désolé, mais je ne peux pas vous aider.' },
      { text: 'Lo siento, pero no puedo ayudarte con eso.' },
      { text: 'Desculpe, mas não posso ajudar com isso.' },
      { text: 'Mi dispiace, ma non posso aiutarti.' },
      { text: 'Извините, но я не могу помочь с этим.' },
      { text: '抱歉，我无法提供帮助。' },
      { text: '申し訳ありませんが、お手伝いできません。' },
      { text: '죄송하지만 도와드릴 수 없습니다.' },
      { text: 'عذرًا، لا يمكنني مساعدتك في ذلك.' },
    ],
    clean: [
      { text: 'Sure, here is how it works.' },
      { text: "I'm sorry to hear that. Here is what you can do." },
      { text: 'You cannot divide by zero.' },
      { text: 'The bank said: "We cannot help with this request."' },
      { text: 'I can help with that.' },
      { text: 'If you cannot log in, reset your password.' },
      { text: 'Natürlich, gern.' },
      { text: 'No puedo is Spanish for "I cannot".' },
      { text: '对不起是一个常用词。' },
    ],
  },
  create: () => {
    return ({ text }) => {
      const lead = text.slice(0, maxLead)
      const match = refusals.find((pattern) => pattern.test(lead))?.exec(lead)
      return match == null
        ? []
        : [
            {
              rule: 'refusal',
              category: 'shape',
              score: 0.9,
              span: { start: match.index, end: match.index + match[0].length },
            },
          ]
    }
  },
})

const refusals: readonly RegExp[] = [
  /^[\s"*]{0,8}(?:(?:i['’]?m|i am) (?:very |really |so )?(?:sorry|afraid)|sorry|(?:my )?apologies|i apologi[sz]e|unfortunately|as an? (?:ai|artificial|language|large)[^.\n]{0,80})?[\s,.:;-]{0,4}(?:but |that )?i(?: (?:really |just |simply )?(?:cannot|can['’]?t|can not|won['’]?t|will not|must decline|(?:have to|must) (?:decline|refuse)|do(?:n['’]t| not) (?:feel comfortable|have (?:the ability|personal)))|(?:['’]m| am) (?:not able|unable|not allowed|not permitted|not comfortable|not going))(?: to)?\b(?!\s(?:wait|thank|stress|recommend|imagine|believe|overstate))/i,
  /^\s{0,8}(?:es tut mir (?:sehr )?leid|tut mir leid|leider|entschuldigung)[^.\n]{0,60}(?:kann|darf|werde) ich[^.\n]{0,60}nicht|^\s{0,8}(?:es )?tut mir leid[^.\n]{0,30}ich (?:kann|darf)[^.\n]{0,60}nicht/i,
  /^\s{0,8}(?:je suis (?:vraiment )?d[ée]sol[ée]e?|d[ée]sol[ée]e?|malheureusement)[^.\n]{0,40}je ne (?:peux|suis|pourrai)/i,
  /^\s{0,8}(?:lo siento|lamentablemente|disculpa)[^.\n]{0,40}no (?:puedo|es posible|me es posible)/i,
  /^\s{0,8}(?:desculpe|sinto muito|lamento|infelizmente)[^.\n]{0,40}n[ãa]o (?:posso|consigo)/i,
  /^\s{0,8}(?:mi dispiace|spiacente|purtroppo)[^.\n]{0,40}non (?:posso|sono in grado)/i,
  /^\s{0,8}(?:извините|простите|к сожалению|прошу прощения)[^.\n]{0,40}не (?:могу|смогу)/iu,
  /^\s{0,8}(?:抱歉|对不起|對不起|很抱歉|非常抱歉)[，,。\s]{0,3}(?:但)?我?(?:无法|不能|無法|没办法)/u,
  /^\s{0,8}(?:申し訳(?:ありません|ございません)|すみません)[^。\n]{0,40}(?:できません|できかねます|お手伝いできません)/u,
  /^\s{0,8}(?:죄송(?:하지만|합니다)|미안하지만)[^.\n]{0,60}(?:수 없|없습니다|어렵습니다)/u,
  /^\s{0,8}(?:عذر[ًا]{0,2}|آسف|أعتذر|للأسف)[^.\n]{0,30}(?:لا (?:يمكنني|أستطيع)|لن)/u,
]
