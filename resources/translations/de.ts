<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>AboutPage</name>
    <message>
        <source>A voice assistant that stays yours</source>
        <translation>Ein Sprachassistent, der Ihrer bleibt</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>Willkommen</translation>
    </message>
    <message>
        <source>Sovereign Desktop lives in the tray. Hold a key anywhere, ask something aloud, and hear the answer.</source>
        <translation>Sovereign Desktop wohnt im Tray. Halten Sie irgendwo eine Taste, fragen Sie laut, und hören Sie die Antwort.</translation>
    </message>
    <message>
        <source>It works right now, without an account and without a network: your speech is recognised, understood and answered on this computer.</source>
        <translation>Es funktioniert sofort, ohne Konto und ohne Netz: Ihre Sprache wird auf diesem Computer erkannt, verstanden und beantwortet.</translation>
    </message>
    <message>
        <source>Nothing leaves this computer unless you name a server or store a key, in one of the next steps or later in the settings. A server that answers is then told your question and what fits of earlier ones; the Transcript window shows what was sent, and “Memory” in the settings ends it.</source>
        <translation>Nichts verlässt diesen Computer, solange Sie keinen Server nennen und keinen Schlüssel ablegen, in einem der nächsten Schritte oder später in den Einstellungen. Ein Server, der antwortet, erfährt dann Ihre Frage und was von früheren dazu passt; das Fenster „Gesprächsverlauf“ zeigt, was gesendet wurde, und „Gedächtnis“ in den Einstellungen beendet es.</translation>
    </message>
    <message>
        <source>What you say is kept in private files of yours. Keys live in the system’s keyring and nowhere else.</source>
        <translation>Was Sie sagen, wird in privaten Dateien aufbewahrt. Schlüssel liegen im Schlüsselbund des Systems und sonst nirgends.</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Answer what was not answered</source>
        <translation>Unbeantwortetes beantworten</translation>
    </message>
    <message>
        <source>Discard what was not answered</source>
        <translation>Unbeantwortetes verwerfen</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>Stummschalten</translation>
    </message>
    <message>
        <source>Transcript</source>
        <translation>Gesprächsverlauf</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>Latenz</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Gedächtnis</translation>
    </message>
    <message>
        <source>Migration</source>
        <translation>Übernahme</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>Willkommen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Get version {version}</source>
        <translation>Version {version} holen</translation>
    </message>
</context>
<context>
    <name>AnswersPage</name>
    <message>
        <source>Who shall answer?</source>
        <translation>Wer soll antworten?</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>This computer alone</source>
        <translation>Dieser Computer allein</translation>
    </message>
    <message>
        <source>OpenAI’s Realtime API, with your key</source>
        <translation>Die Realtime-API von OpenAI, mit Ihrem Schlüssel</translation>
    </message>
    <message>
        <source>A language model at a server</source>
        <translation>Ein Sprachmodell auf einem Server</translation>
    </message>
    <message>
        <source>paste your key; it goes to the system’s keyring</source>
        <translation>Schlüssel einfügen (für den Schlüsselbund)</translation>
    </message>
    <message>
        <source>Key of OpenAI</source>
        <translation>Schlüssel von OpenAI</translation>
    </message>
    <message>
        <source>Address of the server</source>
        <translation>Adresse des Servers</translation>
    </message>
    <message>
        <source>name of the model, such as llama3.2</source>
        <translation>Name des Modells, etwa llama3.2</translation>
    </message>
    <message>
        <source>Name of the model</source>
        <translation>Name des Modells</translation>
    </message>
    <message>
        <source>Try it and use it</source>
        <translation>Ausprobieren und verwenden</translation>
    </message>
    <message>
        <source>Time, timers, sums and more; nothing leaves it.</source>
        <translation>Uhrzeit, Timer, Rechnen und mehr; nichts verlässt ihn.</translation>
    </message>
    <message>
        <source>Real conversation, some cents a question.</source>
        <translation>Echte Gespräche, einige Cent pro Frage.</translation>
    </message>
    <message>
        <source>Such as Ollama or LM Studio on this computer.</source>
        <translation>Etwa Ollama oder LM Studio auf diesem Computer.</translation>
    </message>
    <message>
        <source>All of this can be changed at any time in the settings.</source>
        <translation>All das lässt sich jederzeit in den Einstellungen ändern.</translation>
    </message>
    <message>
        <source>Trying …</source>
        <translation>Wird ausprobiert …</translation>
    </message>
    <message>
        <source>There is a key already, in {place}, and it is used.</source>
        <translation>Es gibt schon einen Schlüssel, in {place}, und er wird verwendet.</translation>
    </message>
    <message>
        <source>From now on your speech stays on this computer.</source>
        <translation>Von jetzt an bleibt Ihre Sprache auf diesem Computer.</translation>
    </message>
</context>
<context>
    <name>ApplyPage</name>
    <message>
        <source>How far it is</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>Break &amp;off</source>
        <translation>A&amp;bbrechen</translation>
    </message>
    <message>
        <source>Back up and apply</source>
        <translation>Sichern und anwenden</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Everything is brought over already. Nothing was changed.</source>
        <translation>Alles ist schon übernommen. Es wurde nichts geändert.</translation>
    </message>
    <message>
        <source>Everything in {root} is copied into a new folder below {backups}; copies are verified.</source>
        <translation>Alles in {root} wird in einen neuen Ordner unter {backups} kopiert; die Kopien werden geprüft.</translation>
    </message>
    <message>
        <source>Files that hold keys are copied encrypted; the key for them is in the system’s keyring.</source>
        <translation>Dateien mit Schlüsseln werden verschlüsselt kopiert; der Schlüssel dafür liegt im Schlüsselbund des Systems.</translation>
    </message>
    <message>
        <source>These keys are put into the system’s keyring: {names}.</source>
        <translation>Diese Schlüssel kommen in den Schlüsselbund des Systems: {names}.</translation>
    </message>
    <message>
        <source>The memories in {stores} are read from a copy and remembered here.</source>
        <translation>Die Erinnerungen in {stores} werden aus einer Kopie gelesen und hier gemerkt.</translation>
    </message>
    <message>
        <source>The settings are written into {file}.</source>
        <translation>Die Einstellungen werden in {file} geschrieben.</translation>
    </message>
    <message>
        <source>The keys are taken out of .env; its comments stay.</source>
        <translation>Die Schlüssel werden aus .env entfernt; die Kommentare bleiben.</translation>
    </message>
    <message>
        <source>The program starts again with the new settings. That takes a few seconds.</source>
        <translation>Das Programm startet mit den neuen Einstellungen neu. Das dauert einige Sekunden.</translation>
    </message>
    <message>
        <source>If anything fails, or you break it off, everything is as it was before.</source>
        <translation>Wenn etwas fehlschlägt oder Sie abbrechen, ist alles wie zuvor.</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
</context>
<context>
    <name>Archive</name>
    <message>
        <source>{file} can&apos;t be written. Choose another folder.</source>
        <translation>{file} kann nicht geschrieben werden. Wählen Sie einen anderen Ordner.</translation>
    </message>
</context>
<context>
    <name>Bridge</name>
    <message>
        <source>The key works. It is in the system’s keyring.</source>
        <translation>Der Schlüssel funktioniert. Er liegt im Schlüsselbund des Systems.</translation>
    </message>
    <message>
        <source>The key works. It is kept until the program ends.</source>
        <translation>Der Schlüssel funktioniert. Er wird behalten, bis das Programm endet.</translation>
    </message>
    <message>
        <source>It answers: “{words}”</source>
        <translation>Es antwortet: „{words}“</translation>
    </message>
</context>
<context>
    <name>BudgetPanel</name>
    <message>
        <source>How the budget is divided</source>
        <translation>Wie das Budget verteilt ist</translation>
    </message>
    <message>
        <source>What the last question took</source>
        <translation>Was die letzte Frage brauchte</translation>
    </message>
    <message>
        <source>The last question:</source>
        <translation>Die letzte Frage:</translation>
    </message>
    <message>
        <source>{count} tokens are promised twice: who stands last gets less.</source>
        <translation>{count} Token sind doppelt vergeben: Wer zuletzt steht, bekommt weniger.</translation>
    </message>
    <message>
        <source>{rest} of {budget} tokens are left to whoever needs more, the question included.</source>
        <translation>{rest} von {budget} Token bleiben für alle, die mehr brauchen, auch für die Frage.</translation>
    </message>
    <message>
        <source>Instructions and time</source>
        <translation>Anweisungen und Uhrzeit</translation>
    </message>
    <message>
        <source>Memories</source>
        <translation>Erinnerungen</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>Bildschirm</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>Gespräch</translation>
    </message>
    <message>
        <source>{part}: {count} tokens</source>
        <translation>{part}: {count} Token</translation>
    </message>
</context>
<context>
    <name>Caption</name>
    <message>
        <source>Sovereign Desktop caption</source>
        <translation>Untertitel von Sovereign Desktop</translation>
    </message>
    <message>
        <source>What you said</source>
        <translation>Was Sie gesagt haben</translation>
    </message>
    <message>
        <source>What the assistant says</source>
        <translation>Was der Assistent sagt</translation>
    </message>
    <message>
        <source>Notice</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Was zu tun ist</translation>
    </message>
</context>
<context>
    <name>Captions</name>
    <message>
        <source>Please note</source>
        <translation>Bitte beachten</translation>
    </message>
    <message>
        <source>Needs attention</source>
        <translation>Braucht Aufmerksamkeit</translation>
    </message>
    <message>
        <source>Answered</source>
        <translation>Beantwortet</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>I heard nothing</source>
        <translation>Ich habe nichts gehört</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>Keine Antwort</translation>
    </message>
    <message>
        <source>Answered after {seconds} s</source>
        <translation>Beantwortet nach {seconds} s</translation>
    </message>
</context>
<context>
    <name>CheckPage</name>
    <message>
        <source>&amp;Check now</source>
        <translation>&amp;Jetzt prüfen</translation>
    </message>
    <message>
        <source>Break off</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>The checks run</source>
        <translation>Die Prüfungen laufen</translation>
    </message>
    <message>
        <source>What was checked</source>
        <translation>Was geprüft wurde</translation>
    </message>
    <message>
        <source>The settings are loaded, keys are looked up in the keyring, 50 old memories are looked for, microphone and loudspeaker are opened, a recorded question is answered on this computer, and with a key the Realtime API is connected to. It takes up to a minute. Where the old version kept a log, its answers stand beside the new one.</source>
        <translation>Die Einstellungen werden geladen, Schlüssel im Schlüsselbund nachgesehen, 50 alte Erinnerungen gesucht, Mikrofon und Lautsprecher geöffnet, eine aufgenommene Frage auf diesem Computer beantwortet und, wenn ein Schlüssel da ist, die Realtime-API verbunden. Das dauert bis zu einer Minute. Wo die alte Version ein Protokoll geführt hat, stehen ihre Antworten neben der neuen.</translation>
    </message>
    <message>
        <source>Does it work?</source>
        <translation>Funktioniert es?</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>Überspringen</translation>
    </message>
    <message>
        <source>To be mended: {count}. Each says how.</source>
        <translation>Zu beheben: {count}. Jeder Punkt sagt, wie.</translation>
    </message>
    <message>
        <source>Everything that was brought over works.</source>
        <translation>Alles, was übernommen wurde, funktioniert.</translation>
    </message>
</context>
<context>
    <name>DeviceBox</name>
    <message>
        <source>The system’s choice ({device})</source>
        <translation>Wahl des Systems ({device})</translation>
    </message>
    <message>
        <source>The system’s choice</source>
        <translation>Wahl des Systems</translation>
    </message>
    <message>
        <source>{device} (not plugged in)</source>
        <translation>{device} (nicht angeschlossen)</translation>
    </message>
</context>
<context>
    <name>Editor</name>
    <message>
        <source>{setting}: have a limit</source>
        <translation>{setting}: Grenze verwenden</translation>
    </message>
    <message>
        <source>one a line</source>
        <translation>eines pro Zeile</translation>
    </message>
    <message>
        <source>one a line, such as {name: value, name: value}</source>
        <translation>eines pro Zeile, etwa {name: value, name: value}</translation>
    </message>
</context>
<context>
    <name>FindPage</name>
    <message>
        <source>Folder of the old version</source>
        <translation>Ordner der alten Version</translation>
    </message>
    <message>
        <source>C&amp;hoose …</source>
        <translation>&amp;Auswählen …</translation>
    </message>
    <message>
        <source>&amp;Look</source>
        <translation>&amp;Nachsehen</translation>
    </message>
    <message>
        <source>What a migration needs</source>
        <translation>Was eine Übernahme braucht</translation>
    </message>
    <message>
        <source>&amp;Try the old keys and the sound devices</source>
        <translation>Alte Schlüssel und Tongeräte &amp;ausprobieren</translation>
    </message>
    <message>
        <source>Bring an old version over</source>
        <translation>Eine alte Version übernehmen</translation>
    </message>
    <message>
        <source>Your settings, keys and memories of Sovereign 3, of Jarvis, or of the first versions of 4.0. Looking changes nothing. Before anything is changed you see what becomes of each setting, everything is backed up, and one click brings it back. The old version stays where it is and can still be started.</source>
        <translation>Ihre Einstellungen, Schlüssel und Erinnerungen aus Sovereign 3, aus Jarvis oder aus den ersten Versionen von 4.0. Nachsehen ändert nichts. Bevor etwas geändert wird, sehen Sie, was aus jeder Einstellung wird, alles wird gesichert, und ein Klick bringt es zurück. Die alte Version bleibt, wo sie ist, und lässt sich weiter starten.</translation>
    </message>
    <message>
        <source>Nothing is in the usual places: choose the folder.</source>
        <translation>An den üblichen Orten ist nichts: Wählen Sie den Ordner.</translation>
    </message>
    <message>
        <source>There are several old versions: choose one, then “Look”.</source>
        <translation>Es gibt mehrere alte Versionen: Wählen Sie eine, dann „Nachsehen“.</translation>
    </message>
    <message>
        <source>{count} files, {size} MiB</source>
        <translation>{count} Dateien, {size} MiB</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Memories</source>
        <translation>Erinnerungen</translation>
    </message>
    <message>
        <source>Your own code</source>
        <translation>Ihr eigener Code</translation>
    </message>
    <message>
        <source>in {ms} ms, in the middle of {count} ({source})</source>
        <translation>in {ms} ms, im Mittel von {count} ({source})</translation>
    </message>
    <message>
        <source>It answered</source>
        <translation>Antwortzeit</translation>
    </message>
    <message>
        <source>Migrated before</source>
        <translation>Schon übernommen</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Anmerkung</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>Settings: {section}</source>
        <translation>Einstellungen: {section}</translation>
    </message>
    <message>
        <source>One of {choices}.</source>
        <translation>Eines von {choices}.</translation>
    </message>
    <message>
        <source>From {low} to {high} {unit}</source>
        <translation>Von {low} bis {high} {unit}</translation>
    </message>
    <message>
        <source>Default: {value}</source>
        <translation>Standard: {value}</translation>
    </message>
    <message>
        <source>on</source>
        <translation>ein</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>leer</translation>
    </message>
