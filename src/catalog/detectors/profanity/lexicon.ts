/**
 * Words by how they are taken, of twelve languages. `fuck[s|ed]` stands for the word and the word with each ending. What has a
 * harmless meaning of its own (a name, an animal, a town) is left out, or stands in a phrase that has none.
 */
export type Profanity = 'slur' | 'profanity' | 'mild-profanity'

const lists: Readonly<Record<Profanity, readonly string[]>> = {
  slur: [
    'nigger[s]|nigga[s|z]|sand nigger[s]|faggot[s]|kike[s]|wetback[s]|raghead[s]|towelhead[s]|gook[s]|tranny|trannies|paki[s]|darkie[s]',
    'kanake[n]|kanacke[n]|judensau|schwuchtel[n]|neger[s]',
    'bougnoule[s]|sale arabe[s]|youpin[s]|tapette[s]|sudaca[s]|maricón|maricones|negro de mierda|frocio|froci|terrone[i]|viado[s]',
    'пидор[ы|а|у|ов]|пидорас[ы|а|ов]|жиды|жидов|чурка|чурки',
  ],
  profanity: [
    'fuck[s|ed|er|ers|ing|in|wit|wits|face|able]|motherfuck[er|ers|ing|in]|clusterfuck|fck|fcking|fuk|f*ck[ing|ed|er]|f**k[ing|ed|er]|f***|f@ck',
    'cunt[s]|c*nt|c**t|shithead[s]|bullshit[ting]|dipshit[s]|horseshit|shitty|shitting|shitface[d]|sh*t[ty]|sh**|shit[s]',
    'asshole[s]|arsehole[s]|a**hole[s]|assholes|dickhead[s]|suck my dick|suck my cock|cocksucker[s]|wanker[s]|twat[s]|bitch[es|y|ing]|son of a bitch|b*tch[es]|b**ch|whore[s]|slut[s|ty]|cum dump|jackass[es]',
    'arschloch|arschlöcher|arschlocher|fotze[n]|wichser[s]|hurensohn|hurensöhne|hure[n]|fick dich|ficken|fickt euch|verfickt[e|er|es|en]|verpiss dich|leck mich am arsch|missgeburt',
    'putain[s]|enculé[s|e|es]|encule|connard[s]|connasse[s]|salope[s]|nique ta mère|niquer|va te faire foutre|fils de pute|ta gueule|pute[s]',
    'hijo de puta|hijos de puta|hija de puta|puta madre|puta[s]|coño|cabrón|cabrones|gilipollas|pendejo[s]|pendeja[s]|chinga tu madre|chingar|vete a la mierda|me cago en|me cago en tu madre',
    'cazzo|cazzi tuoi|stronzo|stronzi|stronza|vaffanculo|puttana|puttane|figlio di puttana|testa di cazzo|coglione|coglioni|troia di merda',
    'caralho|filho da puta|filha da puta|puta que pariu|foda-se|fodido|fodida|vai tomar no cu|arrombado|piranha de merda|buceta',
    'klootzak|klootzakken|kankerlijer|kutwijf|teringlijer|hoerenjong|optiefen|godverdomme|flikker op',
    'kurwa|kurwy|skurwysyn|skurwysyny|chuj|chuja|pierdolić|pierdol się|pierdolony|spierdalaj|jebać|jebany|pojebany',
    'блядь|бляди|блять|хуй|хуя|хуйня|хуёвый|нахуй|пизда|пиздец|пизды|ебать|ебаный|ебаная|заебал|заебись|еблан|мудак|мудаки|уёбок|сукин сын',
    'fitta|jävla fitta|kuksugare|orospu|orospu çocuğu|siktir|siktir git|amına koyayım|amk|piç kurusu',
    '他妈的|操你妈|肏你妈|傻逼|傻屄|草泥马|妈了个逼|씨발|시발놈|개새끼|병신새끼|좆같',
  ],
  'mild-profanity': [
    'damn[ed|it]|goddamn[ed|it]|crap|crappy|hell no|what the hell|bloody hell|piss off|pissed off|pissing|wtf|stfu|bollocks|bastard[s]|arse|dumbass|badass|smartass|bugger off|screw you|jerk off',
    'scheiße|scheisse|scheiss|scheiß|verdammt[e|er|es|en]|verdammte scheiße|mistkerl|halt die fresse|depp[en]|trottel|vollidiot[en]',
    'merde|emmerder|bordel de|chiant[e|s|es]|mierda|joder|carajo|merda|porra|minchia|che palle|kut|verdomme|cholera jasna|сука|суки|дерьмо|говно|jävlar|fan också|lanet olsun|くそったれ',
  ],
}

/** All words, with how they are taken. */
export const profanities: readonly (readonly [word: string, as: Profanity])[] = Object.entries(lists).flatMap(
  ([as, lines]) =>
    lines
      .flatMap((line) => line.split(/\|(?![^[]*\])/))
      .flatMap(withEndings)
      .map((word) => [word, as as Profanity] as const),
)

function withEndings(entry: string): readonly string[] {
  const {
    stem = entry,
    endings,
    rest = '',
  } = /^(?<stem>[^[]+)\[(?<endings>[^\]]+)\](?<rest>.*)$/.exec(entry)?.groups ?? {}
  return ['', ...(endings?.split('|') ?? [])].map((ending) => stem + ending + rest)
}
