/** Languages whose script nobody else in the list writes. */
const scripts: readonly (readonly [language: string, script: RegExp])[] = [
  ['ja', /[\u3040-\u30ff]/g],
  ['ko', /[\uac00-\ud7af]/g],
  ['zh', /[\u4e00-\u9fff]/g],
  ['th', /[\u0e00-\u0e7f]/g],
  ['el', /[\u0370-\u03ff]/g],
  ['he', /[\u0590-\u05ff]/g],
  ['hi', /[\u0900-\u097f]/g],
  ['bn', /[\u0980-\u09ff]/g],
  ['ta', /[\u0b80-\u0bff]/g],
  ['te', /[\u0c00-\u0c7f]/g],
  ['ka', /[\u10a0-\u10ff]/g],
  ['hy', /[\u0530-\u058f]/g],
]

/** Words that nearly each sentence of a language has. */
const words: Readonly<Record<string, string>> = {
  en: 'the of and to in is that it for was with are this you be have not what how can do my me i please your',
  de: 'der die das und ist nicht ein eine zu den mit sich auf für ich im von dem wie kann bitte sie es was',
  fr: 'le la les des et est un une que dans pour pas sur je vous avec ce qui du au il elle nous sont comment',
  es: 'el la los las de que y en un una es por con para no se su lo como está cómo puedo del al qué',
  it: 'il lo gli di che è un una per non con sono del della si come mi ho nel alla questo le anche più',
  pt: 'o os de que e do da em um uma para com não se por mais como no na é são você eu dos ao',
  nl: 'de het een en van is dat niet op te voor met zijn ik je aan er maar om wat hoe ook naar bij',
  sv: 'och att det är en som på för med inte jag av den har till ett vi om kan du hur var de',
  da: 'og at det er en som på for med ikke jeg af den har til et vi om kan du hvordan var der de',
  no: 'og at det er en som på for med ikke jeg av den har til et vi om kan du hvordan var der ikkje',
  fi: 'ja on ei että se hän oli ovat mutta kun niin myös tai minä olen voi mitä miten kuin sekä',
  pl: 'i w nie na się że z jest do to jak o co dla ale czy są po tym przez od mnie być',
  cs: 'a je se v na že to s z do jak o pro ale jsem jsou by co není který po jako být',
  hu: 'a az és hogy nem is egy van ez meg de ha csak mint volt kell vagy el én miért hogyan',
  ro: 'și de în la cu nu este o un pe care să din mai pentru că sunt ce ca fi cum am',
  tr: 've bir bu için ne çok ile de da mi var olarak gibi daha ben nasıl değil ama en kadar',
  id: 'yang dan di ini itu dengan untuk tidak dari dalam akan pada saya adalah ke bisa apa bagaimana ada anda',
  vi: 'và là của có không được cho một những các với người này trong đã tôi để bạn khi như thế nào',
  ca: 'el la els les de que i en un una és per amb no es com està dels al són aquest més',
  ru: 'и в не на я что он с как это по но они мы к у вы за из от так для',
  uk: 'і в не на я що він з як це по але вони ми до у ви за та від для є',
  bg: 'и в не на аз че той с как това по но те ние към за от да се са е',
  sr: 'и у не на ја да је он с како то по али ми за од се су што',
  ar: 'في من على إلى أن هذا التي الذي لا ما هو هي مع كان عن كيف هل',
  fa: 'در از به که این را با است برای آن می های و یک چه چگونه',
  ur: 'کے میں کی ہے کا اور سے کو نے پر یہ کہ ہیں نہیں کیا',
}

const languagesOf = new Map<string, string[]>()
for (const [language, list] of Object.entries(words)) {
  for (const word of list.split(' ')) languagesOf.set(word, [...(languagesOf.get(word) ?? []), language])
}

export const languages: readonly string[] = [...scripts.map(([language]) => language), ...Object.keys(words)]

/** The language of a text and how sure that is, or nothing where it says too little. */
export function identify(text: string): { readonly language: string; readonly score: number } | undefined {
  const sample = text.slice(0, 4000)
  const letters = sample.match(/\p{L}/gu)?.length ?? 0
  if (letters < 8) return undefined
  for (const [language, script] of scripts) {
    const share = (sample.match(script)?.length ?? 0) / letters
    // Japanese writes Han between its own letters.
    if (share > (language === 'ja' ? 0.1 : 0.4)) return { language, score: Math.min(0.98, 0.6 + share / 2) }
  }
  const found = sample.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? []
  const votes = new Map<string, number>()
  for (const word of found) {
    const named = languagesOf.get(word) ?? []
    for (const language of named) votes.set(language, (votes.get(language) ?? 0) + 1 / named.length)
  }
  const [first, second] = [...votes].sort((a, b) => b[1] - a[1])
  if (first === undefined || first[1] < 1.5 || found.length < 4) return undefined
  const lead = (first[1] - (second?.[1] ?? 0)) / first[1]
  return lead < 0.2 ? undefined : { language: first[0], score: Math.min(0.95, 0.5 + lead / 2) }
}
