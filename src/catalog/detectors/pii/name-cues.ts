import { endsAs } from './ends-as.ts'

/** Words by which a text says that a name follows, or has just been. */

export const titles = new Set(
  (
    'mr mrs ms miss mx dr prof professor doctor sir madam dame lord lady rev reverend captain capt colonel col sergeant sgt lieutenant lt major judge justice senator sen congressman congresswoman rep governor officer detective nurse ' +
    'herr frau fraulein hr fr dipl ing mag senor senora senorita sr sra srta don dona doctora doutor doutora monsieur madame mademoiselle m mme mlle maitre signor signora signorina sig dott dottssa avv ' +
    'meneer mevrouw dhr mw pan pani panna bay bayan sayin hoca shri smt sri kumari ji begum ustad sheikh shaikh hajji haji fru froken herra rouva gospodin gospodja uncle aunt auntie grandpa grandma father sister brother cousin coach'
  ).split(' '),
)
/** Titles that are no words besides: they need no capital name list behind them. */
export const plainTitles = new Set(
  'mr mrs ms mx dr prof herr frau senor senora senorita sra srta monsieur mme mlle signor signora meneer mevrouw dhr pani shri smt sayin fru'.split(
    ' ',
  ),
)

export const greetings = new Set(
  'dear hi hello hey hola bonjour hallo ciao ola salut liebe lieber estimado estimada querido querida chere cher caro cara gentile sayin thanks thank cheers hej moin servus merhaba namaste drogi droga czesc witaj ahoj privet moi hei'.split(
    ' ',
  ),
)

