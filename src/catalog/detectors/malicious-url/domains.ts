/** What is known of names: who may hold them, and which are worth an imitation. */

const secondLevels = new Set('ac co com edu gob gov go gouv ltd me mil ne net nom or org sch'.split(' '))

/** Suffixes below which anybody may have a name. */
const sharedSuffixes = new Set(
  'github.io gitlab.io herokuapp.com web.app firebaseapp.com pages.dev workers.dev vercel.app netlify.app blogspot.com wordpress.com weebly.com wixsite.com azurewebsites.net cloudfront.net onrender.com glitch.me repl.co replit.app surge.sh fly.dev r2.dev ngrok.io ngrok.app ngrok-free.app trycloudflare.com duckdns.org no-ip.org ddns.net hopto.org zapto.org serveo.net 000webhostapp.com godaddysites.com square.site my.id webflow.io'.split(
    ' ',
  ),
)

/** The part of a host that somebody registered, by the rules that most registries have. */
export function registeredDomain(host: string): string {
  const labels = host.split('.')
  if (labels.length <= 2) return host
  const lastTwo = labels.slice(-2).join('.')
  const isCountry = labels.at(-1)?.length === 2
  if (sharedSuffixes.has(lastTwo) || (isCountry && secondLevels.has(labels.at(-2) ?? '')))
    return labels.slice(-3).join('.')
  return lastTwo
}

export function isSharedHost(host: string): boolean {
  return sharedSuffixes.has(host.split('.').slice(-2).join('.'))
}

export const shorteners = new Set(
  'bit.ly tinyurl.com t.co goo.gl is.gd v.gd ow.ly cutt.ly rb.gy shorturl.at rebrand.ly tiny.cc t.ly s.id bit.do adf.ly shorte.st lnkd.in buff.ly soo.gd clck.ru qr.ae x.co u.to urlz.fr short.io bl.ink tny.im dlvr.it'.split(
    ' ',
  ),
)

/** Registries whose names are cheap and much abused (Spamhaus, Interisle). */
export const abusedSuffixes = new Set(
  'tk ml ga cf gq top xyz icu cyou click link zip mov work rest buzz monster quest sbs cfd bond lol surf beauty hair skin makeup country stream download loan men kim party review science trade webcam racing accountant date faith win bid ru su pw cc ws'.split(
    ' ',
  ),
)

/** Endpoints that show to their owner what was sent to them. */
export const catchAllHosts = new Set(
  'webhook.site requestbin.com requestbin.net pipedream.net requestcatcher.com beeceptor.com hookbin.com oast.fun oast.pro oast.live oast.site oast.online oast.me burpcollaborator.net oastify.com interact.sh interactsh.com dnslog.cn ceye.io canarytokens.com canarytokens.org mockbin.org postb.in'.split(
    ' ',
  ),
)
/** Of them, those that serve attacks only. */
export const outOfBandHosts = new Set(
  'oast.fun oast.pro oast.live oast.site oast.online oast.me burpcollaborator.net oastify.com interact.sh interactsh.com dnslog.cn ceye.io'.split(
    ' ',
  ),
)

/** Names that phishing imitates, and more domains of theirs. */
export const brands: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    paypal: ['paypalobjects.com', 'paypal-community.com', 'paypal-corp.com'],
    apple: ['icloud.com', 'apple-cloudkit.com', 'cdn-apple.com'],
    icloud: ['apple.com'],
    microsoft: ['microsoftonline.com', 'live.com', 'office.com', 'azure.com', 'windows.net', 'msn.com'],
    office365: ['office.com', 'microsoft.com'],
    outlook: ['live.com', 'office.com', 'office365.com'],
    onedrive: ['live.com', 'sharepoint.com'],
    sharepoint: [],
    google: [
      'googleapis.com',
      'googleusercontent.com',
      'goo.gl',
      'youtube.com',
      'gstatic.com',
      'googletagmanager.com',
      'google-analytics.com',
      'withgoogle.com',
    ],
    gmail: ['google.com'],
    youtube: ['youtu.be', 'ytimg.com'],
    amazon: ['amazonaws.com', 'aws.amazon.com', 'amazon-adsystem.com', 'amazoncognito.com', 'media-amazon.com'],
    facebook: ['fb.com', 'fbcdn.net', 'facebookmail.com', 'meta.com'],
    instagram: ['cdninstagram.com'],
    whatsapp: ['whatsapp.net'],
    netflix: ['nflxext.com', 'netflixtechblog.com'],
    linkedin: ['licdn.com'],
    twitter: ['x.com', 'twimg.com'],
    dropbox: ['dropboxusercontent.com'],
    docusign: ['docusign.net'],
    adobe: ['adobelogin.com', 'typekit.net'],
    github: ['githubusercontent.com', 'github.io', 'githubassets.com', 'github.dev'],
    gitlab: [],
    openai: ['chatgpt.com'],
    chatgpt: ['openai.com'],
    anthropic: ['claude.ai'],
    coinbase: [],
    binance: ['bnbstatic.com'],
    metamask: [],
    blockchain: [],
    kraken: [],
    trezor: [],
    ledger: [],
    trustwallet: [],
    chase: [],
    wellsfargo: [],
    bankofamerica: ['bofa.com'],
    citibank: ['citi.com'],
    capitalone: [],
    americanexpress: ['amex.com', 'aexp-static.com'],
    hsbc: [],
    barclays: [],
    santander: [],
    lloydsbank: [],
    natwest: [],
    revolut: [],
    sparkasse: [],
    commerzbank: [],
    deutschebank: [],
    postbank: [],
    bnpparibas: [],
    'credit-agricole': [],
    intesasanpaolo: [],
    unicredit: [],
    mastercard: [],
    westernunion: [],
    dhl: [],
    fedex: [],
    usps: [],
    hermes: [],
    royalmail: [],
    ebay: ['ebayimg.com', 'ebaystatic.com'],
    alibaba: ['aliyun.com'],
    aliexpress: [],
    walmart: [],
    spotify: ['spotifycdn.com'],
    steampowered: ['steamcommunity.com'],
    steamcommunity: ['steampowered.com'],
    roblox: [],
    discord: ['discordapp.com', 'discord.gg'],
    telegram: ['t.me'],
    snapchat: [],
    tiktok: ['tiktokcdn.com'],
    yahoo: [],
    zoom: ['zoom.us'],
    slack: ['slack-edge.com'],
    salesforce: ['force.com'],
    okta: ['oktacdn.com'],
    cloudflare: ['cloudflare-dns.com', 'pages.dev', 'workers.dev'],
    wordpress: ['wp.com'],
    shopify: ['myshopify.com'],
    stripe: [],
    airbnb: [],
    booking: [],
    att: [],
    verizon: [],
    vodafone: [],
    samsung: [],
    irs: [],
    medicare: [],
    hmrc: [],
  }),
)

