/** Die Diagnose auf Deutsch. */

import type { Words } from './words.ts';

export const de: Words = {
  causes: {
    internal: 'Das Gateway selbst hat einen Fehler gemacht.',
    'shutting-down': 'Das Gateway wurde beendet und hat die Anfrage abgebrochen.',
    'cancelled-at-timeout':
      'Der Client ist nach genau {duration} ohne jeden Inhalt gegangen: Das sieht nach seinem eigenen Zeitlimit aus.',
    'cancelled-waiting': 'Der Client ist nach {duration} gegangen, bevor Inhalt kam.',
    'cancelled-answering': 'Der Client ist nach {duration} mitten in der Antwort gegangen.',
    'max-tokens-empty': 'Das Modell hat seine Ausgabegrenze verbraucht, bevor es etwas sagte (Stoppgrund {stop}).',
    'max-tokens': 'Die Antwort endet an der Ausgabegrenze der Anfrage (Stoppgrund {stop}).',
    refusal: 'Das Modell hat die Antwort abgelehnt (Stoppgrund {stop}).',
    'no-content': 'Das Modell hat seine Antwort ordentlich und ohne Inhalt beendet (Stoppgrund {stop}).',
    hedged: 'Der erste Versuch war langsam, darum lief ein zweiter daneben; die Antwort ist vollständig.',
    queued: 'Zuerst ruhten alle Konten; die Anfrage hat auf eines gewartet und wurde dann beantwortet.',
    fine: 'Die Antwort war beim ersten Versuch vollständig.',
    resumed:
      'Ein Anbieter brach mitten in der Antwort ab, und ein weiterer Versuch machte dort weiter: Der Client sah eine vollständige Antwort.',
    repaired:
      'Eine Denk-Signatur im Verlauf wurde abgelehnt; das Gateway hat den Verlauf einmal repariert, und die Antwort ist vollständig.',
    fallback:
      'Kein Konto konnte mit dem ersten Modell der Route antworten; ihr nächstes Modell {mapped} gab die Antwort.',
    'all-resting': 'Alle Konten, die {model} bedienen können, ruhten.',
    'resting-refused':
      'Alle Konten, die {model} bedienen können, ruhten nach einer Ablehnung, die nicht von selbst vergeht.',
    'no-account': 'Kein Konto dieses Gateways kann das Modell {model} bedienen.',
    'body-too-large': 'Die Anfrage ist größer, als das Gateway annimmt.',
    'key-reused': 'Der Client hat denselben Idempotency-Key mit zwei verschiedenen Anfragen geschickt.',
    'client-key': 'Der Schlüssel des Clients gehört nicht zu diesem Gateway.',
    'host-refused': 'Host oder Herkunft der Anfrage sind nicht erlaubt.',
    'wrong-path': 'Unter {path} gibt es nichts.',
    'body-not-json': 'Der Inhalt der Anfrage war nicht als JSON lesbar.',
    'request-invalid': 'Die Anfrage kann so nicht beantwortet werden.',
    budget:
      'Zu viele Anfragen an {mapped} scheitern zugleich; das Gateway hat sich einen Versuch gespart, der die Störung nur vergrößert hätte.',
    interrupted:
      'Der Anbieter brach ab, nachdem schon Inhalt gezeigt war, und niemand konnte dort weitermachen; der Strom endete mit einem Fehler.',
    deadline: 'Die Frist der Anfrage lief ab, bevor eine Antwort kam.',
    'ended-without-failure': 'Die Anfrage ist gescheitert, und ihr Eintrag sagt nicht, warum.',
    'signature-after-repair': 'Die Signaturen im Verlauf wurden auch nach der Reparatur abgelehnt.',
    'signature-refused': 'Eine Denk-Signatur im Verlauf wurde abgelehnt.',
    'context-too-long': 'Der Prompt ist länger als der Kontext von {mapped}.',
    'not-translatable': 'Die Anfrage sagt etwas, wofür der Dialekt von {mapped} kein Wort hat.',
    'request-refused': '{provider} hat die Anfrage selbst abgelehnt.',
    'rate-limited': '{provider} hat {account} für {mapped} begrenzt.',
    'quota-exhausted': 'Das Kontingent von {account} für {mapped} ist aufgebraucht.',
    'capacity-limited': 'Die gemeinsame Kapazität von {provider} für {mapped} war knapp; das Konto kann nichts dafür.',
    'model-unavailable': 'Die Stufe von {account} hat für {mapped} gar kein Kontingent.',
    'account-exhausted': 'Guthaben oder Ausgabengrenze von {account} bei {provider} ist aufgebraucht.',
    'credential-missing': 'Das Gateway konnte die Zugangsdaten von {account} nicht verwenden.',
    'credential-refused': '{provider} hat die Zugangsdaten von {account} abgelehnt.',
    'service-disabled': 'Im Google-Cloud-Projekt von {account} ist die API nicht eingeschaltet.',
    'region-refused': '{provider} bedient die Region nicht, aus der das Gateway fragt.',
    'permission-refused': 'Bei {provider} fehlt {account} dafür die Erlaubnis.',
    'model-unknown': '{provider} kennt das Modell {mapped} für {account} nicht.',
    redirect: 'Die Adresse von {account} antwortete mit einer Umleitung; ihr wird nie gefolgt.',
    'server-error': 'Bei {provider} ist ein eigener Fehler aufgetreten.',
    overloaded: '{provider} war überlastet, gleich welches Konto fragt.',
    'silent-headers': '{provider} hat die Anfrage angenommen und nicht rechtzeitig geantwortet.',
    'silent-content': '{provider} hat zu antworten begonnen, aber rechtzeitig kam kein Inhalt.',
    'private-address': 'Die Adresse von {account} liegt in einem privaten Netz, was erst erlaubt werden muss.',
    'name-unknown': 'Der Hostname von {account} konnte nicht aufgelöst werden.',
    'connection-refused': 'Unter der Adresse von {account} lauscht niemand.',
    'tls-failed': 'Die verschlüsselte Verbindung zum Anbieter von {account} ist gescheitert.',
    'proxy-refused': 'Der Proxy hat die Verbindung zum Anbieter nicht durchgelassen.',
    unreachable: 'Die Verbindung zum Anbieter von {account} ist abgebrochen.',
    'prompt-declined': 'Mehrere Konten haben genau diesen Prompt ohne ein Wort beendet: Das Modell lehnt ihn ab.',
    empty: '{provider} antwortete mit 200 und war ohne Inhalt fertig.',
    ended: '{provider} antwortete mit 200, und der Strom endete ohne Inhalt.',
    'stream-error': '{provider} meldete im Strom einen Fehler, noch vor jedem Inhalt.',
    garbage: 'Was der Anbieter von {account} geantwortet hat, ist nicht der verlangte Strom.',
    'malformed-answer': 'Die Antwort von {mapped} war fehlerhaft aufgebaut.',
    cut: 'Der Strom von {provider} brach vor seinem Ende ab.',
    stalled: 'Der Strom von {provider} verstummte vor seinem Ende.',
    contradiction: 'Kein Versuch hat dort weitergemacht, wo die gezeigte Antwort stand.',
    limit: 'Die Antwort hat eine Grenze des Gateways überschritten.',
  },
  endings: {
    healed: 'Das Gateway hat erneut gefragt (insgesamt {attempts}), und {answered} gab die vollständige Antwort.',
    tried: '{attempts} ohne Erfolg; der Aufrufer bekam einen Fehler ({status}).',
    'given-up': 'Das Gateway hat nicht erneut gefragt; der Aufrufer bekam einen Fehler ({status}).',
    event: 'Der Strom war schon offen, darum bekam der Aufrufer ein Fehlerereignis.',
    unasked: 'An keinen Anbieter wurde etwas geschickt; der Aufrufer bekam einen Fehler ({status}).',
  },
  advice: {
    nothing: 'Nichts zu tun.',
    'wait-until': 'Warten Sie {in}, bis {at}: So lange lässt das Gateway das Konto ruhen, danach fragt es wieder.',
    'wait-over': 'Die Wartezeit ist seit {ago} vorbei: Fragen Sie jetzt erneut.',
    'wait-usual': 'Scheitert es wieder, warten Sie: Meist ist es innerhalb von {usual} vorbei.',
    'ask-again-now': 'Fragen Sie jetzt erneut; gibt es ein anderes Konto, beginnt die neue Anfrage mit ihm.',
    'add-account':
      'Ein weiteres Konto für {mapped} unter `accounts` oder ein Ersatzmodell in `routes` hilft über solche Zeiten hinweg.',
    'mend-refusal':
      'Beheben Sie, wofür das Konto abgelehnt wurde („{said}“); die gescheiterte Anfrage davor sagt, wie. Drücken Sie dann auf der Seite Konten des Monitors „Zurücksetzen“.',
    'raise-limits': 'Grenzen von {account} ansehen oder anheben: {limits}',
    'supply-credential':
      'Legen Sie die Zugangsdaten dorthin, wohin die Zeile `credential:` von {account} zeigt. Ein Dienst hat die Variablen Ihrer Shell nicht.',
    'renew-credential':
      'Erzeugen Sie für {account} unter {keys} neue Zugangsdaten ({credential}) und legen Sie sie dorthin, wohin die Zeile `credential:` des Kontos zeigt; ein Konto, das auf der Seite oder per Befehl angelegt wurde, entfernen Sie und legen es damit neu an. Der Schlüssel Ihres Clients ist nicht schuld.',
    'compatible-server':
      'Führt die `base_url` von {openai} zu einem anderen Server, der wie OpenAI spricht, tun Sie es in dessen Konsole.',
    'reset-account':
      'Drücken Sie danach für {account} auf der Seite Konten des Monitors „Zurücksetzen“; sonst fragt das Gateway nach der Ruhezeit wieder.',
    'enable-api': 'Schalten Sie „{api}“ im Google-Cloud-Projekt von {account}{project} ein: {apiUrl}',
    'check-permission':
      'Sehen Sie unter {keys} nach, was die Zugangsdaten von {account} dürfen: Beschränkungen, Arbeitsbereich, Modelle.',
    'grant-role':
      'Geben Sie der Identität von {vertex} die Rolle „Vertex AI User“ (roles/aiplatform.user): https://console.cloud.google.com/iam-admin/iam',
    'other-region':
      'Betreiben Sie das Gateway in einer Region, die {provider} bedient, oder nehmen Sie einen anderen Anbieter; bei Vertex AI ändern Sie `location` des Kontos.',
    'top-up': 'Laden Sie das Guthaben von {account} auf oder heben Sie die Ausgabengrenze an: {billing}',
    'mend-model-name':
      'Berichtigen Sie den Namen {mapped} im Client oder in `routes`, oder nehmen Sie ihn aus `models` von {account}.',
    'model-garden':
      'Das Modell muss für das Projekt von {vertex} eingeschaltet sein und an dessen `location` angeboten werden: https://console.cloud.google.com/vertex-ai/model-garden',
    'other-tier':
      'Warten hilft nicht: Heben Sie {account} auf eine bezahlte Stufe ({billing}), oder nehmen Sie ein anderes Konto oder Modell.',
    compact:
      'Kürzen Sie das Gespräch: `/compact` in Claude Code, Codex und opencode, `/compress` in Gemini CLI; oder beginnen Sie ein neues.',
    'larger-model': 'Oder nennen Sie in `routes` ein Modell mit größerem Kontext als Ersatz für {model}.',
    'mend-request': 'Ändern Sie die Anfrage, wie diese Worte es sagen: „{said}“',
    'own-dialect':
      'Oder nehmen Sie ein Modell, das den Dialekt des Clients spricht; docs/TRANSLATION.md zeigt, was verloren geht.',
    'new-conversation':
      'Beginnen Sie ein neues Gespräch, oder gehen Sie hinter die bearbeitete Nachricht zurück. Löschen Sie das Datenverzeichnis nicht: Es ist nicht die Ursache.',
    'repair-often':
      'Nichts zu tun. Geschieht es bei jedem Zug, verändert der Client seinen Verlauf dazwischen: Aktualisieren Sie ihn.',
    'raise-max-tokens':
      'Für eine längere Antwort heben Sie die Ausgabegrenze des Clients an (`max_tokens`, `maxOutputTokens`, in Claude Code CLAUDE_CODE_MAX_OUTPUT_TOKENS) oder senken sein Denkbudget.',
    'change-prompt': 'Ändern Sie den Prompt: Dasselbe noch einmal zu fragen hilft nicht, gleich mit welchem Konto.',
    'look-at-stop-reason':
      'Der Stoppgrund {stop} sagt, was der Client als Nächstes tun muss; das Gateway hat ihn unverändert weitergegeben.',
    'raise-max-body': 'Senden Sie weniger, oder heben Sie `server.max_body` in der Konfiguration an.',
    'own-idempotency-key': 'Lassen Sie den Client für jede Anfrage einen eigenen Schlüssel senden.',
    'set-client-key':
      'Geben Sie dem Client einen der Schlüssel aus `server.auth.keys`; `antigravity-tools connect` zeigt, wo.',
    'allow-host':
      'Verwenden Sie die Loopback-Adresse, oder nehmen Sie den Namen in `server.allowed_hosts` auf. Seiten fremder Websites bleiben ausgeschlossen.',
    'mend-path':
      'Vergleichen Sie die Basis-URL des Clients: ohne `/v1` für Anthropic- und Gemini-Clients, mit `/v1` für OpenAI-Clients; `antigravity-tools connect` zeigt sie.',
    'mend-body':
      'Der Client hat kein gültiges JSON gesendet („{said}“): Aktualisieren Sie ihn oder das, was zwischen ihm und dem Gateway steht.',
    'claim-model':
      'Nehmen Sie {model} in `models` eines Kontos auf, oder leiten Sie es mit einer Zeile in `routes` auf ein Modell, das Sie haben.',
    'client-timeout':
      'Heben Sie das Zeitlimit des Clients über {duration} an (API_TIMEOUT_MS in Claude Code, `timeout` in den SDKs).',
    'left-by-hand':
      'Hat niemand von Hand abgebrochen, war es das Zeitlimit des Clients: Heben Sie es über {duration} an (API_TIMEOUT_MS in Claude Code, `timeout` in den SDKs).',
    'open-early':
      'Oder setzen Sie `healing.open_after: 10s`: Ein wartender Strom wird dann früh geöffnet und mit Pings wach gehalten.',
    'report-fault': 'Melden Sie es zusammen mit den Zeilen des Protokolls, die diese Kennung tragen.',
    'after-restart': 'Fragen Sie erneut, wenn das Gateway wieder läuft, meist innerhalb von {usual}.',
    'look-at-others':
      'Sehen Sie sich im Monitor die anderen gescheiterten Anfragen dieser Minute an: Ihre Ursache gilt es zu beheben.',
    'why-not-resumed': 'Warum die Antwort nicht fortgesetzt wurde: „{gaveUp}“',
    'raise-deadline': 'Dürfen Antworten länger dauern, heben Sie `healing.deadline` an.',
    'other-provider': 'Ein Ersatz von einem anderen Anbieter in `routes` hilft über solche Zeiten hinweg.',
    'status-page': 'Wie es um {provider} steht: {statusPage}',
    'mend-base-url':
      'Vergleichen Sie die `base_url` von {account} mit der Adresse des Anbieters; ohne sie gilt die öffentliche.',
    'raise-first-byte': 'Ist {account} immer so langsam, heben Sie `healing.first_byte` an.',
    'raise-first-content': 'Denkt {mapped} immer so lange, heben Sie `healing.first_content` an.',
    'raise-idle': 'Pausiert {mapped} immer so lange, heben Sie `healing.idle` an.',
    'allow-private': 'Ist diese Adresse gemeint, setzen Sie `allow_private: true` für {account}.',
    'check-network': 'Bleibt es dabei, prüfen Sie Netz, DNS und HTTPS_PROXY dort, wo das Gateway läuft.',
    'start-upstream': 'Starten Sie den Server unter der `base_url` von {account}, oder berichtigen Sie seinen Port.',
    'mend-tls':
      'Prüfen Sie das Zertifikat des Servers; bei einer eigenen Zertifizierungsstelle starten Sie das Gateway mit NODE_EXTRA_CA_CERTS.',
    'mend-proxy': 'Berichtigen Sie HTTPS_PROXY, oder nehmen Sie den Host in NO_PROXY auf, dort, wo das Gateway läuft.',
    'look-at-answer':
      'Zwischen dem Gateway und {provider} steht vielleicht ein Proxy oder eine Anmeldeseite: Der zitierte Anfang der Antwort verrät, wessen Seite es ist. Um alles zu sehen, lassen Sie den Monitor die Rohdaten der nächsten Anfragen aufheben.',
    'simplify-tools': 'Geschieht es oft, vereinfachen Sie die Schemas der Werkzeuge.',
    'smaller-answer': 'Verlangen Sie eine kleinere Antwort: Diese Grenze schützt den Speicher des Gateways.',
  },
  evidence: {
    path: 'Pfad {path} ({protocol}): Konto {account}, Modell {model} → {mapped}, Status {status}, {duration}',
    'attempt-whole':
      'Versuch {n}: {account} antwortete mit {status}, erster Inhalt nach {content}, vollständig nach {ended}',
    'attempt-refused': 'Versuch {n}: {account} antwortete nach {ended} mit {status}: „{detail}“',
    'attempt-silent': 'Versuch {n}: {account} sagte innerhalb von {ended} nichts: „{detail}“',
    'attempt-unreached': 'Versuch {n}: {account} war nicht erreichbar ({ended}): „{detail}“',
    'attempt-unsent': 'Versuch {n}: Für {account} wurde nichts gesendet: „{detail}“',
    'attempt-empty': 'Versuch {n}: {account} antwortete mit 200 und endete nach {ended} ohne Inhalt',
    'attempt-wrong':
      'Versuch {n}: {account} antwortete mit 200 und scheiterte nach {ended} vor jedem Inhalt: „{detail}“',
    'attempt-broke': 'Versuch {n}: {account} gab nach {content} Inhalt und brach nach {ended} ab: „{detail}“',
    'attempt-left': 'Versuch {n}: {account} wurde nach {ended} verlassen',
    log: ' (Protokoll: {line})',
    decided: 'nach Versuch {n}: {action}',
    because: ', denn „{why}“',
    'log-line': 'Protokoll: {line}',
    stopped: 'Stoppgrund {stop}, {out} Ausgabe-Token',
    told: 'dem Aufrufer wurde gesagt: „{error}“',
  },
  actions: {
    'retry-same': 'dasselbe Konto noch einmal',
    'retry-another': 'ein anderes Konto',
    'next-model': 'das nächste Modell der Route',
    repair: 'Verlauf repariert, dann noch einmal',
    'give-up': 'kein weiterer Versuch',
  },
  phrases: {
    attempt: '1 Versuch',
    attempts: '{count} Versuche',
    'api-key': 'API-Schlüssel',
    'google-credential': 'Dienstkontoschlüssel oder Anmeldung',
    project: ' ({name})',
    unknown: 'unbekannt',
  },
  verdicts: { fine: 'in Ordnung', healed: 'geheilt', wait: 'warten', act: 'handeln' },
  stages: {
    connect: 'Verbindung',
    peek: 'vor dem ersten Inhalt',
    signature: 'Signatur',
    stream: 'im Strom',
    account: 'Konto',
    request: 'Anfrage',
    none: 'keine Stelle',
  },
  headings: {
    evidence: 'Woran man es sieht',
    advice: 'Was zu tun ist',
    'unknown-id': 'das Journal hat keine Anfrage mit der Kennung {id}',
  },
};