</context>
<context>
    <name>HelpWindow</name>
    <message>
        <source>Help – Sovereign Desktop</source>
        <translation>Hilfe – Sovereign Desktop</translation>
    </message>
    <message>
        <source>Search the help</source>
        <translation>Hilfe durchsuchen</translation>
    </message>
    <message>
        <source>Pages of the help</source>
        <translation>Seiten der Hilfe</translation>
    </message>
</context>
<context>
    <name>HotkeyPage</name>
    <message>
        <source>Which key do you want to hold?</source>
        <translation>Welche Taste möchten Sie halten?</translation>
    </message>
    <message>
        <source>Hotkey</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Hold it in any program, speak, and let go. To choose another one, click into the field and press it; it is in force after a moment.</source>
        <translation>Halten Sie sie in irgendeinem Programm, sprechen Sie, und lassen Sie los. Für eine andere klicken Sie in das Feld und drücken sie; sie gilt nach einem Moment.</translation>
    </message>
    <message>
        <source>On desktops that give programs no global keys, bind a key of the desktop’s own to “sovereign-desktop --toggle”. A click on the tray icon does the same.</source>
        <translation>Auf Desktops, die Programmen keine globalen Tasten geben, belegen Sie eine Taste des Desktops mit „sovereign-desktop --toggle“. Ein Klick auf das Tray-Symbol tut dasselbe.</translation>
    </message>
    <message>
        <source>✓ It arrives. Let go, and go on.</source>
        <translation>✓ Sie kommt an. Lassen Sie los und machen Sie weiter.</translation>
    </message>
    <message>
        <source>The new key is put in force …</source>
        <translation>Die neue Taste wird eingerichtet …</translation>
    </message>
    <message>
        <source>Press {key} now.</source>
        <translation>Drücken Sie jetzt {key}.</translation>
    </message>
</context>
<context>
    <name>KeysPage</name>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Where it is</source>
        <translation>Wo er liegt</translation>
    </message>
    <message>
        <source>Name of the key</source>
        <translation>Name des Schlüssels</translation>
    </message>
    <message>
        <source>The key</source>
        <translation>Der Schlüssel</translation>
    </message>
    <message>
        <source>paste the key here</source>
        <translation>Schlüssel hier einfügen</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>Ablegen</translation>
    </message>
    <message>
        <source>Remove the selected key</source>
        <translation>Ausgewählten Schlüssel entfernen</translation>
    </message>
    <message>
        <source>Keys live in the system’s keyring and in no file of this program. A key is never shown again. The settings name the keys that they use; “openai” is that of the Realtime API and of OpenAI’s other services.</source>
        <translation>Schlüssel liegen im Schlüsselbund des Systems und in keiner Datei dieses Programms. Ein Schlüssel wird nie wieder angezeigt. Die Einstellungen nennen die Schlüssel, die sie verwenden; „openai“ ist der für die Realtime-API und die anderen Dienste von OpenAI.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>The key {name} goes to the keyring …</source>
        <translation>Der Schlüssel {name} kommt in den Schlüsselbund …</translation>
    </message>
    <message>
        <source>The key {name} is removed …</source>
        <translation>Der Schlüssel {name} wird entfernt …</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>nicht vorhanden</translation>
    </message>
</context>
<context>
    <name>Latency</name>
    <message>
        <source>Noticing the end</source>
        <translation>Ende erkennen</translation>
    </message>
    <message>
        <source>Recognising</source>
        <translation>Erkennung</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>First sentence</source>
        <translation>Erster Satz</translation>
    </message>
    <message>
        <source>Voice or network</source>
        <translation>Stimme oder Netz</translation>
    </message>
    <message>
        <source>Loudspeaker</source>
        <translation>Lautsprecher</translation>
    </message>
    <message>
        <source>No answer has been spoken yet.</source>
        <translation>Es wurde noch keine Antwort gesprochen.</translation>
    </message>
    <message>
        <source>One answer: {ms} ms, from the end of your speech to the first sound.</source>
        <translation>Eine Antwort: {ms} ms vom Ende Ihrer Worte bis zum ersten Ton.</translation>
    </message>
    <message>
        <source>{count} answers: half within {half} ms, 95 of 100 within {most} ms, from the end of your speech to the first sound.</source>
        <translation>{count} Antworten: die Hälfte innerhalb von {half} ms, 95 von 100 innerhalb von {most} ms, vom Ende Ihrer Worte bis zum ersten Ton.</translation>
    </message>
    <message>
        <source>Connection to the Realtime API: {ms} ms, jitter {jitter} ms.</source>
        <translation>Verbindung zur Realtime-API: {ms} ms, Schwankung {jitter} ms.</translation>
    </message>
</context>
<context>
    <name>LatencyPlots</name>
    <message>
        <source>Cloud</source>
        <translation>Cloud</translation>
    </message>
    <message>
        <source>Local, with a model</source>
        <translation>Lokal, mit Modell</translation>
    </message>
    <message>
        <source>Local, without a model</source>
        <translation>Lokal, ohne Modell</translation>
    </message>
    <message>
        <source>Others</source>
        <translation>Andere</translation>
    </message>
    <message>
        <source>Latency over time</source>
        <translation>Latenz im Verlauf</translation>
    </message>
    <message>
        <source>seconds until the answer began</source>
        <translation>Sekunden bis zum Beginn der Antwort</translation>
    </message>
    <message>
        <source>turns, oldest first</source>
        <translation>Fragen, älteste zuerst</translation>
    </message>
    <message>
        <source>target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Where the time went</source>
        <translation>Wo die Zeit geblieben ist</translation>
    </message>
    <message>
        <source>the latest turns</source>
        <translation>die letzten Fragen</translation>
    </message>
    <message>
        <source>seconds since the end of speech</source>
        <translation>Sekunden seit dem Ende der Worte</translation>
    </message>
</context>
<context>
    <name>LatencyWindow</name>
    <message>
        <source>Latency – Sovereign Desktop</source>
        <translation>Latenz – Sovereign Desktop</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Save as picture …</source>
        <translation>Als Bild speichern …</translation>
    </message>
    <message>
        <source>Save as table …</source>
        <translation>Als Tabelle speichern …</translation>
    </message>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG-Bild (*.png)</translation>
    </message>
    <message>
        <source>CSV table (*.csv)</source>
        <translation>CSV-Tabelle (*.csv)</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>{file} can&apos;t be written. Choose another folder.</source>
        <translation>{file} kann nicht geschrieben werden. Wählen Sie einen anderen Ordner.</translation>
    </message>
</context>
<context>
    <name>LevelMeter</name>
    <message>
        <source>Microphone level</source>
        <translation>Mikrofonpegel</translation>
    </message>
</context>
<context>
    <name>MemoryReader</name>
    <message>
        <source>Text of the memory</source>
        <translation>Text der Erinnerung</translation>
    </message>
    <message>
        <source>Keep the change</source>
        <translation>Änderung behalten</translation>
    </message>
    <message>
        <source>Take it back</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>No memory is selected.</source>
        <translation>Keine Erinnerung ausgewählt.</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>und {count} weitere</translation>
    </message>
    <message>
        <source>Used for:</source>
        <translation>Verwendet für:</translation>
    </message>
    <message>
        <source>It was never used for an answer.</source>
        <translation>Sie wurde nie für eine Antwort verwendet.</translation>
    </message>
    <message>
        <source>a turn that is gone</source>
        <translation>eine Frage, die es nicht mehr gibt</translation>
    </message>
    <message>
        <source>too long to be changed here; this is its beginning</source>
        <translation>zu lang, um hier geändert zu werden; dies ist der Anfang</translation>
    </message>
    <message>
        <source>a question and its answer</source>
        <translation>eine Frage mit Antwort</translation>
    </message>
    <message>
        <source>you asked for it</source>
        <translation>auf Ihren Wunsch</translation>
    </message>
    <message>
        <source>from a file</source>
        <translation>aus einer Datei</translation>
    </message>
</context>
<context>
    <name>MemoryWindow</name>
    <message>
        <source>Memory – Sovereign Desktop</source>
        <translation>Gedächtnis – Sovereign Desktop</translation>
    </message>
    <message>
        <source>Search what is remembered, by words and by meaning</source>
        <translation>Gemerktes durchsuchen, nach Wörtern und Bedeutung</translation>
    </message>
    <message>
        <source>Search the memory</source>
        <translation>Gedächtnis durchsuchen</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Used</source>
        <translation>Verwendet</translation>
    </message>
    <message>
        <source>Memories</source>
        <translation>Erinnerungen</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>Mehr anzeigen</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Delete …</source>
        <translation>Löschen …</translation>
    </message>
    <message>
        <source>Import …</source>
        <translation>Importieren …</translation>
    </message>
    <message>
        <source>Export …</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>{count} memories, {size} on disk</source>
        <translation>{count} Erinnerungen, {size} auf der Festplatte</translation>
    </message>
    <message>
        <source>Nothing that is remembered fits.</source>
        <translation>Nichts Gemerktes passt dazu.</translation>
    </message>
    <message>
        <source>The text was changed. Keep the change or take it back first.</source>
        <translation>Der Text wurde geändert. Behalten Sie die Änderung oder nehmen Sie sie zuerst zurück.</translation>
    </message>
    <message>
        <source>The old words are erased …</source>
        <translation>Die alten Wörter werden gelöscht …</translation>
    </message>
    <message>
        <source>The change is kept.</source>
        <translation>Die Änderung ist gespeichert.</translation>
    </message>
    <message>
        <source>The words before still stand elsewhere.</source>
        <translation>Die früheren Wörter stehen noch anderswo.</translation>
    </message>
    <message>
        <source>Delete what is ticked</source>
        <translation>Angekreuztes löschen</translation>
    </message>
    <message>
        <source>Looking for what else contains it …</source>
        <translation>Es wird gesucht, was sie noch enthält …</translation>
    </message>
    <message>
        <source>Erase {count} memories for good?</source>
        <translation>{count} Erinnerungen endgültig löschen?</translation>
    </message>
    <message>
        <source>Erase this memory for good?</source>
        <translation>Diese Erinnerung endgültig löschen?</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>It is erased from every file …</source>
        <translation>Sie wird aus jeder Datei gelöscht …</translation>
    </message>
    <message>
        <source>Forgotten: {count}.</source>
        <translation>Vergessen: {count}.</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>Memories are written …</source>
        <translation>Erinnerungen werden geschrieben …</translation>
    </message>
    <message>
        <source>Memories are read …</source>
        <translation>Erinnerungen werden gelesen …</translation>
    </message>
</context>
<context>
    <name>Migration</name>
    <message>
        <source>kept</source>
        <translation>behalten</translation>
    </message>
    <message>
        <source>renamed</source>
        <translation>umbenannt</translation>
    </message>
    <message>
        <source>converted</source>
        <translation>umgewandelt</translation>
    </message>
    <message>
        <source>default</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>no effect</source>
        <translation>ohne Wirkung</translation>
    </message>
    <message>
        <source>set aside</source>
        <translation>beiseitegelegt</translation>
    </message>
    <message>
        <source>to the keyring</source>
        <translation>in den Schlüsselbund</translation>
    </message>
    <message>
        <source>The same name, the same value.</source>
        <translation>Derselbe Name, derselbe Wert.</translation>
    </message>
    <message>
        <source>The same value under another name.</source>
        <translation>Derselbe Wert unter anderem Namen.</translation>
    </message>
    <message>
        <source>Another value that means the same.</source>
        <translation>Ein anderer Wert mit derselben Bedeutung.</translation>
    </message>
    <message>
        <source>The default of this version is used.</source>
        <translation>Der Standard dieser Version wird verwendet.</translation>
    </message>
    <message>
        <source>Nothing follows from it in this version.</source>
        <translation>In dieser Version folgt daraus nichts.</translation>
    </message>
    <message>
        <source>Kept as it is under “legacy”, where it does nothing.</source>
        <translation>Unverändert unter „legacy“ behalten, wo es nichts bewirkt.</translation>
    </message>
    <message>
        <source>A key: it moves to the system’s keyring.</source>
        <translation>Ein Schlüssel: Er kommt in den Schlüsselbund des Systems.</translation>
    </message>
    <message>
        <source>backup unfinished</source>
        <translation>Sicherung unvollständig</translation>
    </message>
    <message>
        <source>backed up</source>
        <translation>gesichert</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>unterbrochen</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>interrupted while undoing</source>
        <translation>beim Zurücknehmen unterbrochen</translation>
    </message>
    <message>
        <source>undone</source>
        <translation>zurückgenommen</translation>
    </message>
    <message>
        <source>good</source>
        <translation>gut</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>to be mended</source>
        <translation>zu beheben</translation>
    </message>
    <message>
        <source>&amp;Balanced: the program as it comes</source>
        <translation>A&amp;usgewogen: das Programm, wie es kommt</translation>
    </message>
    <message>
        <source>&amp;Quick answers: gives up on slow ones sooner</source>
        <translation>&amp;Schnelle Antworten: gibt langsame früher auf</translation>
    </message>
    <message>
        <source>S&amp;low network: waits longer, tries more often</source>
        <translation>Langsames &amp;Netz: wartet länger, versucht es öfter</translation>
    </message>
    <message>
        <source>Small &amp;computer: smaller models, less context</source>
        <translation>Kleiner &amp;Computer: kleinere Modelle, weniger Kontext</translation>
    </message>
