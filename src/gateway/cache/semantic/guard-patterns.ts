/** What the guards of the semantic cache look for. What a list lacks is a word of the question, and is compared as one. */

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '))

/** Words around a question that only ask for an answer. */
export const courtesyPattern =
  /^[\s\p{P}]*(?:(?:hi|hello|hey)\b[\s\p{P}]*)?(?:(?:(?:please|kindly)\s+)?(?:(?:can|could|would|will)\s+you\s+(?:please\s+|kindly\s+)?(?:tell|explain|show|help)\s+(?:to\s+)?(?:me|us)\s*(?:please\s+|with\s+)?|(?:tell|show|explain)\s+(?:to\s+)?me\s+|i(?:'d|\s+would)?\s+(?:like|want|need)\s+to\s+know\s+))?/iu

/** Decimal points, thousands and signs stay; a percent sign or a currency is part of the number. */
export const numberPattern =
  /(?:[-+\u2212]\s?)?[$\u20ac\u00a3\u00a5\u20b9]?\s?\p{N}+(?:[.,:/\u2013-]\p{N}+)*\s?[%\u2030$\u20ac\u00a3\u00a5\u20b9\u00b0]?/gu

export const spelledPattern =
  /\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|half|quarter|third|double|twice|once|first|second|last|next|previous|every|each|all|any|none|only|both|today|tomorrow|yesterday|tonight|now|daily|weekly|monthly|yearly|annual|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|febr)uary|march|april|june|july|august|(?:septem|octo|novem|decem)ber|may \d+|morning|evening|noon|midnight|am|pm)\b/g

export const unitPattern =
  /\b(?:mm|cm|km|kg|mg|lbs?|oz|ml|kb|mb|gb|tb|kib|mib|gib|ms|secs?|seconds?|mins?|minutes?|hours?|days?|weeks?|months?|years?|miles?|meters?|metres?|kilometers?|kilometres?|feet|foot|inch(?:es)?|yards?|pounds?|ounces?|grams?|kilograms?|liters?|litres?|gallons?|celsius|fahrenheit|kelvin|usd|eur|gbp|jpy|chf|cny|inr|dollars?|euros?|yen|percent|bytes?|bits?|watts?|volts?|hz|mhz|ghz)\b/g

/** `camelCase`, `snake_case`, `a.b()`, `--flag`, `<tag>`, `#12`, `@user`, code in backticks, operators, letters mixed with digits. */
export const identifierPattern = new RegExp(
  [
    '`[^`]*`',
    String.raw`https?://\S+`,
    // Each begins where a word does: on a long word of a hostile client, a search from every letter would take its square.
    String.raw`(?<![\w.+-])(?:[\w.+-]+@[\w-]+\.[\w.]+|--?[a-zA-Z][\w-]*(?==|\s|$))`,
    String.raw`<\/?[\w-]+[^<>]*>`,
    String.raw`[#@$][\p{L}_][\p{L}\p{N}_]*`,
    String.raw`(?<![\p{L}\p{N}_])(?:[\p{L}_][\p{L}\p{N}_]*(?:(?:::|\.|->|\/)[\p{L}_][\p{L}\p{N}_]*)+(?:\(\))?|[\p{L}_]\w*\(\)?|\p{L}+_[\p{L}\p{N}_]+|\p{Ll}+\p{Lu}[\p{L}\p{N}]*)`,
    String.raw`(?<![\p{L}\p{N}_])(?=\w*\d)(?=\w*[a-zA-Z])\w+`,
    String.raw`\p{L}?(?:[+#*/<>=&|^~%]{1,3}|!=)`,
  ].join('|'),
  'gu',
)

/** A word with a capital, and what stands before it. */
export const namePattern = /(?<before>^|[.!?:\n"]\s*|\s|\p{P})(?<name>\p{Lu}[\p{L}\p{M}'\u2019-]*)/gu

export const quotePattern =
  /["\u201c\u201e\u00ab][^"\u201c\u201d\u201e\u00ab\u00bb]*["\u201d\u201c\u00bb]|(?<!\p{L})['\u2018][^'\u2018\u2019]*['\u2019](?!\p{L})/gu

/** English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian. */
export const negations = set(
  'not no never none nothing nobody nowhere neither nor without except unless stop avoid cannot fail failed hardly nicht kein keine keinen nie niemals ohne ne pas jamais sans non nunca jam\u00e1s sin n\u00e3o nem sem niet geen nooit zonder nie bez \u043d\u0435 \u043d\u0435\u0442 \u0431\u0435\u0437',
)
export const negatingPrefix = /^(?:un|dis|non)\p{L}{3,}/u

export const questionWords = set('who whom whose what which when where why how')

/** Small words that turn a question round. */
export const directions = set(
  'from into onto than before after until since between under over above below off up down out more less most least fewer better worse against versus vs instead if or but because while during through via',
)

export const persons: ReadonlyMap<string, string> = new Map([
  ...['you', 'your', 'yours', 'yourself'].map((word): [string, string] => [word, 'you']),
  ...['he', 'him', 'his'].map((word): [string, string] => [word, 'he']),
  ...['she', 'her', 'hers'].map((word): [string, string] => [word, 'she']),
  ...['they', 'them', 'their', 'theirs'].map((word): [string, string] => [word, 'they']),
])

/** Words around what is asked, which the vectors weigh. */
export const weakWords = set(
  'please kindly thank thanks hi hello hey can could would will may might have has had get got go going know need want some possible sure question help tell explain just currently now really actually ok okay',
)
