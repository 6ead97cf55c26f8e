/** Parts of the expressions of this folder. They look at pieces of a few hundred characters, in which sentences end. */
import { neededWords } from './needed-words.ts'
import { addNeeds, createNeededIndex, needsIn, type Seen } from './word-scan.ts'

/** Runs only where the words stand without which it finds nothing. */
export interface Expression {
  readonly pattern: RegExp
  /** Bits of the sets of words of which each has to be there. */
  readonly needs: Seen
}

/** A piece of a text in lower case. */
export interface Piece {
  readonly text: string
  readonly seen: Seen
}

/** Filled by the expressions of this folder as they are made. */
const index = createNeededIndex()

/** For texts in lower case: classes of all letters in any case take milliseconds to compile. */
export function expression(source: string): Expression {
  const needs: number[] = []
  for (const number of neededWords(source).map((words) => addNeeds(index, words))) {
    while (needs.length <= number >> 5) needs.push(0)
    needs[number >> 5] = (needs[number >> 5] ?? 0) | (1 << (number & 31))
  }
  return { pattern: new RegExp(source), needs }
}

export function pieceOf(text: string): Piece {
  return { text, seen: needsIn(index, text)(0, text.length) }
}

/** Pieces of a text, which is read once for all of them. Not all texts have as many characters in lower case. */
export function piecesOf(text: string): (start: number, end: number) => Piece {
  const lower = text.toLowerCase()
  if (lower.length !== text.length) return (start, end) => pieceOf(text.slice(start, end).toLowerCase())
  const seen = needsIn(index, lower)
  return (start, end) => {
    const last = Math.min(end, lower.length)
    return { text: lower.slice(start, last), seen: seen(start, last) }
  }
}

/** Whether a piece has the words; not yet in which order. */
export function mayStandIn({ needs }: Pick<Expression, 'needs'>, { seen }: Piece): boolean {
  for (let at = 0; at < needs.length; at++) if (((needs[at] ?? 0) & ~(seen[at] ?? 0)) !== 0) return false
  return true
}

export function standsIn(expression: Expression, piece: Piece): boolean {
  return mayStandIn(expression, piece) && expression.pattern.test(piece.text)
}

/** Any of some words, of scripts with gaps between words and of such without. */
export function words(spaced: string | readonly string[], gapless = ''): string {
  const list = typeof spaced === 'string' ? spaced : spaced.join('|')
  // An engine that sees the end of a word by itself skips what cannot begin one.
  const isPlain = Array.from(list).every((character) => character < '\x7f')
  const bounded = isPlain ? `\\b(?:${list})\\b` : `(?<![a-z\\u00df-\\u1fff\\d_])(?:${list})(?![a-z\\u00df-\\u1fff\\d_])`
  return gapless === '' ? bounded : `(?:${bounded}|${gapless})`
}

/** Up to so many characters of the same sentence. */
export function within(count: number): string {
  return `[^.;!?\\n]{0,${count}}?`
}

export const mailOrUrl = '(?:[\\w.+-]+@[\\w-]+\\.\\w|https?://|www\\.\\w)'

/** They hold credentials, and are called the same in all languages. What is public or a sample is none of them. */
const files = [
  '(?:~|\\$home|/root|/home/\\w+)?/?\\.(?:ssh|aws|kube|docker|gnupg|netrc|npmrc|git-credentials|config/gh|cursor/mcp)\\b(?!/\\S+\\.pub)',
  '\\bid_(?:rsa|ed25519|ecdsa)\\b(?!\\.pub)',
  '(?<![\\w.])\\.env\\b(?!\\.(?:example|sample|template|test|local))',
  '/etc/(?:passwd|shadow)',
  '\\bsecrets?\\.(?:ya?ml|json|toml)\\b',
  '\\bmcp\\.json\\b',
].join('|')
const variables = [
  'process\\.env\\b',
  '\\$\\{?[a-z]+_[a-z_]*(?:key|token|secret|password)\\b',
  '\\b(?:github|npm|aws|openai|anthropic|google|azure|slack)_[a-z_]*(?:key|token|secret)\\b',
].join('|')

/** Of these no text asks for the whole. */
export const fileOfSecrets = `(?:${files})`
/** As a source: people are told to put a key into such a file. */
export const secretFile = `(?:(?<!\\b(?:in|into|to|inside|see) (?:the |your |a |our |file )?[\`"']?)(?:${files}|${variables})|\\bauthorized_keys\\b)`

/** "Your key" is the reader's own, who is told where to put it. */
const notYours = '(?<!\\b(?:your|their own|our|a|an|no) (?:own |new )?)'