</context>
<context>
    <name>MigrationsPage</name>
    <message>
        <source>Migrations</source>
        <translation>Übernahmen</translation>
    </message>
    <message>
        <source>Migration</source>
        <translation>Übernahme</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Of</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>Everything as it was before, byte for byte, and keys out of the keyring again.</source>
        <translation>Alles wie zuvor, Byte für Byte, und Schlüssel wieder aus dem Schlüsselbund.</translation>
    </message>
    <message>
        <source>Switch one off</source>
        <translation>Eine abschalten</translation>
    </message>
    <message>
        <source>The next of the new features is switched off, the mode first.</source>
        <translation>Die nächste der neuen Funktionen wird abgeschaltet, der Modus zuerst.</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>The last step back is taken back, or what was undone is applied again.</source>
        <translation>Der letzte Schritt zurück wird zurückgenommen, oder das Zurückgenommene wird wieder angewendet.</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Bring an old version over …</source>
        <translation>Eine alte Version übernehmen …</translation>
    </message>
    <message>
        <source>What was checked</source>
        <translation>Was geprüft wurde</translation>
    </message>
    <message>
        <source>What was brought over from old versions. Each can be undone at any time.</source>
        <translation>Was aus alten Versionen übernommen wurde. Jede Übernahme lässt sich jederzeit zurücknehmen.</translation>
    </message>
    <message>
        <source>, switched off: {count}</source>
        <translation>, abgeschaltet: {count}</translation>
    </message>
    <message>
        <source>Nothing was migrated yet.</source>
        <translation>Es wurde noch nichts übernommen.</translation>
    </message>
    <message>
        <source>In progress …</source>
        <translation>Läuft …</translation>
    </message>
    <message>
        <source>It is checked; that takes up to a minute …</source>
        <translation>Es wird geprüft; das dauert bis zu einer Minute …</translation>
    </message>
</context>
<context>
    <name>ModelForm</name>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>as its server calls it</source>
        <translation>Name beim Server</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>that of the provider</source>
        <translation>die des Anbieters</translation>
    </message>
    <message>
        <source>Name of its key</source>
        <translation>Name des Schlüssels</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>Preis</translation>
    </message>
    <message>
        <source>Price of the question</source>
        <translation>Preis der Frage</translation>
    </message>
    <message>
        <source>the same</source>
        <translation>derselbe</translation>
    </message>
    <message>
        <source>Seconds until it begins</source>
        <translation>Sekunden bis zum Beginn</translation>
    </message>
    <message>
        <source>Part of good answers</source>
        <translation>Anteil guter Antworten</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>The model needs a name: the one that its server knows it by.</source>
        <translation>Das Modell braucht einen Namen: den, unter dem sein Server es kennt.</translation>
    </message>
    <message>
        <source>a number from 0 to 1</source>
        <translation>eine Zahl von 0 bis 1</translation>
    </message>
    <message>
        <source>a number from 0</source>
        <translation>eine Zahl ab 0</translation>
    </message>
    <message>
        <source>{field} must be {wanted}.</source>
        <translation>{field} muss {wanted} sein.</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>&amp;When it is asked</source>
        <translation>&amp;Wann es gefragt wird</translation>
    </message>
    <message>
        <source>Pro&amp;vider</source>
        <translation>A&amp;nbieter</translation>
    </message>
    <message>
        <source>A&amp;ddress</source>
        <translation>A&amp;dresse</translation>
    </message>
    <message>
        <source>&amp;Name of its key</source>
        <translation>Name des &amp;Schlüssels</translation>
    </message>
    <message>
        <source>&amp;Price, $ for a million tokens</source>
        <translation>&amp;Preis, $ für eine Million Token</translation>
    </message>
    <message>
        <source>… of the &amp;question</source>
        <translation>… der &amp;Frage</translation>
    </message>
    <message>
        <source>&amp;Seconds until it begins</source>
        <translation>Sekunden bis zum &amp;Beginn</translation>
    </message>
    <message>
        <source>Part of &amp;good answers, 0 to 1</source>
        <translation>Anteil &amp;guter Antworten, 0 bis 1</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>Anbieter</translation>
    </message>
    <message>
        <source>When it is asked</source>
        <translation>Wann es gefragt wird</translation>
    </message>
    <message>
        <source>usually</source>
        <translation>üblicherweise</translation>
    </message>
    <message>
        <source>for what asks for thought</source>
        <translation>für Fragen zum Nachdenken</translation>
    </message>
    <message>
        <source>when no other can answer</source>
        <translation>wenn kein anderes antworten kann</translation>
    </message>
</context>
<context>
    <name>ModelPage</name>
    <message>
        <source>Shall it understand you better?</source>
        <translation>Soll es Sie besser verstehen?</translation>
    </message>
    <message>
        <source>Speech model</source>
        <translation>Sprachmodell</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>How much is downloaded</source>
        <translation>Wie viel heruntergeladen ist</translation>
    </message>
    <message>
        <source>{name}, about {size} MB</source>
        <translation>{name}, etwa {size} MB</translation>
    </message>
    <message>
        <source>The model {name} is here already.</source>
        <translation>Das Modell {name} ist schon da.</translation>
    </message>
    <message>
        <source>What comes with the program understands short commands. A Whisper model understands free speech, on this computer too. It comes from huggingface.co, which learns your network address and nothing else. You can go on with the next steps meanwhile, or skip this.</source>
        <translation>Was mit dem Programm kommt, versteht kurze Befehle. Ein Whisper-Modell versteht freie Rede, ebenfalls auf diesem Computer. Es kommt von huggingface.co; dort wird Ihre Netzadresse bekannt und sonst nichts. Sie können inzwischen mit den nächsten Schritten weitermachen oder dies überspringen.</translation>
    </message>
    <message>
        <source>Asking the server …</source>
        <translation>Der Server wird gefragt …</translation>
    </message>
    <message>
        <source>Stopped. What has come is kept, and the next download goes on from there.</source>
        <translation>Angehalten. Was gekommen ist, wird behalten; der nächste Download macht dort weiter.</translation>
    </message>
    <message>
        <source>The model {name} is here and used from now on.</source>
        <translation>Das Modell {name} ist da und wird ab jetzt verwendet.</translation>
    </message>
    <message>
        <source>{done} of {total} MB</source>
        <translation>{done} von {total} MB</translation>
    </message>
</context>
<context>
    <name>ModelsPanel</name>
    <message>
        <source>&amp;Several models answer as one</source>
        <translation>Me&amp;hrere Modelle antworten als eines</translation>
    </message>
    <message>
        <source>Several models answer as one</source>
        <translation>Mehrere Modelle antworten als eines</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Asked</source>
        <translation>Gefragt</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>Anbieter</translation>
    </message>
    <message>
        <source>$ a million tokens</source>
        <translation>$ je Million Token</translation>
    </message>
    <message>
        <source>No model is named yet, so the single language model answers. Enter one here and keep it.</source>
        <translation>Noch ist kein Modell genannt, also antwortet das einzelne Sprachmodell. Tragen Sie hier eines ein und behalten Sie es.</translation>
    </message>
    <message>
        <source>N&amp;ew model</source>
        <translation>N&amp;eues Modell</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>&amp;Behalten</translation>
    </message>
    <message>
        <source>Re&amp;move</source>
        <translation>Ent&amp;fernen</translation>
    </message>
    <message>
        <source>What was learned</source>
        <translation>Was gelernt wurde</translation>
    </message>
    <message>
        <source>Kind of question</source>
        <translation>Art der Frage</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Gescheitert</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Richtig</translation>
    </message>
    <message>
        <source>Begins after</source>
        <translation>Beginnt nach</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>Trust</source>
        <translation>Vertrauen</translation>
    </message>
    <message>
        <source>Spent on these models: ${day} today, ${month} this month.</source>
        <translation>Für diese Modelle ausgegeben: heute ${day}, diesen Monat ${month}.</translation>
    </message>
    <message>
        <source>Switched off, the very next question goes to the single language model again; what was learned is kept.</source>
        <translation>Abgeschaltet, geht schon die nächste Frage wieder an das einzelne Sprachmodell; Gelerntes bleibt erhalten.</translation>
    </message>
    <message>
        <source>Ticked: it is asked</source>
        <translation>Angekreuzt: Es wird gefragt</translation>
    </message>
    <message>
        <source>{model} is in the list already.</source>
        <translation>{model} ist schon in der Liste.</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>{count} s</source>
        <translation>{count} s</translation>
    </message>
    <message>
        <source>simple</source>
        <translation>einfach</translation>
    </message>
    <message>
        <source>asks for thought</source>
        <translation>zum Nachdenken</translation>
    </message>
</context>
<context>
    <name>Permissions</name>
    <message>
        <source>Without a microphone nothing is heard: the icon and a sentence say so, and everything else works. You can type your questions in the Transcript window.</source>
        <translation>Ohne Mikrofon wird nichts gehört: Symbol und ein Satz sagen das, und alles andere funktioniert. Sie können Ihre Fragen im Fenster „Gesprächsverlauf“ eintippen.</translation>
    </message>
    <message>
        <source>macOS asks you once, at the test below or at your first question.</source>
        <translation>macOS fragt Sie einmal, beim Test unten oder bei Ihrer ersten Frage.</translation>
    </message>
    <message>
        <source>System Settings › Privacy &amp; Security › Microphone. macOS may want the program to be started again.</source>
        <translation>Systemeinstellungen › Datenschutz &amp; Sicherheit › Mikrofon. Vielleicht verlangt macOS, dass das Programm neu gestartet wird.</translation>
    </message>
    <message>
        <source>Windows does not ask for programs such as this one; one switch is for all of them.</source>
        <translation>Windows fragt bei Programmen wie diesem nicht; ein Schalter gilt für alle.</translation>
    </message>
    <message>
        <source>Settings › Privacy &amp; security › Microphone › Let desktop apps access your microphone.</source>
        <translation>Einstellungen › Datenschutz und Sicherheit › Mikrofon › Desktop-Apps den Zugriff auf Ihr Mikrofon erlauben.</translation>
    </message>
    <message>
        <source>Linux does not ask: every program of yours may open the microphone. This one does so while you hold the key or tap it, and for half a minute afterwards; the desktop shows when.</source>
        <translation>Linux fragt nicht: Jedes Ihrer Programme darf das Mikrofon öffnen. Dieses tut es, während Sie die Taste halten oder tippen, und eine halbe Minute danach; der Desktop zeigt, wann.</translation>
    </message>
    <message>
        <source>Mute it in the tray’s menu, here in the settings under Sound, or in the desktop’s sound settings.</source>
        <translation>Schalten Sie es im Tray-Menü stumm, hier in den Einstellungen unter „Ton“ oder in den Toneinstellungen des Desktops.</translation>
    </message>
    <message>
        <source>Without it, questions about the screen are answered with “I do not look”. All else stays the same.</source>
        <translation>Ohne dies werden Fragen zum Bildschirm mit „I do not look“ beantwortet. Alles andere bleibt gleich.</translation>
    </message>
    <message>
        <source>macOS asks you once, when the first picture is taken, and then wants the program to be started again.</source>
        <translation>macOS fragt Sie einmal, wenn das erste Bild gemacht wird, und verlangt dann einen Neustart des Programms.</translation>
    </message>
    <message>
        <source>System Settings › Privacy &amp; Security › Screen &amp; System Audio Recording.</source>
        <translation>Systemeinstellungen › Datenschutz &amp; Sicherheit › Bildschirm- &amp; Systemaudioaufnahme.</translation>
    </message>
    <message>
        <source>Windows does not ask: every program of yours may look. This one asks you here.</source>
        <translation>Windows fragt nicht: Jedes Ihrer Programme darf hinsehen. Dieses fragt Sie hier.</translation>
    </message>
    <message>
        <source>The switch below, or the tray’s menu at any time.</source>
        <translation>Der Schalter unten oder jederzeit das Tray-Menü.</translation>
    </message>
    <message>
        <source>Your desktop (Wayland) may ask at the first picture. No program can know there which windows are visible, so private windows can’t be left out: it looks only if you allow that too, in the settings under Screen.</source>
        <translation>Ihr Desktop (Wayland) fragt vielleicht beim ersten Bild. Kein Programm kann dort wissen, welche Fenster sichtbar sind, also lassen sich private Fenster nicht auslassen: Es sieht nur hin, wenn Sie auch das erlauben, in den Einstellungen unter „Bildschirm“.</translation>
    </message>
    <message>
        <source>The switch below, the tray’s menu, and the desktop’s privacy settings.</source>
        <translation>Der Schalter unten, das Tray-Menü und die Datenschutzeinstellungen des Desktops.</translation>
    </message>
    <message>
        <source>X11 does not ask: every program of yours may look at everything. This one asks you here.</source>
        <translation>X11 fragt nicht: Jedes Ihrer Programme darf alles ansehen. Dieses fragt Sie hier.</translation>
    </message>
