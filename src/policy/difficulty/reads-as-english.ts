/**
 * Whether a text is in English, by its letters and by the little words that stand in every sentence. Made to say no when it is
 * not sure: what comes after knows no other language.
 */
export function readsAsEnglish(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  if (letters === 0) return false
  const foreign = text.match(/[^\P{L}a-zA-Z]/gu)?.length ?? 0
  // Names and borrowed words have some; greek letters stand in formulas.
  if (foreign > letters * 0.05 + 2) return false
  const words = text.toLowerCase().match(/[\p{L}']+/gu) ?? []
  let english = 0
  let shared = 0
  let other = 0
  for (const word of words) {
    if (englishWords.has(word)) english++
    else if (sharedWords.has(word)) shared++
    else if (otherWords.has(word)) other++
  }
  return english > other && english + shared >= words.length * 0.1
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/))

/** Those that no other language in Latin letters is full of. */
const englishWords = set(
  `the of and to is that it for are with this have from or had by but what some we can out other were all there when your how said
  each she which their time if will way about then them would write like these see two more could go did my you his not they who where
  why does been its than now find should give list name tell explain describe create generate calculate solve compare suggest show
  implement design translate summarize please help using between into what's i'm don't it's select identify provide develop perform
  compose construct draft predict make any new three four five six ten many much need want today say play call start know
  thanks thank hello yes sure`,
)

/** Those that are English, too: beside one of the others they count. */
const sharedWords = set('in on as at be an up use her him has come do me he no so a i all also per must was')

/** The most common words of other languages in Latin letters, without those that English has too. */
const otherWords = set(
  `der die das und ist nicht ein eine einen einem den dem des mit für auf von zu ich du wir ihr wie wer auch bitte oder kann mir
  le la les un une des du est et pas que qui dans pour avec sur ce cette sont je vous nous il elle comment quel quelle au aux
  el los las una unos del es y no en por con para se su como qué cuál más lo al son está mi hay
  il lo gli dei della di che non è per sono come una nel alla cosa quale
  o os um uma e não do da dos das em como mais qual é são você
  de het een en van dat niet ik je op te zijn met voor hoe wat aan
  och att det som en på är inte jag för med hur vad ett
  nie jest się na czy jak w z co to dla
  bir ve bu ne için nasıl ile mi da
  yang dan di ini itu dengan untuk tidak apa bagaimana
  và là của có không cho một
  si sa ang mga ng na ay`
    .split(/\s+/)
    .filter((word) => !englishWords.has(word) && !sharedWords.has(word))
    .join(' '),
)