export const credentials = `${notYours}${words(
  [
    'passwords?|passphrases?|credentials|secrets|api keys|private keys?|ssh keys?|environment variables|cookies|pin|otp',
    '(?:session|auth|access|bearer|refresh|github|deploy|secret|all) (?:tokens?|cookies?|data)|tokens (?:of|for) (?:all|the|every)',
    '(?:one-time|verification|security|reset|two-factor|door|unlock) codes?|codes? of the door',
    '(?:credit |payment |saved )?cards? (?:numbers?|details)|(?:saved|payment) cards?|bank details',
    'system (?:prompt|messages?|instructions)|context window',
    'passw[oö]rt[a-z\\u00df-\\u1fff]*|kennw[oö]rt[a-z\\u00df-\\u1fff]*|zugangsdaten|mots? de passe|contraseñas?|claves?|credenciales|senhas?|chiavi|credenziali',
    'wachtwoord(?:en)?|hasł[ao]|парол[ьия]|паролі|şifre[a-z\\u00df-\\u1fff]*|parola[a-z\\u00df-\\u1fff]*|(?:كلمات|كلمة) المرور|رمزهای? عبور|גסמאות|הסיסמאות|סיסמ[a-z\\u00df-\\u1fff]*',
    'पासवर्ड|kata sandi|mật khẩu|lösenord(?:en)?|hesl[ao]',
  ],
  'รหัสผ่าน|パスワード|비밀번호|密码|密碼',
)}`

/** What a person may ask another one for. */
export const privateData = `${notYours}${words([
  '(?:chat|conversation|message|browser|browsing|search) history|(?:this|the|whole|entire|full|last|previous) (?:conversation|chat|transcript)',
  'home address|medical records?|payroll|contacts|inbox|mailbox|list of (?:[a-z\\u00df-\\u1fff]+ )?(?:customers|contacts|users)|(?:customer|contact|user) (?:list|data)',
  "(?:last|recent|all)(?: (?:of )?(?:his|her|their|the|my|user's))?(?: [a-z\\u00df-\\u1fff]+)? (?:mails|e-?mails|messages|conversations|photos|files|invoices|contacts)",
])}`

/** To hand something on, or to get at it. */
export const give = words([
  'send|forward|e-?mail|mail|post|upload|submit|share|attach|export|leak|exfiltrate|publish|copy|commit|push|include|append|paste',
  'insert|add|print|reveal|quote|write|output|give|pass|dump|read|open|cat|retrieve|encode|put',
])

export const giveElsewhere = words(
  [
    'leite|sende|senden|schicke?|überweise|lies|lese|lesen|öffne|füge|schreibe?n?|nenne|gib|zeige?|ausgeben',
    'envoie|envoyez|transfère|transmets|transférez|lis|lisez|ouvre|affiche|ajoute|ajoutez|envía|envíe|envia|reenvía|reenvíe|manda|lee|abre',
    'muestra|incluye|incluya|añade|invia|inoltra|leggi|apri|mostra|includi|riporta|aggiungi|envie|encaminhe|leia|abra|inclua|mostre|adicione',
    'stuur|verstuur|lees|toon|voeg|wyślij|prześlij|przeczytaj|otwórz|dołącz|pokaż|отправь(?:те)?|перешли(?:те)?|прочитай(?:те)?|открой(?:те)?',
    'выведи(?:те)?|добавь(?:те)?|покажи(?:те)?|надішли|перешли|прочитай|відкрий|додай|gönder|ilet|oku|ekle|göster|أرسل|وأرسل|اقرأ|وأضف|أضف|اعرض',
    'بفرست|بخوان|ارسال کن|שלח|קרא|הוסף|העבר|भेजो|भेजें|भेज|पढ़ो|पढ़ें|kirim|kirimkan|teruskan|baca|tampilkan|gửi|chuyển(?: tiếp)?|đọc|thêm',
    'skicka|läs|vidarebefordra|lägg|pošli|přepošli|odešli|přečti',
  ],
  'ส่ง|อ่าน|เพิ่ม|(?:転送|送信|追加|表示|出力|送って)(?:して)?(?:ください|せよ|しろ)?|読み|読んで|전달|보내|읽고|읽어|포함하|추가하|转发|发送|发到|读取|添加到|打开',
)

export const destroyElsewhere = words(
  [
    'lösche|löschen|entferne|deaktiviere|supprime|supprimez|efface|effacez|désactive|borra|borre|elimina|elimine|desactiva|cancella|disattiva',
    'apague|apaga|exclua|desative|verwijder|wis|usuń|skasuj|wyłącz|удали(?:те)?|сотри(?:те)?|отключи(?:те)?|видали|sil|devre dışı bırak|احذف|حذف کن',
    'מחק|हटाओ|हटाएं|मिटाओ|hapus|matikan|xóa|radera|ta bort|smaž|odstraň|vypni',
  ],
  'ลบ|削除(?:して|せよ|しろ)|삭제하|删除|清空',
)

/** What is fetched runs at once. */
export const runAsFetched = `${words('curl|wget')}[^\\n]{0,120}\\|\\s*(?:sudo )?(?:ba|z)?sh\\b`