</context>
<context>
    <name>PlanPage</name>
    <message>
        <source>Filter: words of a name, a value or a reason</source>
        <translation>Filter: Wörter aus Name, Wert oder Grund</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>What becomes of them</source>
        <translation>Was daraus wird</translation>
    </message>
    <message>
        <source>What becomes of each setting</source>
        <translation>Was aus jeder Einstellung wird</translation>
    </message>
    <message>
        <source>Changes in the settings file</source>
        <translation>Änderungen in der Einstellungsdatei</translation>
    </message>
    <message>
        <source>Take keys out of .env once they are in the keyring (the old version then has none)</source>
        <translation>Schlüssel aus .env entfernen, sobald sie im Schlüsselbund sind (die alte Version hat dann keine)</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>The new file</source>
        <translation>Die neue Datei</translation>
    </message>
    <message>
        <source>The settings file has all of this already; nothing is written.</source>
        <translation>Die Einstellungsdatei hat all das schon; es wird nichts geschrieben.</translation>
    </message>
    <message>
        <source>Old settings: {count}. Take the tick away from what you do not want, or double-click a new value to type another.</source>
        <translation>Alte Einstellungen: {count}. Nehmen Sie das Häkchen weg, wo Sie etwas nicht möchten, oder doppelklicken Sie einen neuen Wert, um einen anderen einzugeben.</translation>
    </message>
    <message>
        <source>Bring the memories over ({stores})</source>
        <translation>Erinnerungen übernehmen ({stores})</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
</context>
<context>
    <name>PlanTable</name>
    <message>
        <source>Old setting</source>
        <translation>Alte Einstellung</translation>
    </message>
    <message>
        <source>Becomes</source>
        <translation>Wird</translation>
    </message>
    <message>
        <source>New setting</source>
        <translation>Neue Einstellung</translation>
    </message>
    <message>
        <source>Old value</source>
        <translation>Alter Wert</translation>
    </message>
    <message>
        <source>New value</source>
        <translation>Neuer Wert</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
</context>
<context>
    <name>PresetsPage</name>
    <message>
        <source>&amp;Use it</source>
        <translation>&amp;Verwenden</translation>
    </message>
    <message>
        <source>&amp;Measure this computer</source>
        <translation>Diesen Computer &amp;messen</translation>
    </message>
    <message>
        <source>Measure the &amp;network</source>
        <translation>Das &amp;Netz messen</translation>
    </message>
    <message>
        <source>How far the measurement is</source>
        <translation>Fortschritt der Messung</translation>
    </message>
    <message>
        <source>Tune it</source>
        <translation>Anpassen</translation>
    </message>
    <message>
        <source>The usual settings fit most computers. Choose another set to see what it would change.</source>
        <translation>Die üblichen Einstellungen passen für die meisten Computer. Wählen Sie einen anderen Satz, um zu sehen, was er ändern würde.</translation>
    </message>
    <message>
        <source>Two measurements tell which fits. The second connects ten times to the server that answers.</source>
        <translation>Zwei Messungen sagen, welcher passt. Die zweite verbindet sich zehnmal mit dem Server, der antwortet.</translation>
    </message>
    <message>
        <source>It sets nothing: the program stays as it is.</source>
        <translation>Er setzt nichts: Das Programm bleibt, wie es ist.</translation>
    </message>
    <message>
        <source>It is in use.</source>
        <translation>Er wird verwendet.</translation>
    </message>
    <message>
        <source>“{preset}” fits that.</source>
        <translation>„{preset}“ passt dazu.</translation>
    </message>
</context>
<context>
    <name>Problem</name>
    <message>
        <source>Sovereign Desktop ended in a fault at its last run.</source>
        <translation>Sovereign Desktop wurde beim letzten Mal durch einen Fehler beendet.</translation>
    </message>
    <message>
        <source>What is known of it stands in {file}.</source>
        <translation>Was darüber bekannt ist, steht in {file}.</translation>
    </message>
    <message>
        <source>A report says where the program was. It holds nothing that you said, saw or typed, and no key. It stays on this computer until you send it to somebody.</source>
        <translation>Ein Bericht sagt, wo das Programm war. Er enthält nichts, was Sie gesagt, gesehen oder getippt haben, und keinen Schlüssel. Er bleibt auf diesem Computer, bis Sie ihn jemandem schicken.</translation>
    </message>
    <message>
        <source>Report of a fault – Sovereign Desktop</source>
        <translation>Fehlerbericht – Sovereign Desktop</translation>
    </message>
    <message>
        <source>Open the report</source>
        <translation>Bericht öffnen</translation>
    </message>
</context>
<context>
    <name>QuestionPage</name>
    <message>
        <source>Ask something</source>
        <translation>Fragen Sie etwas</translation>
    </message>
    <message>
        <source>First question</source>
        <translation>Erste Frage</translation>
    </message>
    <message>
        <source>The key is pressed</source>
        <translation>Die Taste ist gedrückt</translation>
    </message>
    <message>
        <source>The microphone hears you</source>
        <translation>Das Mikrofon hört Sie</translation>
    </message>
    <message>
        <source>Your words are recognised</source>
        <translation>Ihre Worte sind erkannt</translation>
    </message>
    <message>
        <source>The answer is spoken</source>
        <translation>Die Antwort wird gesprochen</translation>
    </message>
    <message>
        <source>{step}: not yet</source>
        <translation>{step}: noch nicht</translation>
    </message>
    <message>
        <source>the hotkey</source>
        <translation>das Tastenkürzel</translation>
    </message>
    <message>
        <source>Hold {key}, say “what time is it”, and let go. Or tap {key}, speak, and wait. A click on the tray icon does the same.</source>
        <translation>Halten Sie {key}, sagen Sie „what time is it“, und lassen Sie los. Oder tippen Sie {key}, sprechen Sie, und warten Sie. Ein Klick auf das Tray-Symbol tut dasselbe.</translation>
    </message>
    <message>
        <source>You: {words}</source>
        <translation>Sie: {words}</translation>
    </message>
    <message>
        <source>Sovereign: {words}</source>
        <translation>Sovereign: {words}</translation>
    </message>
    <message>
        <source>{step}: yes</source>
        <translation>{step}: ja</translation>
    </message>
</context>
<context>
    <name>RecentAnswers</name>
    <message>
        <source>Recent answers</source>
        <translation>Letzte Antworten</translation>
    </message>
</context>
<context>
    <name>Remembered</name>
    <message>
        <source>It is deleted there too.</source>
        <translation>Sie ist auch dort gelöscht.</translation>
    </message>
    <message>
        <source>Cancelled; nothing was written.</source>
        <translation>Abgebrochen; es wurde nichts geschrieben.</translation>
    </message>
    <message>
        <source>{count} memories are in {file}.</source>
        <translation>{count} Erinnerungen stehen in {file}.</translation>
    </message>
    <message>
        <source>Cancelled after {lines} lines; {count} memories are kept.</source>
        <translation>Nach {lines} Zeilen abgebrochen; {count} Erinnerungen sind behalten.</translation>
    </message>
    <message>
        <source>{lines} lines, {count} memories.</source>
        <translation>{lines} Zeilen, {count} Erinnerungen.</translation>
    </message>
</context>
<context>
    <name>ReportPage</name>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>&amp;Save the report …</source>
        <translation>Bericht &amp;speichern …</translation>
    </message>
    <message>
        <source>&amp;Undo everything</source>
        <translation>Alles &amp;zurücknehmen</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Nothing was left to bring over.</source>
        <translation>Es war nichts mehr zu übernehmen.</translation>
    </message>
    <message>
        <source>Everything is as it was before. “Migration” in the menu brings it back again.</source>
        <translation>Alles ist wie zuvor. „Übernahme“ im Menü stellt es wieder her.</translation>
    </message>
    <message>
        <source>This is {id}. You can undo it at any time: here, with “Migration” in the settings, with the command “migrate rollback”, or, when nothing starts any more, with the file rollback.py in {folder}.</source>
        <translation>Dies ist {id}. Sie können es jederzeit zurücknehmen: hier, mit „Übernahme“ in den Einstellungen, mit dem Befehl „migrate rollback“ oder, wenn nichts mehr startet, mit der Datei rollback.py in {folder}.</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Bericht speichern</translation>
    </message>
    <message>
        <source>Saved as {file}.</source>
        <translation>Gespeichert als {file}.</translation>
    </message>
</context>
<context>
    <name>ScreenPage</name>
    <message>
        <source>May it see your screen?</source>
        <translation>Darf es Ihren Bildschirm sehen?</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>Bildschirm</translation>
    </message>
    <message>
        <source>Look at the screen from now on</source>
        <translation>Den Bildschirm ab jetzt ansehen</translation>
    </message>
    <message>
        <source>It is off until you allow it. Text is read on this computer; passwords, keys, numbers of cards and the like are replaced before anything else sees it, and password managers, banking and private windows are left out. A model is told of it only with a question.</source>
        <translation>Es ist aus, bis Sie es erlauben. Text wird auf diesem Computer gelesen; Passwörter, Schlüssel, Kartennummern und Ähnliches werden ersetzt, bevor etwas anderes ihn sieht, und Passwortmanager, Banking und private Fenster bleiben außen vor. Ein Modell erfährt davon nur mit einer Frage.</translation>
    </message>