/** Right before a name, whatever the name is. */
const introduces = endsAs(
  new RegExp(
    `(?:${[
      String.raw`\b(?:my|his|her|their|your|our|the|whose|full|first|last|given|family|maiden|middle|legal|birth|sur|user|customer|client|patient|employee|account ?holder|card ?holder|cardholder|passenger|guest|student|applicant|candidate|contact|recipient|beneficiary|sender|holder|tenant|insured|emergency contact)[ _-]?(?:full |first |last |maiden |middle |real )?name(?:'s|s)?(?: is| was| are|:| on [a-z ]{2,20} is)?`,
      String.raw`\bname(?:d| is| was|:| =)`,
      String.raw`\b(?:calls?|called) (?:me|him|her)`,
      String.raw`(?:^|[^a-z])(?:first|last|full|sur|given|middle|family)?[ _-]?names?["']?\s*[:=]\s*["']?`,
      String.raw`\b(?:patient|customer|client|employee|contact|attn|attention|applicant|author|tenant|passenger|guest|cardholder|account holder|beneficiary|recipient|signed|signed by|signature|assigned to|reported by|prepared by|approved by|reviewed by|manager|supervisor|doctor|physician|witness|plaintiff|defendant|insured|employer|spouse|wife|husband|mother|father|from|to|cc|bcc|ship to|bill to|name on card|payee|payer|nom|pr[ée]nom|nombre|apellidos?|cognome|nome|vorname|nachname|imi[ęe]|nazwisko|ad[ıi]|soyad[ıi]|naam|voornaam|achternaam|navn|namn|nimi|jm[ée]no|n[ée]v|nume|prenume|titular|paciente|cliente|kunde|client|klient|m[üu][şs]teri|hasta|pacjent)["']?\s?[:=]["']?`,
      String.raw`\b(?:ich hei(?:ß|ss)e|mein name ist|je m'appelle|je m’appelle|me llamo|mi nombre es|mi chiamo|il mio nome [èe]|meu nome [ée]|me chamo|chamo-me|ik heet|mijn naam is|nazywam si[ęe]|mam na imi[ęe]|jag heter|mitt namn [äa]r|jeg heter|jeg hedder|mit navn er|ben(?:im)? ad[ıi]m|ad[ıi]m|nimeni on|olen|jmenuji se|vol[áa]m sa|a nevem|numele meu este|m[ăa] numesc|zovem se|ime mi je|nama saya|t[êe]n t[ôo]i l[àa]|mera naam|ang pangalan ko(?: ay)?|jina langu ni)`,
      `(?:меня зовут|мо[её] имя|зовут|мене звати|казвам се|με λένε|λέγομαι|ονομάζομαι)`,
      String.raw`\b(?:sincerely|faithfully|truly|cordially|respectfully|regards|wishes|best|cheers|thanks|thank you|love|yours|gr[üu](?:ß|ss)en?|gr[üu](?:ß|ss)e|cordialement|saludos|atentamente|saluti|atenciosamente|groeten|pozdrawiam|h[äa]lsningar|hilsen|sayg[ıi]lar[ıi]mla|с уважением),?\s*\n\s*`,
      `^(?:dear|hi|hello|hey)`,
    ].join('|')})[\\s:="'*_(-]{0,4}$`,
    'iu',
  ),
)
/** Right before a name that is known to be one. */
const presents = endsAs(
  /(?:\b(?:i am|i'm|i’m|this is|it's|that's|here is|speaking is|call me|ask for|speak (?:to|with)|talk to|spoke (?:to|with)|meet(?:ing)? with|met(?: with)?|with|from|to|by|for|and|of|tell|told|ask(?:ed)?|call(?:ed)?|email(?:ed)?|e-mail|contact(?:ed)?|message|ping|cc|hire[ds]?|invite[ds]?|remind|notify|see|saw|know|knows|married|husband|wife|son|daughter|brother|sister|mother|father|friend|colleague|boss|manager|neighbou?r|partner|boyfriend|girlfriend|uncle|aunt|cousin|teacher|therapist|patient|client|customer|employee|user|student|tenant|attorney|lawyer|accountant|assistant|author|singer|actor|ceo|cto|cfo|president|director|founder|commenter|mit|von|f[üu]r|an|bei|avec|pour|de|chez|con|para|por|a|da|di|per|met|voor|z|do|dla|och|med|til|ve|ile|ich bin|je suis|soy|sono|sou|ik ben|jestem|jag [äa]r|jeg er|я|это))[\s:,("'“-]{1,3}$/iu,
)

/** The name of a product is nobody's. */
const ofThings = endsAs(
  /\b(?:product|event|file|company|brand|project|host|domain|class|function|variable|table|column|game|song|book|movie|film|show|series|team|restaurant|band|city|country|state|town|model|method|package|service|store|shop|business|group|channel|course|tag|label|server|database|dataset|field|bot|agent|app|application|tool|ship|boat|dog|cat|pet|hotel|school|place|street|island|planet|species|plant|recipe|dish|drink|code|display|branch|repo|repository|org|organi[sz]ation|account|bank|device|node|cluster|job|task|user|scientific|common|generic|trade|domain|path)[ _-]?names?\b["']?(?: is|:| =)?[\s:="'*_(-]{0,4}$/i,
)

export function isIntroduced(before: string): boolean {
  return introduces(before) && !ofThings(before)
}

export function isPresented(before: string): boolean {
  return presents(before)
}

/** What persons do, right behind their name. */
const doings =
  /^(?:['’]s\b|,? (?:said|says|asked|asks|told|tells|wrote|writes|replied|added|explained|shouted|whispered|thinks|thought|wants|wanted|lives|lived|works|worked|called|calls|emailed|sent|joined|left|was born|born|is|was|has|had|will|would|can|could|needs|likes|loves|went|came|moved|paid|bought|signed|reported|agreed|requested|received|and|who|whose|hat|ist|sagte|sagt|wohnt|a dit|dit|est|habite|dijo|dice|vive|es|ha|disse|mora|zei|woont|jest|mieszka|powiedzia)\b|[,;] (?:age[d]? )?\d{2}\b|,? (?:jr|sr|phd|md|esq|mba|cpa|rn|dds)\b|\s*[<(][\w.+-]{1,40}@|: ["“'])/iu

export function actsLikePerson(after: string): boolean {
  return doings.test(after)
}

/** What only persons do: enough behind a word that no list knows. */
const speaking =
  /^(?: (?:said|says|asked|told|replied|wrote|whispered|shouted|laughed|smiled|nodded|sighed|thinks|thought|lives in|lived in|works (?:at|as|for)|was born|grew up|married|emailed me|called me)\b|, (?:can|could|would|will|please|I|thanks|thank you)\b)/

export function speaks(after: string): boolean {
  return speaking.test(after)
}
