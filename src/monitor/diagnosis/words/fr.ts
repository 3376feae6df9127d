/** Le diagnostic en français. */

import type { Words } from './words.ts';

export const fr: Words = {
  causes: {
    internal: 'La passerelle elle-même a échoué.',
    'shutting-down': 'La passerelle s’arrêtait et a mis fin à la requête.',
    'cancelled-at-timeout':
      'Le client est parti après {duration} exactement, sans aucun contenu : cela ressemble à son propre délai d’attente.',
    'cancelled-waiting': 'Le client est parti après {duration}, avant tout contenu.',
    'cancelled-answering': 'Le client est parti au milieu de la réponse, après {duration}.',
    'max-tokens-empty': 'Le modèle a épuisé sa limite de sortie avant de dire quoi que ce soit (motif d’arrêt {stop}).',
    'max-tokens': 'La réponse s’arrête à la limite de sortie de la requête (motif d’arrêt {stop}).',
    refusal: 'Le modèle a refusé de répondre (motif d’arrêt {stop}).',
    'no-content': 'Le modèle a terminé sa réponse correctement, sans contenu (motif d’arrêt {stop}).',
    hedged: 'La première tentative était lente ; une seconde a été lancée à côté, et la réponse est entière.',
    queued: 'Tous les comptes étaient d’abord au repos ; la requête en a attendu un, puis a reçu sa réponse.',
    fine: 'La réponse était entière dès la première tentative.',
    resumed:
      'Un fournisseur s’est interrompu au milieu de la réponse et une autre tentative a repris à cet endroit : le client a vu une seule réponse, entière.',
    repaired:
      'Une signature de réflexion de l’historique a été refusée ; la passerelle a réparé l’historique une fois, et la réponse est entière.',
    fallback:
      'Aucun compte ne pouvait répondre avec le premier modèle de la route ; son modèle suivant, {mapped}, a répondu.',
    'all-resting': 'Tous les comptes capables de servir {model} étaient au repos.',
    'resting-refused':
      'Tous les comptes capables de servir {model} étaient au repos après un refus qui ne passe pas tout seul.',
    'no-account': 'Aucun compte de cette passerelle ne peut servir le modèle {model}.',
    'body-too-large': 'La requête est plus grande que ce que la passerelle accepte.',
    'key-reused': 'Le client a envoyé la même Idempotency-Key avec deux requêtes différentes.',
    'client-key': 'La clé du client n’est pas une clé de cette passerelle.',
    'host-refused': 'L’hôte ou l’origine de la requête n’est pas autorisé.',
    'wrong-path': 'Il n’y a rien à l’adresse {path}.',
    'body-not-json': 'Le corps de la requête n’a pas pu être lu comme du JSON.',
    'request-invalid': 'La requête ne peut pas recevoir de réponse telle quelle.',
    budget:
      'Trop de requêtes vers {mapped} échouent en même temps ; la passerelle a renoncé à une tentative qui aurait aggravé la panne.',
    interrupted:
      'Le fournisseur s’est interrompu après que du contenu avait été montré, et personne n’a pu reprendre ; le flux s’est terminé par une erreur.',
    deadline: 'Le délai total de la requête s’est écoulé avant toute réponse.',
    'ended-without-failure': 'La requête a échoué, et son enregistrement ne dit pas pourquoi.',
    'signature-after-repair': 'Les signatures de l’historique ont été refusées même après la réparation.',
    'signature-refused': 'Une signature de réflexion de l’historique a été refusée.',
    'context-too-long': 'Le prompt est plus long que le contexte de {mapped}.',
    'not-translatable': 'La requête dit quelque chose que le dialecte de {mapped} ne sait pas exprimer.',
    'request-refused': '{provider} a refusé la requête elle-même.',
    'rate-limited': '{provider} a limité {account} pour {mapped}.',
    'quota-exhausted': 'Le quota de {account} pour {mapped} est épuisé.',
    'capacity-limited': 'La capacité partagée de {provider} pour {mapped} manquait ; le compte n’y est pour rien.',
    'model-unavailable': 'L’offre de {account} n’a aucun quota pour {mapped}.',
    'account-exhausted': 'Le crédit ou la limite de dépenses de {account} chez {provider} est épuisé.',
    'credential-missing': 'La passerelle n’a pas pu utiliser l’identifiant de {account}.',
    'credential-refused': '{provider} a refusé l’identifiant de {account}.',
    'service-disabled': 'L’API n’est pas activée dans le projet Google Cloud de {account}.',
    'region-refused': '{provider} ne sert pas la région d’où la passerelle l’interroge.',
    'permission-refused': '{provider} ne donne pas ce droit à {account}.',
    'model-unknown': '{provider} ne connaît pas le modèle {mapped} pour {account}.',
    redirect: 'L’adresse de {account} a répondu par une redirection, qui n’est jamais suivie.',
    'server-error': '{provider} a rencontré une erreur interne.',
    overloaded: '{provider} était surchargé, quel que soit le compte.',
    'silent-headers': '{provider} a pris la requête et n’a pas répondu à temps.',
    'silent-content': '{provider} a commencé à répondre, mais aucun contenu n’est venu à temps.',
    'private-address': 'L’adresse de {account} est dans un réseau privé, ce qui doit d’abord être permis.',
    'name-unknown': 'Le nom d’hôte de {account} n’a pas pu être résolu.',
    'connection-refused': 'Rien n’écoute à l’adresse de {account}.',
    'tls-failed': 'La connexion chiffrée vers le fournisseur de {account} a échoué.',
    'proxy-refused': 'Le proxy n’a pas laissé passer la connexion vers le fournisseur.',
    unreachable: 'La connexion vers le fournisseur de {account} s’est rompue.',
    'prompt-declined': 'Plusieurs comptes ont terminé ce même prompt sans un mot : le modèle le refuse.',
    empty: '{provider} a répondu 200 et a terminé sans contenu.',
    ended: '{provider} a répondu 200, et le flux s’est terminé sans contenu.',
    'stream-error': '{provider} a signalé une erreur dans son flux, avant tout contenu.',
    garbage: 'Ce qu’a répondu le fournisseur de {account} n’est pas le flux demandé.',
    'malformed-answer': 'La réponse de {mapped} était mal formée.',
    cut: 'Le flux de {provider} s’est rompu avant la fin.',
    stalled: 'Le flux de {provider} s’est tu avant la fin.',
    contradiction: 'Aucune tentative n’a repris là où en était la réponse montrée.',
    limit: 'La réponse a dépassé une limite de la passerelle.',
  },
  endings: {
    healed: 'La passerelle a redemandé ({attempts} en tout), et {answered} a donné la réponse entière.',
    tried: '{attempts} sans succès ; l’appelant a reçu une erreur ({status}).',
    'given-up': 'La passerelle n’a pas redemandé ; l’appelant a reçu une erreur ({status}).',
    event: 'Le flux était déjà ouvert : l’appelant a reçu un événement d’erreur.',
    unasked: 'Rien n’a été envoyé à un fournisseur ; l’appelant a reçu une erreur ({status}).',
  },
  advice: {
    nothing: 'Rien à faire.',
    'wait-until':
      'Attendez {in}, jusqu’à {at} : d’ici là, la passerelle laisse le compte au repos ; ensuite elle le redemande.',
    'wait-over': 'L’attente est finie depuis {ago} : redemandez maintenant.',
    'wait-usual': 'Si cela échoue encore, attendez : cela passe en général en moins de {usual}.',
    'ask-again-now': 'Redemandez maintenant ; s’il y a un autre compte, la nouvelle requête commence par lui.',
    'add-account':
      'Un autre compte pour {mapped} sous `accounts`, ou un modèle de repli dans `routes`, permet de traverser ces moments.',
    'mend-refusal':
      'Corrigez ce pour quoi le compte a été refusé (« {said} ») ; la requête échouée d’avant dit comment. Appuyez ensuite sur « Réinitialiser » dans la page Comptes du moniteur.',
    'raise-limits': 'Voir ou relever les limites de {account} : {limits}',
    'supply-credential':
      'Placez l’identifiant là où pointe la ligne `credential:` de {account}. Un service n’a pas les variables de votre shell.',
    'renew-credential':
      'Créez pour {account} un nouvel identifiant ({credential}) sur {keys} et placez-le là où pointe la ligne `credential:` du compte ; un compte ajouté par la page ou par commande est à supprimer puis à ajouter de nouveau avec lui. La clé de votre client n’est pas en cause.',
    'compatible-server':
      'Si la `base_url` de {openai} mène à un autre serveur qui parle comme OpenAI, faites-le dans la console de ce serveur.',
    'reset-account':
      'Appuyez ensuite sur « Réinitialiser » pour {account} dans la page Comptes du moniteur ; sinon la passerelle redemandera à la fin du repos.',
    'enable-api': 'Activez « {api} » dans le projet Google Cloud de {account}{project} : {apiUrl}',
    'check-permission':
      'Voyez sur {keys} ce que permet l’identifiant de {account} : ses restrictions, son espace de travail, ses modèles.',
    'grant-role':
      'Donnez à l’identité de {vertex} le rôle « Vertex AI User » (roles/aiplatform.user) : https://console.cloud.google.com/iam-admin/iam',
    'other-region':
      'Faites tourner la passerelle dans une région que {provider} sert, ou prenez un autre fournisseur ; pour Vertex AI, changez `location` du compte.',
    'top-up': 'Rechargez le crédit de {account} ou relevez sa limite de dépenses : {billing}',
    'mend-model-name':
      'Corrigez le nom {mapped} dans le client ou dans `routes`, ou retirez-le des `models` de {account}.',
    'model-garden':
      'Le modèle doit être activé pour le projet de {vertex} et servi à sa `location` : https://console.cloud.google.com/vertex-ai/model-garden',
    'other-tier':
      'Attendre n’aide pas : passez {account} à une offre payante ({billing}), ou prenez un autre compte ou modèle.',
    compact:
      'Raccourcissez la conversation : `/compact` dans Claude Code, Codex et opencode, `/compress` dans Gemini CLI ; ou commencez-en une nouvelle.',
    'larger-model': 'Ou nommez dans `routes` un modèle de repli au contexte plus grand pour {model}.',
    'mend-request': 'Modifiez la requête comme le disent ces mots : « {said} »',
    'own-dialect': 'Ou prenez un modèle qui parle le dialecte du client ; docs/TRANSLATION.md montre ce qui se perd.',
    'new-conversation':
      'Commencez une nouvelle conversation, ou revenez avant le message modifié. N’effacez pas le dossier de données : il n’est pas en cause.',
    'repair-often':
      'Rien à faire. Si cela arrive à chaque tour, le client modifie son historique entre les tours : mettez-le à jour.',
    'raise-max-tokens':
      'Pour une réponse plus longue, relevez la limite de sortie du client (`max_tokens`, `maxOutputTokens`, dans Claude Code CLAUDE_CODE_MAX_OUTPUT_TOKENS) ou réduisez son budget de réflexion.',
    'change-prompt': 'Changez le prompt : redemander la même chose n’aide pas, quel que soit le compte.',
    'look-at-stop-reason':
      'Le motif d’arrêt {stop} dit ce que le client doit faire ensuite ; la passerelle l’a transmis tel quel.',
    'raise-max-body': 'Envoyez moins, ou relevez `server.max_body` dans la configuration.',
    'own-idempotency-key': 'Que le client envoie une clé différente pour chaque requête.',
    'set-client-key': 'Donnez au client une des clés de `server.auth.keys` ; `antigravity-tools connect` montre où.',
    'allow-host':
      'Utilisez l’adresse de bouclage, ou ajoutez le nom à `server.allowed_hosts`. Les pages d’autres sites restent refusées.',
    'mend-path':
      'Comparez l’URL de base du client : sans `/v1` pour les clients Anthropic et Gemini, avec `/v1` pour les clients OpenAI ; `antigravity-tools connect` la montre.',
    'mend-body':
      'Le client a envoyé du JSON non valide (« {said} ») : mettez-le à jour, lui ou ce qui se trouve entre lui et la passerelle.',
    'claim-model':
      'Ajoutez {model} aux `models` d’un compte, ou menez-le vers un modèle que vous avez par une ligne dans `routes`.',
    'client-timeout':
      'Relevez le délai d’attente du client au-delà de {duration} (API_TIMEOUT_MS dans Claude Code, `timeout` dans les SDK).',
    'left-by-hand':
      'Si personne ne l’a arrêtée à la main, c’est le délai d’attente du client : relevez-le au-delà de {duration} (API_TIMEOUT_MS dans Claude Code, `timeout` dans les SDK).',
    'open-early':
      'Ou réglez `healing.open_after: 10s` : un flux en attente est alors ouvert tôt et maintenu par des pings.',
    'report-fault': 'Signalez-le avec les lignes du journal qui portent cet identifiant.',
    'after-restart': 'Redemandez quand la passerelle tourne à nouveau, en général en moins de {usual}.',
    'look-at-others':
      'Regardez dans le moniteur les autres requêtes échouées de cette minute : c’est leur cause qu’il faut corriger.',
    'why-not-resumed': 'Pourquoi la réponse n’a pas été reprise : « {gaveUp} »',
    'raise-deadline': 'Si les réponses peuvent durer plus longtemps, relevez `healing.deadline`.',
    'other-provider': 'Un repli vers un autre fournisseur dans `routes` permet de traverser ces moments.',
    'status-page': 'L’état de {provider} : {statusPage}',
    'mend-base-url':
      'Comparez la `base_url` de {account} avec l’adresse du fournisseur ; sans elle, l’adresse publique est utilisée.',
    'raise-first-byte': 'Si {account} est toujours aussi lent, relevez `healing.first_byte`.',
    'raise-first-content': 'Si {mapped} réfléchit toujours aussi longtemps, relevez `healing.first_content`.',
    'raise-idle': 'Si {mapped} se tait toujours aussi longtemps, relevez `healing.idle`.',
    'allow-private': 'Si cette adresse est voulue, réglez `allow_private: true` pour {account}.',
    'check-network': 'Si cela persiste, vérifiez réseau, DNS et HTTPS_PROXY là où tourne la passerelle.',
    'start-upstream': 'Démarrez le serveur à la `base_url` de {account}, ou corrigez son port.',
    'mend-tls':
      'Vérifiez le certificat du serveur ; pour une autorité à vous, démarrez la passerelle avec NODE_EXTRA_CA_CERTS.',
    'mend-proxy': 'Corrigez HTTPS_PROXY, ou ajoutez l’hôte à NO_PROXY là où tourne la passerelle.',
    'look-at-answer':
      'Un proxy ou une page de connexion se trouve peut-être entre la passerelle et {provider} : le début cité de la réponse dit de qui elle vient. Pour la voir en entier, faites garder par le moniteur les octets bruts des prochaines requêtes.',
    'simplify-tools': 'Si cela arrive souvent, simplifiez les schémas des outils.',
    'smaller-answer': 'Demandez une réponse plus petite : cette limite protège la mémoire de la passerelle.',
  },
  evidence: {
    path: 'chemin {path} ({protocol}) : compte {account}, modèle {model} → {mapped}, statut {status}, {duration}',
    'attempt-whole':
      'tentative {n} : {account} a répondu {status}, premier contenu après {content}, entière après {ended}',
    'attempt-refused': 'tentative {n} : {account} a répondu {status} après {ended} : « {detail} »',
    'attempt-silent': 'tentative {n} : {account} n’a rien dit en {ended} : « {detail} »',
    'attempt-unreached': 'tentative {n} : {account} n’a pas pu être joint ({ended}) : « {detail} »',
    'attempt-unsent': 'tentative {n} : rien n’a été envoyé pour {account} : « {detail} »',
    'attempt-empty': 'tentative {n} : {account} a répondu 200 et s’est terminé sans contenu après {ended}',
    'attempt-wrong':
      'tentative {n} : {account} a répondu 200 et a échoué avant tout contenu après {ended} : « {detail} »',
    'attempt-broke':
      'tentative {n} : {account} a donné du contenu après {content} et s’est rompu après {ended} : « {detail} »',
    'attempt-left': 'tentative {n} : {account} a été abandonné après {ended}',
    log: ' (journal : {line})',
    decided: 'après la tentative {n} : {action}',
    because: ', car « {why} »',
    'log-line': 'journal : {line}',
    stopped: 'motif d’arrêt {stop}, {out} jetons de sortie',
    told: 'l’appelant a reçu : « {error} »',
  },
  actions: {
    'retry-same': 'le même compte à nouveau',
    'retry-another': 'un autre compte',
    'next-model': 'le modèle suivant de la route',
    repair: 'historique réparé, puis à nouveau',
    'give-up': 'plus de tentative',
  },
  phrases: {
    attempt: '1 tentative',
    attempts: '{count} tentatives',
    'api-key': 'clé d’API',
    'google-credential': 'clé de compte de service ou connexion',
    project: ' ({name})',
    unknown: 'inconnu',
  },
  verdicts: { fine: 'tout va bien', healed: 'réparé', wait: 'attendre', act: 'agir' },
  stages: {
    connect: 'connexion',
    peek: 'avant le premier contenu',
    signature: 'signature',
    stream: 'dans le flux',
    account: 'compte',
    request: 'requête',
    none: 'aucune étape',
  },
  headings: {
    evidence: 'Ce qui le montre',
    advice: 'Que faire',
    'unknown-id': 'le journal n’a aucune requête avec l’identifiant {id}',
  },
};