</context>
<context>
    <name>ScreenPanel</name>
    <message>
        <source>What would be told of the screen</source>
        <translation>Was vom Bildschirm mitgeteilt würde</translation>
    </message>
    <message>
        <source>Nothing would be told.</source>
        <translation>Nichts würde mitgeteilt.</translation>
    </message>
    <message>
        <source>Replaced: {kinds}.</source>
        <translation>Ersetzt: {kinds}.</translation>
    </message>
    <message>
        <source>Nothing was replaced.</source>
        <translation>Nichts wurde ersetzt.</translation>
    </message>
    <message>
        <source>This text, as far as it has room, would go along with a question that asks about the screen.</source>
        <translation>Dieser Text würde, soweit Platz ist, mit einer Frage nach dem Bildschirm mitgehen.</translation>
    </message>
    <message>
        <source>Stop looking</source>
        <translation>Nicht mehr ansehen</translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation>Wird angesehen …</translation>
    </message>
    <message>
        <source>Show what would be told</source>
        <translation>Zeigen, was mitgeteilt würde</translation>
    </message>
    <message>
        <source>Nothing is looked at until you ask for it here, and nothing of it is kept or sent.</source>
        <translation>Nichts wird angesehen, bis Sie es hier verlangen, und nichts davon wird behalten oder gesendet.</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>Sovereign Desktop could not start because of a fault in the program.</source>
        <translation>Sovereign Desktop konnte wegen eines Fehlers im Programm nicht starten.</translation>
    </message>
    <message>
        <source>Run “sovereign-desktop doctor” to see what is wrong.</source>
        <translation>Führen Sie „sovereign-desktop doctor“ aus, um zu sehen, woran es liegt.</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>{setting}: back to the default</source>
        <translation>{setting}: zurück zum Standard</translation>
    </message>
    <message>
        <source>Back to the default: {value}</source>
        <translation>Zurück zum Standard: {value}</translation>
    </message>
    <message>
        <source>{variable} says so. What is chosen here counts once that variable is gone.</source>
        <translation>{variable} bestimmt das. Was hier gewählt wird, gilt, sobald diese Variable weg ist.</translation>
    </message>
    <message>
        <source>on</source>
        <translation>ein</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>leer</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Modus</translation>
    </message>
    <message>
        <source>Who answers: hybrid (Automatic) the Realtime API with this computer behind it, realtime (Cloud) it alone, traditional (Local) this computer and the servers that you name.</source>
        <translation>Wer antwortet: hybrid (Automatisch) die Realtime-API mit diesem Computer als Rückhalt, realtime (Cloud) sie allein, traditional (Lokal) dieser Computer und die Server, die Sie nennen.</translation>
    </message>
    <message>
        <source>Caption</source>
        <translation>Untertitel</translation>
    </message>
    <message>
        <source>Show what is heard and said in a small window.</source>
        <translation>Zeigt in einem kleinen Fenster, was gehört und gesagt wird.</translation>
    </message>
    <message>
        <source>Start with the session</source>
        <translation>Mit der Sitzung starten</translation>
    </message>
    <message>
        <source>Start with the session, with nothing but the icon. Counts from the next log-in.</source>
        <translation>Startet mit der Sitzung, nur mit dem Symbol. Gilt ab der nächsten Anmeldung.</translation>
    </message>
    <message>
        <source>Keep unanswered</source>
        <translation>Unbeantwortetes behalten</translation>
    </message>
    <message>
        <source>Keep what you say until it is answered, encrypted, and offer it after a crash. Off without a system keyring.</source>
        <translation>Behält verschlüsselt, was Sie sagen, bis es beantwortet ist, und bietet es nach einem Absturz an. Ohne Schlüsselbund des Systems aus.</translation>
    </message>
    <message>
        <source>Windows</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>The language of the windows: system, en (English), de (Deutsch) or zh_CN (简体中文). Spoken answers and messages about faults are in English.</source>
        <translation>Die Sprache der Fenster: system, en (English), de (Deutsch) oder zh_CN (简体中文). Gesprochene Antworten und Fehlermeldungen sind auf Englisch.</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Benachrichtigungen</translation>
    </message>
    <message>
        <source>Tell what is wrong as a notification of the desktop too, where it can be read later.</source>
        <translation>Meldet Probleme auch als Benachrichtigung des Desktops, wo sie später nachzulesen sind.</translation>
    </message>
    <message>
        <source>Hotkeys</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Hotkey</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Held: talk while it is down. Tapped: talk until tapped again, or until you stop speaking.</source>
        <translation>Gehalten: Sprechen, solange sie gedrückt ist. Getippt: Sprechen bis zum nächsten Tippen oder bis Sie aufhören.</translation>
    </message>
    <message>
        <source>Cancel hotkey</source>
        <translation>Tastenkürzel zum Abbrechen</translation>
    </message>
    <message>
        <source>Stops listening and speaking.</source>
        <translation>Beendet Zuhören und Sprechen.</translation>
    </message>
    <message>
        <source>Hold from</source>
        <translation>Als Halten gilt ab</translation>
    </message>
    <message>
        <source>A press that lasts longer is a hold, a shorter one a tap.</source>
        <translation>Ein längerer Druck gilt als Halten, ein kürzerer als Tippen.</translation>
    </message>
    <message>
        <source>Hands free</source>
        <translation>Freihändig</translation>
    </message>
    <message>
        <source>Listen all the time and answer whoever speaks.</source>
        <translation>Hört ständig zu und antwortet jedem, der spricht.</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Ton</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>Mikrofon</translation>
    </message>
    <message>
        <source>The device that listens, by name; empty: the system&apos;s choice.</source>
        <translation>Das Gerät, das zuhört, nach Namen; leer: Wahl des Systems.</translation>
    </message>
    <message>
        <source>Loudspeaker</source>
        <translation>Lautsprecher</translation>
    </message>
    <message>
        <source>The device that speaks, by name; empty: the system&apos;s choice.</source>
        <translation>Das Gerät, das spricht, nach Namen; leer: Wahl des Systems.</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Lautstärke</translation>
    </message>
    <message>
        <source>Earcons</source>
        <translation>Signaltöne</translation>
    </message>
    <message>
        <source>Short sounds when listening starts, stops or fails.</source>
        <translation>Kurze Töne, wenn das Zuhören beginnt, endet oder scheitert.</translation>
    </message>
    <message>
        <source>Pre roll</source>
        <translation>Vorlauf</translation>
    </message>
    <message>
        <source>How much from before the press is kept while the microphone is open.</source>
        <translation>Wie viel von der Zeit vor dem Tastendruck behalten wird, solange das Mikrofon offen ist.</translation>
    </message>
    <message>
        <source>Keep open</source>
        <translation>Offen halten</translation>
    </message>
    <message>
        <source>How long the microphone stays open after a turn.</source>
        <translation>Wie lange das Mikrofon nach einer Antwort offen bleibt.</translation>
    </message>
    <message>
        <source>Always open</source>
        <translation>Immer offen</translation>
    </message>
    <message>
        <source>Never close the microphone. The system shows it as in use.</source>
        <translation>Schließt das Mikrofon nie. Das System zeigt es als verwendet an.</translation>
    </message>
    <message>
        <source>Longest question</source>
        <translation>Längste Frage</translation>
    </message>
    <message>
        <source>A question that is longer is ended and answered.</source>
        <translation>Eine längere Frage wird beendet und beantwortet.</translation>
    </message>
    <message>
        <source>Processing</source>
        <translation>Verarbeitung</translation>
    </message>
    <message>
        <source>Echo cancellation</source>
        <translation>Echounterdrückung</translation>
    </message>
    <message>
        <source>Noise reduction</source>
        <translation>Rauschunterdrückung</translation>
    </message>
    <message>
        <source>Auto gain control</source>
        <translation>Automatische Aussteuerung</translation>
    </message>
    <message>
        <source>Endpointing</source>
        <translation>Erkennen des Sprechendes</translation>
    </message>
    <message>
        <source>Speech threshold</source>
        <translation>Sprachschwelle</translation>
    </message>
    <message>
        <source>How likely sound must be speech to count as it.</source>
        <translation>Wie wahrscheinlich ein Geräusch Sprache sein muss, um als solche zu gelten.</translation>
    </message>
    <message>
        <source>Shortest speech</source>
        <translation>Kürzeste Sprache</translation>
    </message>
    <message>
        <source>Shorter sounds, such as a cough or a click, do not open a turn.</source>
        <translation>Kürzere Geräusche wie ein Husten oder Klicken beginnen keine Frage.</translation>
    </message>
    <message>
        <source>Silence</source>
        <translation>Stille</translation>
    </message>
    <message>
        <source>Silence that ends an utterance hands-free.</source>
        <translation>Stille, die freihändig eine Äußerung beendet.</translation>
    </message>
    <message>
        <source>Tap silence</source>
        <translation>Stille nach Tippen</translation>
    </message>
    <message>
        <source>Silence that ends an utterance begun with a tap.</source>
        <translation>Stille, die eine durch Tippen begonnene Äußerung beendet.</translation>
    </message>
    <message>
        <source>Patient silence</source>
        <translation>Geduldige Stille</translation>
    </message>
    <message>
        <source>Silence that ends an utterance whose end the Realtime API is to find, in case that it does not.</source>
        <translation>Stille, die eine Äußerung beendet, deren Ende die Realtime-API finden soll, falls sie es nicht findet.</translation>
    </message>
    <message>
        <source>Speech recognition</source>
        <translation>Spracherkennung</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>Anbieter</translation>
    </message>
    <message>
        <source>auto takes the best that is available: openai_compatible, faster_whisper, pocketsphinx.</source>
        <translation>auto nimmt das beste verfügbare: openai_compatible, faster_whisper, pocketsphinx.</translation>
    </message>
    <message>
        <source>Faster whisper</source>
        <translation>Faster Whisper</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>A size such as tiny.en, base.en, small, or the path of a converted model&apos;s folder.</source>
        <translation>Eine Größe wie tiny.en, base.en, small oder der Pfad zum Ordner eines konvertierten Modells.</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Compute type</source>
        <translation>Rechenart</translation>
    </message>
    <message>
        <source>OpenAI compatible</source>
        <translation>OpenAI-kompatibel</translation>
    </message>
    <message>
        <source>Base address</source>
        <translation>Basisadresse</translation>
    </message>
    <message>
        <source>The server&apos;s address up to and including /v1. Empty: not used.</source>
        <translation>Die Adresse des Servers bis einschließlich /v1. Leer: wird nicht verwendet.</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>The name of the key in the system&apos;s keyring; servers on this computer usually need none.</source>
        <translation>Der Name des Schlüssels im Schlüsselbund des Systems; Server auf diesem Computer brauchen meist keinen.</translation>
    </message>
    <message>
        <source>Timeout</source>
        <translation>Zeitlimit</translation>
    </message>
    <message>
        <source>Longest wait for the next piece of an answer.</source>
        <translation>Längste Wartezeit auf das nächste Stück einer Antwort.</translation>
    </message>
    <message>
        <source>Language model</source>
        <translation>Sprachmodell</translation>
    </message>
    <message>
        <source>auto uses the server at base_url; none answers with skills only; orchestrator uses its models.</source>
        <translation>auto verwendet den Server unter base_url; none antwortet nur mit eingebauten Fähigkeiten; orchestrator verwendet seine Modelle.</translation>
    </message>
    <message>
        <source>Most tokens</source>
        <translation>Höchstzahl Token</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>Longest silence in an answer</source>
        <translation>Längste Stille in einer Antwort</translation>
    </message>
    <message>
        <source>Longest silence in the middle of an answer; then it counts as broken off. timeout_s is for its beginning.</source>
        <translation>Längste Stille mitten in einer Antwort; danach gilt sie als abgebrochen. timeout_s gilt für ihren Beginn.</translation>
    </message>
    <message>
        <source>Several models</source>
        <translation>Mehrere Modelle</translation>
    </message>
    <message>
        <source>Enabled</source>
        <translation>Eingeschaltet</translation>
    </message>
    <message>
        <source>Ask these models instead of the one of llm; that one stands by. llm.provider: orchestrator says the same.</source>
        <translation>Fragt diese Modelle statt des einen unter llm; jenes steht bereit. llm.provider: orchestrator bedeutet dasselbe.</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>The models, each with its provider, its price and when it is asked.</source>
        <translation>Die Modelle, jedes mit Anbieter, Preis und wann es gefragt wird.</translation>
    </message>
    <message>
        <source>Parallel run</source>
        <translation>Parallelbetrieb</translation>
    </message>
    <message>
        <source>Ask the old model and these at once, answer with the old one, and note how the two compare. Costs both.</source>
        <translation>Fragt das alte Modell und diese zugleich, antwortet mit dem alten und vermerkt den Vergleich. Kostet beides.</translation>
    </message>
    <message>
        <source>Ask at once</source>
        <translation>Gleichzeitig fragen</translation>
    </message>
    <message>
        <source>So many models are asked at the same time; the first good enough answers.</source>
        <translation>So viele Modelle werden gleichzeitig gefragt; das erste, das gut genug ist, antwortet.</translation>
    </message>
    <message>
        <source>Hedge after</source>
        <translation>Verstärkung nach</translation>
    </message>
    <message>
        <source>A model that has not begun by then gets company.</source>
        <translation>Ein Modell, das bis dahin nicht begonnen hat, bekommt Gesellschaft.</translation>
    </message>
    <message>
        <source>Default quality threshold</source>
        <translation>Übliche Qualitätsschwelle</translation>
    </message>
    <message>
        <source>Good enough; a model that was right less often answers only when no other does.</source>
        <translation>Gut genug; ein Modell, das seltener richtig lag, antwortet nur, wenn kein anderes es tut.</translation>
    </message>
    <message>
        <source>Default cost limit</source>
        <translation>Übliche Kostengrenze</translation>
    </message>
    <message>
        <source>Dollars for one question.</source>
        <translation>Dollar für eine Frage.</translation>
    </message>
    <message>
        <source>Daily cost limit</source>
        <translation>Kostengrenze pro Tag</translation>
    </message>
    <message>
        <source>Monthly cost limit</source>
        <translation>Kostengrenze pro Monat</translation>
    </message>
    <message>
        <source>Quality per $</source>
        <translation>Qualität pro $</translation>
    </message>
    <message>
        <source>What a dollar is worth: 5 means that 20 cents outweigh the difference between a wrong answer and a right one.</source>
        <translation>Was ein Dollar wert ist: 5 bedeutet, dass 20 Cent den Unterschied zwischen falscher und richtiger Antwort aufwiegen.</translation>
    </message>
    <message>
        <source>Quality per second</source>
        <translation>Qualität pro Sekunde</translation>
    </message>
    <message>
        <source>The same for a second of waiting.</source>
        <translation>Dasselbe für eine Sekunde Wartezeit.</translation>
    </message>
    <message>
        <source>Router</source>
        <translation>Auswahl</translation>
    </message>
    <message>
        <source>Fast triggers</source>
        <translation>Wörter für schnelle Modelle</translation>
    </message>
    <message>
        <source>A question with one of these words is for a fast model.</source>
        <translation>Eine Frage mit einem dieser Wörter geht an ein schnelles Modell.</translation>
    </message>
    <message>
        <source>Deep triggers</source>
        <translation>Wörter für gründliche Modelle</translation>
    </message>
    <message>
        <source>A question with one of these is for a deep one, and they win.</source>
        <translation>Eine Frage mit einem davon geht an ein gründliches; sie haben Vorrang.</translation>
    </message>
    <message>
        <source>Long question words</source>
        <translation>Wörter einer langen Frage</translation>
    </message>
    <message>
        <source>So is one of so many words.</source>
        <translation>Ebenso eine Frage aus so vielen Wörtern.</translation>
    </message>
    <message>
        <source>Feature flags</source>
        <translation>Schalter</translation>
    </message>
    <message>
        <source>Model selection</source>
        <translation>Modellwahl</translation>
    </message>
    <message>
        <source>Ask first whom experience speaks for; without it, the first in the list.</source>
        <translation>Fragt zuerst, wofür die Erfahrung spricht; ohne sie das erste der Liste.</translation>
    </message>
    <message>
        <source>Parallel execution</source>
        <translation>Parallele Ausführung</translation>
    </message>
    <message>
        <source>Ask one more when a model is late, and the quickest that is good enough wins.</source>
        <translation>Fragt ein weiteres, wenn ein Modell zu spät ist; das schnellste, das gut genug ist, gewinnt.</translation>
    </message>
    <message>
        <source>Performance tracking</source>
        <translation>Leistung verfolgen</translation>
    </message>
    <message>
        <source>Learn from what happens and from your thumbs.</source>
        <translation>Lernt aus dem, was geschieht, und aus Ihren Daumen.</translation>
    </message>
    <message>
        <source>Voice</source>
        <translation>Stimme</translation>
    </message>
    <message>
        <source>auto takes the best that is available: openai_compatible, pyttsx3.</source>
        <translation>auto nimmt das beste verfügbare: openai_compatible, pyttsx3.</translation>
    </message>
    <message>
        <source>A voice&apos;s id as doctor lists it; empty: the engine&apos;s default.</source>
        <translation>Die Kennung einer Stimme, wie doctor sie auflistet; leer: die übliche Stimme.</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Geschwindigkeit</translation>
    </message>
    <message>
        <source>Realtime API</source>
        <translation>Realtime-API</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>The address of a Realtime API. Empty: none is used.</source>
        <translation>Die Adresse einer Realtime-API. Leer: es wird keine verwendet.</translation>
    </message>
    <message>
        <source>Certificate authority file</source>
        <translation>Datei der Zertifizierungsstelle</translation>
    </message>
    <message>
        <source>A certificate authority to trust for url, in PEM.</source>
        <translation>Eine Zertifizierungsstelle, der für url vertraut wird, als PEM.</translation>
    </message>
    <message>
        <source>marin and cedar are the best; also alloy, ash, ballad, coral, echo, sage, shimmer, verse, or a voice&apos;s id.</source>
        <translation>marin und cedar sind die besten; auch alloy, ash, ballad, coral, echo, sage, shimmer, verse oder die Kennung einer Stimme.</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>Anweisungen</translation>
    </message>
    <message>
        <source>What the model is told about its task, in place of the program&apos;s own words.</source>
        <translation>Was dem Modell über seine Aufgabe gesagt wird, anstelle der Worte des Programms.</translation>
    </message>
    <message>
        <source>Longest answer. 0: no limit.</source>
        <translation>Längste Antwort. 0: keine Grenze.</translation>
    </message>
    <message>
        <source>Reasoning effort</source>
        <translation>Denkaufwand</translation>
    </message>
    <message>
        <source>Truncation</source>
        <translation>Kürzung</translation>
    </message>
    <message>
        <source>Retention ratio</source>
        <translation>Behaltener Anteil</translation>
    </message>
    <message>
        <source>For truncation retention_ratio: how much of the conversation is kept.</source>
        <translation>Für die Kürzung retention_ratio: wie viel des Gesprächs behalten wird.</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Let the model set timers, calculate and change the volume on this computer.</source>
        <translation>Lässt das Modell auf diesem Computer Timer stellen, rechnen und die Lautstärke ändern.</translation>
    </message>
    <message>
        <source>Longest wait for a connection.</source>
        <translation>Längste Wartezeit auf eine Verbindung.</translation>
    </message>
    <message>
        <source>First audio timeout</source>
        <translation>Zeitlimit bis zum ersten Ton</translation>
    </message>
    <message>
        <source>Longest wait from the end of your question to the first sound of an answer; then the next in line answers.</source>
        <translation>Längste Wartezeit vom Ende Ihrer Frage bis zum ersten Ton einer Antwort; danach antwortet der Nächste in der Reihe.</translation>
    </message>
    <message>
        <source>Response timeout</source>
        <translation>Zeitlimit der Antwort</translation>
    </message>
    <message>
        <source>Longest silence of the API in the middle of an answer; then the next in line goes on with it.</source>
        <translation>Längste Stille der API mitten in einer Antwort; danach führt der Nächste in der Reihe sie fort.</translation>
    </message>
    <message>
        <source>Most retries</source>
        <translation>Höchstzahl Versuche</translation>
    </message>
    <message>
        <source>Attempts to connect before it rests for a while.</source>
        <translation>Verbindungsversuche, bevor eine Weile Ruhe ist.</translation>
    </message>
    <message>
        <source>Retry delay</source>
        <translation>Wartezeit vor Versuchen</translation>
    </message>
    <message>
        <source>Wait before the first of them; it doubles with each.</source>
        <translation>Wartezeit vor dem ersten; sie verdoppelt sich mit jedem.</translation>
    </message>
    <message>
        <source>Turn detection</source>
        <translation>Erkennen des Fragenendes</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Eagerness</source>
        <translation>Eifer</translation>
    </message>
    <message>
        <source>For semantic_vad.</source>
        <translation>Für semantic_vad.</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>Schwelle</translation>
    </message>
    <message>
        <source>For server_vad: how likely sound must be speech.</source>
        <translation>Für server_vad: wie wahrscheinlich ein Geräusch Sprache sein muss.</translation>
    </message>
    <message>
        <source>Prefix padding</source>
        <translation>Vorlauf der Sprache</translation>
    </message>
    <message>
        <source>For server_vad: how much from before the speech is kept.</source>
        <translation>Für server_vad: wie viel von vor der Sprache behalten wird.</translation>
    </message>
    <message>
        <source>Silence duration</source>
        <translation>Dauer der Stille</translation>
    </message>
    <message>
        <source>For server_vad: the silence that ends an utterance.</source>
        <translation>Für server_vad: die Stille, die eine Äußerung beendet.</translation>
    </message>
    <message>
        <source>Transcription</source>
        <translation>Mitschrift</translation>
    </message>
    <message>
        <source>Writes down what the user said, beside the model that answers, at a price of its own. Empty: nobody does.</source>
        <translation>Schreibt neben dem antwortenden Modell mit, was Sie gesagt haben, zu einem eigenen Preis. Leer: niemand tut es.</translation>
    </message>
    <message>
        <source>A code such as en; empty: that of stt.language.</source>
        <translation>Ein Kürzel wie en; leer: das von stt.language.</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>Names and words to expect.</source>
        <translation>Namen und Wörter, die zu erwarten sind.</translation>
    </message>
    <message>
        <source>Voice service</source>
        <translation>Sprachdienst</translation>
    </message>
    <message>
        <source>Python</source>
        <translation>Python</translation>
    </message>
    <message>
        <source>Another interpreter (3.11 or newer) to run the speech engines with; empty: this one.</source>
        <translation>Ein anderer Interpreter (3.11 oder neuer) für die Sprachprogramme; leer: dieser.</translation>
    </message>
    <message>
        <source>A voice service on another machine, such as https://host:port; empty: one is started here.</source>
        <translation>Ein Sprachdienst auf einem anderen Rechner, etwa https://host:port; leer: einer wird hier gestartet.</translation>
    </message>
    <message>
        <source>The name of the remote service&apos;s token in the keyring.</source>
        <translation>Der Name des Tokens des entfernten Dienstes im Schlüsselbund.</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Port on loopback for the service started here; 0: any free one.</source>
        <translation>Loopback-Port für den hier gestarteten Dienst; 0: irgendein freier.</translation>
    </message>
    <message>
        <source>Fallback</source>
        <translation>Ausweichen</translation>
    </message>
    <message>
        <source>Targets</source>
        <translation>Ziele</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>Latenz</translation>
    </message>
    <message>
        <source>What our connection may add to an answer; nothing that stays below is called slow.</source>
        <translation>Was unsere Verbindung zu einer Antwort hinzufügen darf; was darunter bleibt, gilt nicht als langsam.</translation>
    </message>
    <message>
        <source>Voice to voice</source>
        <translation>Von Stimme zu Stimme</translation>
    </message>
    <message>
        <source>Within this after the end of your speech an answer should begin: a line in the latency window, no reason to switch.</source>
        <translation>So bald nach dem Ende Ihrer Rede soll eine Antwort beginnen: eine Linie im Fenster der Latenz, kein Grund für einen Wechsel.</translation>
    </message>
    <message>
        <source>Latency threshold</source>
        <translation>Latenzschwelle</translation>
    </message>
    <message>
        <source>Our connection adds more than this, in the middle of the latest turns.</source>
        <translation>Unsere Verbindung fügt im Mittel der letzten Fragen mehr als das hinzu.</translation>
    </message>
    <message>
        <source>Voice to voice limit</source>
        <translation>Grenze von Stimme zu Stimme</translation>
    </message>
    <message>
        <source>Answers take longer than this to begin, model included; none: however long.</source>
        <translation>Antworten brauchen länger als das bis zum Beginn, Modell eingeschlossen; none: beliebig lange.</translation>
    </message>
    <message>
        <source>Error rate threshold</source>
        <translation>Schwelle der Fehlerrate</translation>
    </message>
    <message>
        <source>More than this part of the latest turns failed.</source>
        <translation>Mehr als dieser Teil der letzten Fragen scheiterte.</translation>
    </message>
    <message>
        <source>Connection failures</source>
        <translation>Verbindungsfehler</translation>
    </message>
    <message>
        <source>So many failed one after another.</source>
        <translation>So viele scheiterten nacheinander.</translation>
    </message>
    <message>
        <source>Coming back</source>
        <translation>Rückkehr</translation>
    </message>
    <message>
        <source>Leave a Realtime API that is slow or fails; without it, it is asked first at every turn.</source>
        <translation>Verlässt eine Realtime-API, die langsam ist oder ausfällt; sonst wird sie bei jeder Frage zuerst gefragt.</translation>
    </message>
    <message>
        <source>Cool down</source>
        <translation>Ruhezeit</translation>
    </message>
    <message>
        <source>How long it is left alone before it is tried again.</source>
        <translation>Wie lange sie in Ruhe gelassen wird, bevor sie wieder versucht wird.</translation>
    </message>
    <message>
        <source>Trial turns</source>
        <translation>Probefragen</translation>
    </message>
    <message>
        <source>So many answers in a row bring it back.</source>
        <translation>So viele Antworten in Folge bringen sie zurück.</translation>
    </message>
    <message>
        <source>Announce aloud</source>
        <translation>Laut ansagen</translation>
    </message>
    <message>
        <source>Say aloud, too, when this computer answers instead and when the Realtime API is back.</source>
        <translation>Sagt auch laut, wenn stattdessen dieser Computer antwortet und wenn die Realtime-API zurück ist.</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>Bewertung</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Zeitraum</translation>
    </message>
    <message>
        <source>Which turns are the latest ones.</source>
        <translation>Welche Fragen als die letzten gelten.</translation>
    </message>
    <message>
        <source>Least samples</source>
        <translation>Mindestzahl</translation>
    </message>
    <message>
        <source>Fewer of them prove nothing.</source>
        <translation>Weniger davon beweisen nichts.</translation>
    </message>
    <message>
        <source>Conditions</source>
        <translation>Bedingungen</translation>
    </message>
    <message>
        <source>Latency degradation</source>
        <translation>Verschlechterung der Latenz</translation>
    </message>
    <message>
        <source>So much slower than before, as a part of it, is a reason to switch.</source>
        <translation>Um diesen Anteil langsamer als zuvor ist ein Grund zu wechseln.</translation>
    </message>
    <message>
        <source>Error rate increase</source>
        <translation>Anstieg der Fehlerrate</translation>
    </message>
    <message>
        <source>So much more often failing than before is a reason to switch.</source>
        <translation>So viel häufigeres Scheitern als zuvor ist ein Grund zu wechseln.</translation>
    </message>
    <message>
        <source>Spending</source>
        <translation>Ausgaben</translation>
    </message>
    <message>
        <source>A spoken turn with the Realtime API costs two or three cents. At a limit this computer answers instead.</source>
        <translation>Eine gesprochene Frage an die Realtime-API kostet zwei oder drei Cent. An einer Grenze antwortet stattdessen dieser Computer.</translation>
    </message>
    <message>
        <source>Warn above, a day</source>
        <translation>Warnen ab, pro Tag</translation>
    </message>
    <message>
        <source>Say so when more was spent in a day. none: never; the month&apos;s warning is enough for most.</source>
        <translation>Sagt es, wenn an einem Tag mehr ausgegeben wurde. none: nie; den meisten genügt die Warnung des Monats.</translation>
    </message>
    <message>
        <source>Limit, a day</source>
        <translation>Grenze, pro Tag</translation>
    </message>
    <message>
        <source>Spend no more in a day, or none. About 200 turns: only a forgotten hands-free microphone gets there.</source>
        <translation>Gibt an einem Tag nicht mehr aus; none: keine Grenze. Etwa 200 Fragen: so weit kommt nur ein vergessenes freihändiges Mikrofon.</translation>
    </message>
    <message>
        <source>Warn above, a month</source>
        <translation>Warnen ab, pro Monat</translation>
    </message>
    <message>
        <source>Say so when more was spent in a month, or none.</source>
        <translation>Sagt es, wenn in einem Monat mehr ausgegeben wurde; none: nie.</translation>
    </message>
    <message>
        <source>Limit, a month</source>
        <translation>Grenze, pro Monat</translation>
    </message>
    <message>
        <source>Spend no more in a month, or none.</source>
        <translation>Gibt in einem Monat nicht mehr aus; none: keine Grenze.</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Gedächtnis</translation>
    </message>
    <message>
        <source>Recall what was said before. Off: nothing is kept, and nothing is told to a model.</source>
        <translation>Erinnert sich an früher Gesagtes. Aus: Nichts wird behalten und nichts einem Modell mitgeteilt.</translation>
    </message>
    <message>
        <source>Keep exchanges</source>
        <translation>Wortwechsel behalten</translation>
    </message>
    <message>
        <source>Keep each question with its answer. Off: only what you ask to be remembered is.</source>
        <translation>Behält jede Frage mit ihrer Antwort. Aus: nur, was auf Ihren Wunsch gemerkt wird.</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>Profil</translation>
    </message>
    <message>
        <source>Whose memories these are. Profiles never see each other&apos;s.</source>
        <translation>Wessen Erinnerungen das sind. Profile sehen nie die der anderen.</translation>
    </message>
    <message>
        <source>Vector retrieval</source>
        <translation>Vektorsuche</translation>
    </message>
    <message>
        <source>Search by meaning too: on, off, or for a percentage of the questions. USE_REAL_VECTOR_RETRIEVAL wins over it.</source>
        <translation>Sucht auch nach der Bedeutung: on, off oder für einen Prozentsatz der Fragen. USE_REAL_VECTOR_RETRIEVAL hat Vorrang.</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>Höchstzahl</translation>
    </message>
    <message>
        <source>At most so many memories are recalled at once.</source>
        <translation>Höchstens so viele Erinnerungen werden auf einmal abgerufen.</translation>
    </message>
    <message>
        <source>The least likeness in meaning (cosine) that counts.</source>
        <translation>Die geringste Ähnlichkeit der Bedeutung (Kosinus), die zählt.</translation>
    </message>
    <message>
        <source>Deadline</source>
        <translation>Frist</translation>
    </message>
    <message>
        <source>Longest wait for the search by meaning; then keywords answer alone.</source>
        <translation>Längste Wartezeit auf die Suche nach Bedeutung; danach antworten Stichwörter allein.</translation>
    </message>
    <message>
        <source>Vector database</source>
        <translation>Vektordatenbank</translation>
    </message>
    <message>
        <source>The only one there is.</source>
        <translation>Die einzige, die es gibt.</translation>
    </message>
    <message>
        <source>Persist directory</source>
        <translation>Speicherordner</translation>
    </message>
    <message>
        <source>The folder of the memory; empty: in the program&apos;s data folder.</source>
        <translation>Der Ordner des Gedächtnisses; leer: im Datenordner des Programms.</translation>
    </message>
    <message>
        <source>Collection name</source>
        <translation>Name der Sammlung</translation>
    </message>
    <message>
        <source>For a server: what its collections begin with.</source>
        <translation>Für einen Server: womit seine Sammlungen beginnen.</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>Rechner</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>Speak TLS with the server.</source>
        <translation>Spricht TLS mit dem Server.</translation>
    </message>
    <message>
        <source>The name of the server&apos;s token in the system&apos;s keyring, if it wants one.</source>
        <translation>Der Name des Tokens des Servers im Schlüsselbund des Systems, falls er eines verlangt.</translation>
    </message>
    <message>
        <source>Embeddings</source>
        <translation>Einbettungen</translation>
    </message>
    <message>
        <source>An OpenAI-compatible server up to and including /v1. Every memory is sent there. Empty: none.</source>
        <translation>Ein OpenAI-kompatibler Server bis einschließlich /v1. Jede Erinnerung wird dorthin gesendet. Leer: keiner.</translation>
    </message>
    <message>
        <source>The server&apos;s model.</source>
        <translation>Das Modell des Servers.</translation>
    </message>
    <message>
        <source>Dimensions</source>
        <translation>Dimensionen</translation>
    </message>
    <message>
        <source>How many numbers its vectors have.</source>
        <translation>Wie viele Zahlen seine Vektoren haben.</translation>
    </message>
    <message>
        <source>Local model</source>
        <translation>Lokales Modell</translation>
    </message>
    <message>
        <source>A downloaded model&apos;s name, or the folder of one (model.onnx and tokenizer.json).</source>
        <translation>Der Name eines geladenen Modells oder der Ordner eines solchen (model.onnx und tokenizer.json).</translation>
    </message>
    <message>
        <source>Rollout</source>
        <translation>Einführung</translation>
    </message>
    <message>
        <source>Step minutes</source>
        <translation>Minuten je Schritt</translation>
    </message>
    <message>
        <source>How long each step holds after the search by meaning was enabled again: 10 %, then 50 %, then all.</source>
        <translation>Wie lange jeder Schritt dauert, nachdem die Suche nach Bedeutung wieder eingeschaltet wurde: 10 %, dann 50 %, dann alle.</translation>
    </message>
    <message>
        <source>Which queries are the latest ones.</source>
        <translation>Welche Anfragen als die letzten gelten.</translation>
    </message>
    <message>
        <source>Failures in a row</source>
        <translation>Fehler in Folge</translation>
    </message>
    <message>
        <source>So many, and it is given up at once.</source>
        <translation>So viele, und sie wird sofort aufgegeben.</translation>
    </message>
    <message>
        <source>Error rate</source>
        <translation>Fehlerrate</translation>
    </message>
    <message>
        <source>Such a part of the latest queries failed, and it is given up at once.</source>
        <translation>Scheitert dieser Teil der letzten Anfragen, wird sie sofort aufgegeben.</translation>
    </message>
    <message>
        <source>Slow</source>
        <translation>Langsam</translation>
    </message>
    <message>
        <source>So many times slower than usual for a whole window, and it is given up.</source>
        <translation>So vielfach langsamer als üblich über einen ganzen Zeitraum, und sie wird aufgegeben.</translation>
    </message>
    <message>
        <source>What models are told</source>
        <translation>Was Modelle erfahren</translation>
    </message>
    <message>
        <source>Token budget</source>
        <translation>Token-Budget</translation>
    </message>
    <message>
        <source>The most tokens that one question may take along, with everything that is told beside it.</source>
        <translation>Die meisten Token, die eine Frage mitnehmen darf, mit allem, was daneben mitgeteilt wird.</translation>
    </message>
    <message>
        <source>A source that has not answered so long after it was asked is left out of the turn.</source>
        <translation>Eine Quelle, die so lange nach der Anfrage nicht geantwortet hat, bleibt bei dieser Frage außen vor.</translation>
    </message>
    <message>
        <source>Grace</source>
        <translation>Nachfrist</translation>
    </message>
    <message>
        <source>How long a source may still search once your words are known; what you ask about by name has the whole time.</source>
        <translation>Wie lange eine Quelle noch suchen darf, sobald Ihre Worte bekannt sind; wonach Sie ausdrücklich fragen, hat die ganze Zeit.</translation>
    </message>
    <message>
        <source>Plugins</source>
        <translation>Plugins</translation>
    </message>
    <message>
        <source>Plugins that may add to what a model is told, by name, with commas between. No other is loaded.</source>
        <translation>Plugins, die etwas mitteilen dürfen, nach Namen, durch Kommas getrennt. Kein anderes wird geladen.</translation>
    </message>
    <message>
        <source>Priorities</source>
        <translation>Anteile</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>Instructions, the time, and what this computer is.</source>
        <translation>Anweisungen, die Uhrzeit und was dieser Computer ist.</translation>
    </message>
    <message>
        <source>What was said in earlier conversations.</source>
        <translation>Was in früheren Gesprächen gesagt wurde.</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>Bildschirm</translation>
    </message>
    <message>
        <source>What is on the screen.</source>
        <translation>Was auf dem Bildschirm steht.</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>Gespräch</translation>
    </message>
    <message>
        <source>What was said in this conversation.</source>
        <translation>Was in diesem Gespräch gesagt wurde.</translation>
    </message>
    <message>
        <source>Relevance</source>
        <translation>Relevanz</translation>
    </message>
    <message>
        <source>Leave out what has too little to do with the question.</source>
        <translation>Lässt weg, was zu wenig mit der Frage zu tun hat.</translation>
    </message>
    <message>
        <source>How much something must have to do with the question, 0 to 1, to be worth telling.</source>
        <translation>Wie viel etwas mit der Frage zu tun haben muss, 0 bis 1, um mitgeteilt zu werden.</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>Zwischenspeicher</translation>
    </message>
    <message>
        <source>Use again what a source has said, as long as nothing has changed there.</source>
        <translation>Verwendet wieder, was eine Quelle gesagt hat, solange sich dort nichts geändert hat.</translation>
    </message>
    <message>
        <source>Keep for</source>
        <translation>Behalten für</translation>
    </message>
    <message>
        <source>Ask again after this time, changed or not.</source>
        <translation>Fragt nach dieser Zeit neu, geändert oder nicht.</translation>
    </message>
    <message>
        <source>Most answers</source>
        <translation>Höchstzahl Antworten</translation>
    </message>
    <message>
        <source>So many answers are kept.</source>
        <translation>So viele Antworten werden behalten.</translation>
    </message>
    <message>
        <source>Look at the screen from the start on. The tray&apos;s menu switches it until the program ends.</source>
        <translation>Sieht den Bildschirm von Anfang an an. Das Tray-Menü schaltet es um, bis das Programm endet.</translation>
    </message>
    <message>
        <source>Capture interval</source>
        <translation>Aufnahmeabstand</translation>
    </message>
    <message>
        <source>Seconds between two looks. The beginning of a question brings one more.</source>
        <translation>Sekunden zwischen zwei Blicken. Der Beginn einer Frage bringt einen weiteren.</translation>
    </message>
    <message>
        <source>Monitors</source>
        <translation>Bildschirme</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Show a model that can see a picture of the screen when your words ask about it. Excluded windows, secrets and words that can&apos;t be read surely are painted over. What was sent is kept with the turn, as always.</source>
        <translation>Zeigt einem Modell, das sehen kann, ein Bild des Bildschirms, wenn Ihre Worte danach fragen. Ausgeschlossene Fenster, Geheimes und unsicher gelesene Wörter werden übermalt. Was gesendet wurde, wird wie immer mit der Frage aufbewahrt.</translation>
    </message>
    <message>
        <source>Pause hotkey</source>
        <translation>Tastenkürzel zum Pausieren</translation>
    </message>
    <message>
        <source>Pauses the looking, and resumes it. Empty: no key.</source>
        <translation>Pausiert das Ansehen und setzt es fort. Leer: keine Taste.</translation>
    </message>
    <message>
        <source>OCR</source>
        <translation>Texterkennung</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Programm</translation>
    </message>
    <message>
        <source>auto takes the quickest that is installed: tesserocr, tesseract.</source>
        <translation>auto nimmt das schnellste installierte: tesserocr, tesseract.</translation>
    </message>
    <message>
        <source>A language of Tesseract, or several: eng+deu.</source>
        <translation>Eine Sprache von Tesseract oder mehrere: eng+deu.</translation>
    </message>
    <message>
        <source>Confidence threshold</source>
        <translation>Sicherheitsschwelle</translation>
    </message>
    <message>
        <source>Words that are read with less certainty are left out.</source>
        <translation>Wörter, die unsicherer gelesen werden, bleiben weg.</translation>
    </message>
    <message>
        <source>Longest time for one picture.</source>
        <translation>Längste Zeit für ein Bild.</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>Privatsphäre</translation>
    </message>
    <message>
        <source>Leave excluded windows out. Off: every window is looked at, yet the next setting still holds.</source>
        <translation>Lässt ausgeschlossene Fenster weg. Aus: Jedes Fenster wird angesehen, die nächste Einstellung gilt trotzdem.</translation>
    </message>
    <message>
        <source>Filter sensitive</source>
        <translation>Vertrauliches filtern</translation>
    </message>
    <message>
        <source>Replace passwords, keys, numbers of cards and the like before anything else sees the text.</source>
        <translation>Ersetzt Passwörter, Schlüssel, Kartennummern und Ähnliches, bevor etwas anderes den Text sieht.</translation>
    </message>
    <message>
        <source>When excluded</source>
        <translation>Bei ausgeschlossenen Fenstern</translation>
    </message>
    <message>
        <source>Exclude titles</source>
        <translation>Titel ausschließen</translation>
    </message>
    <message>
        <source>Windows with one of these in their title are excluded, as are those of the built-in list.</source>
        <translation>Fenster mit einem davon im Titel sind ausgeschlossen, ebenso die der eingebauten Liste.</translation>
    </message>
    <message>
        <source>Exclude programs</source>
        <translation>Programme ausschließen</translation>
    </message>
    <message>
        <source>Programs by name, such as signal-desktop; they need not have run before.</source>
        <translation>Programme nach Namen, etwa signal-desktop; sie müssen noch nie gelaufen sein.</translation>
    </message>
    <message>
        <source>Exclude patterns</source>
        <translation>Muster ausschließen</translation>
    </message>
    <message>
        <source>Regular expressions for program: title.</source>
        <translation>Reguläre Ausdrücke für Programm: Titel.</translation>
    </message>
    <message>
        <source>Own words</source>
        <translation>Eigene Wörter</translation>
    </message>
    <message>
        <source>Names and words that nobody else is to see.</source>
        <translation>Namen und Wörter, die niemand sonst sehen soll.</translation>
    </message>
    <message>
        <source>Allow without window list</source>
        <translation>Ohne Fensterliste erlauben</translation>
    </message>
    <message>
        <source>Look also where no program can know which windows are visible (Wayland). Excluded windows are seen there.</source>
        <translation>Sieht auch dort hin, wo kein Programm wissen kann, welche Fenster sichtbar sind (Wayland). Ausgeschlossene Fenster werden dort gesehen.</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Updates</source>
        <translation>Aktualisierungen</translation>
    </message>
    <message>
        <source>Whether the program looks for new versions. It only tells of them: none is ever fetched by itself.</source>
        <translation>Ob das Programm nach neuen Versionen sieht. Es meldet sie nur: Keine wird je von selbst geholt.</translation>
    </message>
    <message>
        <source>Look for new versions</source>
        <translation>Nach neuen Versionen sehen</translation>
    </message>
    <message>
        <source>Ask once a day whether there is a new version. Nothing is asked where neither this build nor url says where.</source>
        <translation>Fragt einmal am Tag, ob es eine neue Version gibt. Es wird nichts gefragt, wo weder dieser Build noch url sagt, wo.</translation>
    </message>
    <message>
        <source>Another address</source>
        <translation>Andere Adresse</translation>
    </message>
    <message>
        <source>Where to ask instead of where this build says; https. Only what the program&apos;s makers have signed is offered.</source>
        <translation>Wo stattdessen gefragt wird; https. Nur was die Hersteller des Programms signiert haben, wird angeboten.</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Settings – Sovereign Desktop</source>
        <translation>Einstellungen – Sovereign Desktop</translation>
    </message>
    <message>
        <source>Search all settings</source>
        <translation>Alle Einstellungen durchsuchen</translation>
    </message>
    <message>
        <source>Pages of settings</source>
        <translation>Seiten der Einstellungen</translation>
    </message>
    <message>
        <source>Migration</source>
        <translation>Übernahme</translation>
    </message>
    <message>
        <source>Open the file</source>
        <translation>Datei öffnen</translation>
    </message>
    <message>
        <source>What is remembered</source>
        <translation>Was gemerkt ist</translation>
    </message>
    <message>
        <source>Changes are kept at once and in force as soon as nobody is talking; no new start is needed.</source>
        <translation>Änderungen werden sofort gespeichert und gelten, sobald niemand spricht; ein Neustart ist nicht nötig.</translation>
    </message>
    <message>
        <source>No setting is called so, or says so.</source>
        <translation>Keine Einstellung heißt so oder sagt das.</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
