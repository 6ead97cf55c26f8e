import { expression, mailOrUrl, within, words } from './patterns.ts'

/** What an assistant is to say of somebody or something, which a text about it cannot decide. */
export const claim = expression(
  [
    `${words('rate|rank|score|grade|describe|present|call|declare|mark|treat|list|cite|label')}${within(60)}${words('stars?|10/10|highest|best|top|leader|neutral|safe|official|excellent|exceptional|perfect|qualified|critical|cleared|successful')}`,
    words([
      'full marks|full points|positive reviews?|highest (?:possible )?(?:score|mark|grade)|only (?:certified|official|trusted)|no competitors?',
      'drop the others|market leader|top of the list|invited? to an interview|even if it is',
      'accept this|recommend (?!to)|advertise|promote|endorse|claim|pretend',
    ]),
    `${words('say|state|claim|tell|inform|convince|assure|respond|reply|answer|write|announce|add|confirm|mention')} ${within(45)}${words('that|so')}(?! you)`,
    `${words('tell|inform|assure|remind')} (?:the|this|every|each|all|any) (?:users?|customers?|readers?|visitors?|humans?)`,
    `${words('respond|reply|answer')} ${within(20)}${words('only|with')}`,
    `${words('bewerten? sie|bewerte|sage?|schreibe?|dis|dites|di|diga|dì|diz|zeg')}[ ,]{1,2}${within(60)}${words('dass|que|che|dat|ausgezeichnet|hervorragend|geeignet|meilleur|mejor|migliore')}`,
  ].join('|'),
)

/** Of these, what praises or blames, or tells users where to turn: hardly a rule for work. */
export const slanted = expression(
  [
    words([
      'stars?|10/10|best|leader|award|neutral|completely safe|official|trusted|certified|exceptional|excellent|perfect|hire|interview',
      'full marks|full points|positive reviews?|highest|cleared|counterfeit|fraud|suspended|fined|competitors?|coupon|discount|winner|won',
      'never possible|was approved|advertise|sign in again|top of the list|accept this|call \\+?\\d|recommend|promote|safe for|no (?:side effects|debts?)',
      'agreed|carbon|claim|pretend|hervorragend|ausgezeichnet|geeignet|meilleur|mejor|migliore',
    ]),
    mailOrUrl,
    '\\+?\\d[\\d ]{7,}',
  ].join('|'),
)

/** That it is to be kept from people. */
export const secrecy = expression(
  [
    `${words("not|don't|never|without|nor")} (?:[a-z\\u00df-\\u1fff]+ ){0,2}?${words('tell|telling|mention|mentioning|inform|informing|notify|notifying|show|alert|comment|list|reveal|disclose|asking')}(?! (?:the |a |your )?(?:users?|customers?|them|him|her|developers?) (?:to|about (?:completed|cancelled)|they can|how)\\b)`,
    words([
      'silently|quietly|secretly|covertly|so that nobody|nobody (?:sees|knows|notices)|keep (?:it|this) (?:secret|out of)|to nobody|need not know',
      'erwähne es nicht|(?:sage?|verrate|zeige?) (?:es |dem [a-z\\u00df-\\u1fff]+ )?(?:es )?(?:nicht|nichts)|ohne (?:es )?(?:dem|den|die) (?:nutzer|benutzer)',
      'sans (?:le )?(?:lui )?dire|ne (?:le |lui )?(?:dis|dites|mentionne)(?: [a-z\\u00df-\\u1fff]+)? pas|sin decir[a-z\\u00df-\\u1fff]*|no (?:se lo |le )?(?:digas|menciones)|non dirlo',
      'senza dir[a-z\\u00df-\\u1fff]*|não (?:avise|conte|diga|mencione)|zeg (?:het|niets)|nie mów|не говори[a-z\\u00df-\\u1fff]*|не сообщай[a-z\\u00df-\\u1fff]*|не кажи|söyleme|لا تخبر',
      'نگو|אל תספר|ואל תספר|मत बताओ|मत बताना|jangan (?:beri ?tahu|katakan)|đừng (?:nói|cho)|säg inget|säg inte|neříkej',
    ]),
    'อย่าบอก|伝えない|知らせない|言わない|알리지|말하지|不要告诉|别告诉|不告诉',
  ].join('|'),
)

/** Who sums a text up or translates it says what it says, and not what it wants to have said. */
export const alteredSummary = expression(
  `${words('summari[sz](?:e|ing)|summary|translat(?:e|ing)|relay(?:ing)?')}[^.\\n]{0,60}?${words('(?:say|add|state|claim|write|mention|pretend) that')}(?! you)`,
)