export const harvestWords: readonly string[] =
  'login logon signin sign-in log-in verify verification validate confirm secure security account accounts update unlock suspended suspend locked restore recover recovery billing invoice payment wallet password passwd credential authenticate auth webscr refund reward giftcard gift-card bonus prize claim helpdesk support alert limited connexion anmelden konto verifizierung inicio-sesion verificar cuenta acceso zahlung paket parcel tracking delivery customs colis livraison paiement pago entrega pagamento aktualisierung sicherheit bestaetigung connect-wallet seed-phrase seedphrase airdrop'.split(
    ' ',
  )

/** More sites at which people are asked to log in, and nobody wonders. */
const knownSites = new Set(
  'atlassian.com atlassian.net bitbucket.org notion.so figma.com asana.com trello.com monday.com zendesk.com hubspot.com mailchimp.com npmjs.com pypi.org docker.com rubygems.org crates.io digitalocean.com heroku.com vercel.com netlify.com linode.com hetzner.com ovh.com godaddy.com namecheap.com mozilla.org firefox.com wikipedia.org wikimedia.org stackoverflow.com stackexchange.com reddit.com pinterest.com medium.com quora.com x.com twitch.tv nintendo.com playstation.com xbox.com epicgames.com ea.com blizzard.com proton.me protonmail.com fastmail.com 1password.com bitwarden.com lastpass.com duo.com auth0.com huggingface.co kaggle.com oracle.com ibm.com sap.com redhat.com ubuntu.com jetbrains.com intuit.com xero.com squareup.com wise.com uber.com lyft.com expedia.com ups.com target.com bestbuy.com costco.com ikea.com etsy.com disneyplus.com hulu.com id.me login.gov haveibeenpwned.com'.split(
    ' ',
  ),
)
const domainsOfBrands = new Set([...brands.values()].flat())

/** A registered domain of a site that many know by its name. */
export function isKnownSite(domain: string): boolean {
  const [own = '', ...rest] = domain.split('.')
  if (isSharedHost(domain)) return false
  return (
    knownSites.has(domain) || domainsOfBrands.has(domain) || (brands.has(own) && !abusedSuffixes.has(rest.at(-1) ?? ''))
  )
}

/** Services that lead whoever follows them to any site: their hosts, the path, and the fields that name where. */
const redirectors: readonly (readonly [host: RegExp, path: RegExp, fields: readonly string[]])[] = [
  [/(?:^|\.)lm?\.(?:facebook|instagram|threads|workplace)\.(?:com|net)$/, /^/, ['u']],
  [/(?:^|\.)facebook\.com$/, /^\/(?:l|flx\/warn)\b/, ['u']],
  [/(?:^|\.)google\.[a-z.]{2,6}$/, /^\/url$/, ['q', 'url']],
  [/(?:^|\.)googleadservices\.com$|(?:^|\.)doubleclick\.net$/, /^/, ['adurl', 'url']],
  [/(?:^|\.)youtube\.com$/, /^\/redirect$/, ['q']],
  [/^out\.reddit\.com$/, /^/, ['url']],
  [/(?:^|\.)linkedin\.com$/, /^\/(?:redir|safety\/go|authwall)/, ['url', 'sessionredirect']],
  [/(?:^|\.)steamcommunity\.com$/, /^\/linkfilter/, ['u', 'url']],
  [/(?:^|\.)vk\.com$/, /^\/away/, ['to']],
  [/^t\.umblr\.com$/, /^/, ['z']],
  [/(?:^|\.)slack-redir\.net$/, /^/, ['url']],
  [/(?:^|\.)duckduckgo\.com$/, /^\/l\//, ['uddg']],
  [/(?:^|\.)medium\.com$/, /^\/r\/?$/, ['url']],
  [/(?:^|\.)pinterest\.com$/, /^\/offsite/, ['url']],
  [/^disq\.us$|^exit\.sc$/, /^/, ['url']],
  [/^link\.(?:zhihu\.com|csdn\.net|juejin\.cn)$/, /^/, ['target']],
  [/(?:^|\.)deviantart\.com$/, /^\/users\/outgoing/, ['']],
]

/** The fields that name where a well-known service leads; none for another. */
export function fieldsOfRedirector(host: string, path: string): readonly string[] {
  return redirectors.find(([hosts, paths]) => hosts.test(host) && paths.test(path))?.[2] ?? []
}