</context>
<context>
    <name>Shell</name>
    <message>
        <source>This desktop shows no tray icons; a small window stands in for the icon.</source>
        <translation>Dieser Desktop zeigt keine Tray-Symbole; ein kleines Fenster steht für das Symbol.</translation>
    </message>
    <message>
        <source>On GNOME, install the extension “AppIndicator and KStatusNotifierItem Support” and start Sovereign Desktop again.</source>
        <translation>Installieren Sie unter GNOME die Erweiterung „AppIndicator and KStatusNotifierItem Support“ und starten Sie Sovereign Desktop neu.</translation>
    </message>
</context>
<context>
    <name>Situation</name>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Cloud</source>
        <translation>Cloud</translation>
    </message>
    <message>
        <source>Local</source>
        <translation>Lokal</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Listening</source>
        <translation>Hört zu</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>Denkt nach</translation>
    </message>
    <message>
        <source>Speaking</source>
        <translation>Spricht</translation>
    </message>
    <message>
        <source>Needs attention</source>
        <translation>Braucht Aufmerksamkeit</translation>
    </message>
    <message>
        <source>Microphone muted</source>
        <translation>Mikrofon stumm</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Startet</translation>
    </message>
    <message>
        <source>Finish and answer</source>
        <translation>Fertig, bitte antworten</translation>
    </message>
    <message>
        <source>Talk</source>
        <translation>Sprechen</translation>
    </message>
    <message>
        <source>Spend more today</source>
        <translation>Heute mehr ausgeben</translation>
    </message>
    <message>
        <source>Spend more this month</source>
        <translation>Diesen Monat mehr ausgeben</translation>
    </message>
    <message>
        <source>Screen awareness (paused)</source>
        <translation>Bildschirm ansehen (pausiert)</translation>
    </message>
    <message>
        <source>Screen awareness</source>
        <translation>Bildschirm ansehen</translation>
    </message>
    <message>
        <source>This computer answers: {reason}</source>
        <translation>Dieser Computer antwortet: {reason}</translation>
    </message>
    <message>
        <source>Looks at the screen</source>
        <translation>Sieht den Bildschirm an</translation>
    </message>
    <message>
        <source>Does not look at the screen.</source>
        <translation>Sieht den Bildschirm nicht an.</translation>
    </message>
    <message>
        <source>Hold or tap {hotkey} to talk</source>
        <translation>{hotkey} halten oder tippen, um zu sprechen</translation>
    </message>
