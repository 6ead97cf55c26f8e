/** Steps of a model's own answer: "before you answer", "in your summary". */
import { expression, type Piece, standsIn, words } from './patterns.ts'

const answers = 'answer(?:ing)?|repl(?:y|ying)|respond(?:ing)?|summari[sz](?:e|ing)|translat(?:e|ing)|relay(?:ing)?'
const works =
  'continu(?:e|ing)|proceed(?:ing)?|process(?:ing|ed)?|finish(?:ing|ed)?|complet(?:e|ing|ed)|generat(?:e|ing)|read(?:ing)?|writ(?:e|ing)|mention(?:ing)?|done'
const said = '(?:final |next |first |own |last )?(?:answer|reply|response|summary|output)'

const stepBefore = (verbs: string): string =>
  `${words('before|prior to|after|while|when|whenever|once|upon|as')} (?:you |you are |you have |you're )?(?:asked to |told to |finally |next |then |start |begin |finish )?(?:${verbs})(?![a-z\\u00df-\\u1fff])`
const listed: readonly string[] = [
  stepBefore(answers),
  `${words('in|to|of|with')} (?:your|the) ${said}(?![a-z\\u00df-\\u1fff])`,
  `${words('your')} ${said} (?:must|should|has to|needs to|shall|will|is to)`,
  `${words('first|next|last')} step of your`,
  `${words("if (?:you are |you're )?asked (?:about|to)|(?:if|when|whenever) (?:the|a|your) users? asks?")}`,
  words(
    'do this first|as your first|rather than answering|stop what you are doing|what(?:ever)? you (?:output|write|say)',
  ),
  `(?<![a-z\\u00df-\\u1fff])(?:bevor du (?:[a-z\\u00df-\\u1fff]+ ){0,3}?(?:antwortest|beantwortest|fortfährst)|(?:wenn|sobald|während) du [^,.\\n]{0,40}?(?:zusammenfasst|antwortest|übersetzt)|avant de (?:lui )?répondre|(?:quand|lorsque) tu (?:résumes|réponds)|antes de (?:responder|contestar)|cuando (?:resumas|respondas)|prima di rispondere|quando (?:riassumi|rispondi)|quando (?:resumir|responder)|voordat je (?:[a-z\\u00df-\\u1fff]+ )?antwoordt|als je (?:antwoordt|samenvat)|zanim odpowiesz|перед тем,? как (?:[a-z\\u00df-\\u1fff]+ )?ответ[a-z\\u00df-\\u1fff]+|прежде чем (?:[a-z\\u00df-\\u1fff]+ )?ответ[a-z\\u00df-\\u1fff]+|перш ніж відпові[a-z\\u00df-\\u1fff]+|(?:yanıt|cevap) vermeden önce|yanıtlamadan önce|قبل (?:أن تجيب|الرد|الإجابة)|(?:قبل|پیش) از پاسخ|לפני ש?[a-z\\u00df-\\u1fff]*עונה|उत्तर देने से पहले|जवाब देने से पहले|sebelum menjawab|trước khi trả lời|innan du svarar|než odpovíš)`,
  '(?:ก่อนตอบ|(?:回答|返信|返答)する前に|答える前に|답변하기 전에|대답하기 전에|(?:回答|回复)(?:问题|用户)?(?:之前|前))',
]
const ofAnswer = expression(listed.join('|'))
const ofWork = expression(
  `${stepBefore(works)}|${words('during (?:the |code )?review|(?:do this )?before you do anything else')}`,
)

/** `answer`: what a model does. `work`: what people do, too. */
export function stepIn(sentence: Piece): 'answer' | 'work' | undefined {
  if (standsIn(ofAnswer, sentence)) return 'answer'
  return standsIn(ofWork, sentence) ? 'work' : undefined
}