</context>
<context>
    <name>SoundPage</name>
    <message>
        <source>Can it hear you?</source>
        <translation>Kann es Sie hören?</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Ton</translation>
    </message>
</context>
<context>
    <name>SoundTests</name>
    <message>
        <source>Play a tone</source>
        <translation>Ton abspielen</translation>
    </message>
    <message>
        <source>Test the loudspeaker: play a tone</source>
        <translation>Lautsprecher testen: einen Ton abspielen</translation>
    </message>
    <message>
        <source>Stop and play it back</source>
        <translation>Anhalten und abspielen</translation>
    </message>
    <message>
        <source>Speak now, in your usual voice. Nothing of it is kept or sent.</source>
        <translation>Sprechen Sie jetzt, mit Ihrer gewohnten Stimme. Nichts davon wird behalten oder gesendet.</translation>
    </message>
    <message>
        <source>This is what the microphone heard …</source>
        <translation>Das hat das Mikrofon gehört …</translation>
    </message>
    <message>
        <source>Three notes are played …</source>
        <translation>Drei Töne werden gespielt …</translation>
    </message>
    <message>
        <source>Three notes were played. If you heard none, choose another loudspeaker or turn it up.</source>
        <translation>Drei Töne wurden gespielt. Wenn Sie keinen gehört haben, wählen Sie einen anderen Lautsprecher oder stellen Sie ihn lauter.</translation>
    </message>
    <message>
        <source>No sound at all arrived: the microphone is muted, or this program is not permitted to hear it. Unmute it, or allow it in the system’s privacy settings.</source>
        <translation>Es kam gar kein Ton an: Das Mikrofon ist stumm, oder dieses Programm darf es nicht hören. Heben Sie die Stummschaltung auf oder erlauben Sie es in den Datenschutzeinstellungen des Systems.</translation>
    </message>
    <message>
        <source>{device}, because {wanted} is not there</source>
        <translation>{device}, weil {wanted} nicht da ist</translation>
    </message>
    <message>
        <source>Hardly anything was heard ({level} dB, by {device}). Come closer, or turn it up.</source>
        <translation>Es war kaum etwas zu hören ({level} dB, mit {device}). Kommen Sie näher oder stellen Sie es lauter.</translation>
    </message>
    <message>
        <source>It works: {level} dB at the loudest, by {device}.</source>
        <translation>Es funktioniert: höchstens {level} dB, mit {device}.</translation>
    </message>
    <message>
        <source>Test the microphone</source>
        <translation>Mikrofon testen</translation>
    </message>
</context>
<context>
    <name>SpendPanel</name>
    <message>
        <source>Spent today</source>
        <translation>Heute ausgegeben</translation>
    </message>
    <message>
        <source>Spent this month</source>
        <translation>Diesen Monat ausgegeben</translation>
    </message>
    <message>
        <source>{spent} spent today, {limit}</source>
        <translation>{spent} heute ausgegeben, {limit}</translation>
    </message>
    <message>
        <source>{spent} spent this month, {limit}</source>
        <translation>{spent} diesen Monat ausgegeben, {limit}</translation>
    </message>
    <message>
        <source>without a limit</source>
        <translation>ohne Grenze</translation>
    </message>
    <message>
        <source>of {cap}</source>
        <translation>von {cap}</translation>
    </message>
</context>
<context>
    <name>Thumbs</name>
    <message>
        <source>A good answer</source>
        <translation>Eine gute Antwort</translation>
    </message>
    <message>
        <source>A bad answer</source>
        <translation>Eine schlechte Antwort</translation>
    </message>
</context>
<context>
    <name>TracesDialog</name>
    <message>
        <source>Memory</source>
        <translation>Gedächtnis</translation>
    </message>
    <message>
        <source>Delete the past turns too that contain it: {count}</source>
        <translation>Auch die vergangenen Fragen löschen, die sie enthalten: {count}</translation>
    </message>
    <message>
        <source>Delete {file}, which contains it</source>
        <translation>{file} löschen, worin sie steht</translation>
    </message>
</context>
<context>
    <name>TranscriptWindow</name>
    <message>
        <source>Transcript – Sovereign Desktop</source>
        <translation>Gesprächsverlauf – Sovereign Desktop</translation>
    </message>
    <message>
        <source>Search all conversations</source>
        <translation>Alle Gespräche durchsuchen</translation>
    </message>
    <message>
        <source>Show older ones</source>
        <translation>Ältere anzeigen</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>Alle kopieren</translation>
    </message>
    <message>
        <source>What was sent</source>
        <translation>Was gesendet wurde</translation>
    </message>
    <message>
        <source>What the model was told for the selected turn, or the last one, and what was left out</source>
        <translation>Was dem Modell für die ausgewählte oder letzte Frage mitgeteilt wurde und was weggelassen wurde</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Ask the question again that nobody could answer.</source>
        <translation>Stellt die Frage erneut, die niemand beantworten konnte.</translation>
    </message>
    <message>
        <source>Export …</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Delete …</source>
        <translation>Löschen …</translation>
    </message>
    <message>
        <source>Type a question</source>
        <translation>Eine Frage eintippen</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>As a document (Markdown)</source>
        <translation>Als Dokument (Markdown)</translation>
    </message>
    <message>
        <source>As data (JSON)</source>
        <translation>Als Daten (JSON)</translation>
    </message>
    <message>
        <source>Nothing like that was said.</source>
        <translation>So etwas wurde nicht gesagt.</translation>
    </message>
    <message>
        <source>Nothing has been said yet.</source>
        <translation>Es wurde noch nichts gesagt.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Markdown document (*.md)</source>
        <translation>Markdown-Dokument (*.md)</translation>
    </message>
    <message>
        <source>JSON data (*.json)</source>
        <translation>JSON-Daten (*.json)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Exporting …</source>
        <translation>Wird exportiert …</translation>
    </message>
    <message>
        <source>One turn is in {file}.</source>
        <translation>Eine Frage mit Antwort steht in {file}.</translation>
    </message>
    <message>
        <source>{count} turns are in {file}.</source>
        <translation>{count} Fragen mit Antworten stehen in {file}.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Delete this turn for good?</source>
        <translation>Diese Frage mit Antwort endgültig löschen?</translation>
    </message>
    <message>
        <source>Delete these {count} turns for good?</source>
        <translation>Diese {count} Fragen mit Antworten endgültig löschen?</translation>
    </message>
    <message>
        <source>They are overwritten on the disk, and what is remembered of them goes too. What a server was sent stays with the server.</source>
        <translation>Sie werden auf der Festplatte überschrieben, und was davon gemerkt wurde, verschwindet auch. Was ein Server erhalten hat, bleibt dort.</translation>
    </message>
    <message>
        <source>Deleting …</source>
        <translation>Wird gelöscht …</translation>
    </message>
    <message>
        <source>Deleted for good.</source>
        <translation>Endgültig gelöscht.</translation>
    </message>
</context>
<context>
    <name>Turn</name>
    <message>
        <source>interrupted</source>
        <translation>unterbrochen</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>nothing heard</source>
        <translation>nichts gehört</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>keine Antwort</translation>
    </message>
    <message>
        <source>end noticed</source>
        <translation>Ende erkannt</translation>
    </message>
    <message>
        <source>transcribed</source>
        <translation>erkannt</translation>
    </message>
    <message>
        <source>first words</source>
        <translation>erste Worte</translation>
    </message>
    <message>
        <source>first sentence</source>
        <translation>erster Satz</translation>
    </message>
    <message>
        <source>synthesised</source>
        <translation>gesprochen</translation>
    </message>
    <message>
        <source>audible</source>
        <translation>hörbar</translation>
    </message>
    <message>
        <source>The time from the end of your speech at the microphone to the first sound of the answer at the loudspeaker.</source>
        <translation>Die Zeit vom Ende Ihrer Worte am Mikrofon bis zum ersten Ton der Antwort am Lautsprecher.</translation>
    </message>
    <message>
        <source>answered after {seconds} s</source>
        <translation>beantwortet nach {seconds} s</translation>
    </message>
    <message>
        <source>under $0.001</source>
        <translation>unter 0,001 $</translation>
    </message>
    <message>
        <source>You: {words}</source>
        <translation>Sie: {words}</translation>
    </message>
    <message>
        <source>Assistant: {words}</source>
        <translation>Assistent: {words}</translation>
    </message>
    <message>
        <source>Voice to voice {ms} ms: {parts}</source>
        <translation>Von Stimme zu Stimme {ms} ms: {parts}</translation>
    </message>
    <message>
        <source>Nothing was told to a model for this turn.</source>
        <translation>Für diese Frage wurde keinem Modell etwas mitgeteilt.</translation>
    </message>
    <message>
        <source>{tokens} of {budget} tokens ({counted_by})</source>
        <translation>{tokens} von {budget} Token ({counted_by})</translation>
    </message>
    <message>
        <source>Without {name}: {why}</source>
        <translation>Ohne {name}: {why}</translation>
    </message>
    <message>
        <source>None of it was sent to a model.</source>
        <translation>Nichts davon wurde an ein Modell gesendet.</translation>
    </message>
    <message>
        <source>Sent to {name} (left this computer):</source>
        <translation>An {name} gesendet (hat diesen Computer verlassen):</translation>
    </message>
    <message>
        <source>Sent to {name} (stayed on this computer):</source>
        <translation>An {name} gesendet (blieb auf diesem Computer):</translation>
    </message>
    <message>
        <source>[your voice, {seconds} s]</source>
        <translation>[Ihre Stimme, {seconds} s]</translation>
    </message>
    <message>
        <source>[{kind}, in an earlier turn]</source>
        <translation>[{kind}, bei einer früheren Frage]</translation>
    </message>
    <message>
        <source>told</source>
        <translation>mitgeteilt</translation>
    </message>
    <message>
        <source>told in part</source>
        <translation>teilweise mitgeteilt</translation>
    </message>
    <message>
        <source>not told</source>
        <translation>nicht mitgeteilt</translation>
    </message>
    <message>
        <source>{count} tokens</source>
        <translation>{count} Token</translation>
    </message>
    <message>
        <source>relevance {value}</source>
        <translation>Relevanz {value}</translation>
    </message>
    <message>
        <source>{count} covered: {kinds}</source>
        <translation>{count} verdeckt: {kinds}</translation>
    </message>
</context>
<context>
    <name>TurnView</name>
    <message>
        <source>Turns</source>
        <translation>Fragen und Antworten</translation>
    </message>
</context>
<context>
    <name>WelcomeWindow</name>
    <message>
        <source>Welcome – Sovereign Desktop</source>
        <translation>Willkommen – Sovereign Desktop</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Step {number} of {count}</source>
        <translation>Schritt {number} von {count}</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
</context>
<context>
    <name>WizardPage</name>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
</context>
<context>
    <name>WizardWindow</name>
    <message>
        <source>Not now</source>
        <translation>Nicht jetzt</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Tune</source>
        <translation>Anpassen</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>{step} – Migration – Sovereign Desktop</source>
        <translation>{step} – Übernahme – Sovereign Desktop</translation>
    </message>
    <message>
        <source>the step of now</source>
        <translation>der aktuelle Schritt</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>Work</name>
    <message>
        <source>Something went wrong inside the program. Its log says where.</source>
        <translation>Im Programm ist etwas schiefgegangen. Sein Protokoll sagt, wo.</translation>
    </message>
</context>
</TS>
