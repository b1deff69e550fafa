"""Chatter is told from questions."""

from __future__ import annotations

import pytest

from knowledge.questions.chatter import chatter, chatter_language


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Dobrý den", "greeting"),
        ("ahoj všichni", "greeting"),
        ("hello there!", "greeting"),
        ("good morning everyone", "greeting"),
        ("jak se máš?", "greeting"),
        ("díky moc, to mi pomohlo", "thanks"),
        ("Thanks a lot for the quick answer", "thanks"),
        ("🙏", "thanks"),
        ("???", "help"),
        ("🙂", "acknowledgement"),
        ("na shledanou", "bye"),
        ("see you later", "bye"),
        ("super", "praise"),
        ("you're awesome", "praise"),
        ("jasně, rozumím", "acknowledgement"),
        ("alright, noted", "acknowledgement"),
        ("👍", "acknowledgement"),
        ("kdo jsi?", "identity"),
        ("Are you a bot?", "identity"),
        ("Jsi AI?", "identity"),
        ("Jak se odhlásím z připomínek?", "reminders"),
        ("jak zapnu pripominky", "reminders"),
        ("Jak si můžu nastavit upozornění?", "reminders"),
        ("How do I turn off the reminders?", "reminders"),
        ("Can I unsubscribe from notifications?", "reminders"),
        ("Připomínky vypnout", "reminders"),
        ("řekni mi vtip", "help"),
        ("jsi k ničemu", "complaint"),
        ("Ty jsi ale hloupej bot", "complaint"),
        ("to není pravda", "complaint"),
        ("You are useless", "complaint"),
        ("smaž moje data", "privacy"),
        ("Co o mně víte?", "privacy"),
        ("please forget me", "privacy"),
        ("umíš anglicky?", "tongue"),
        ("Mluvíš slovensky?", "tongue"),
        ("přepni do angličtiny", "tongue"),
        ("In English, please", "tongue"),
        ("Do you speak Czech?", "tongue"),
        ("Chci mluvit s člověkem", "person"),
        ("Can I talk to a human?", "person"),
        ("nerozumím", "again"),
        ("co?", "again"),
        ("Můžeš mi to zopakovat?", "again"),
        ("Seš tam?", "greeting"),
        ("Děkuju, super práce", "thanks"),
        ("co umíš?", "help"),
        ("What can you do?", "help"),
    ],
)
def test_chatter_is_told_from_questions(text: str, kind: str) -> None:
    assert chatter(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "Ahoj, kdy je příští seminář?",
        "Díky, a kolik to stojí?",
        "parkování",
        "Jak se přihlásím na seminář?",
        "Kdy končí připomínky k návrhu zákona?",
        "Jak zruším členství?",
        "Thanks, what about companies?",
        "Hi, who is the president of the cluster?",
        "IROP",
        "good practice in parking",
        "Umíte anglicky vést workshop?",
        "Jak smazat data z portálu?",
        "Co je digitální dvojče?",
        "Je v angličtině i metodika?",
        "Kontakt na člověka přes parkování v Brně",
        "Je pravda, že členství je zdarma?",
    ],
)
def test_question_with_a_greeting_is_a_question(text: str) -> None:
    assert chatter(text) == ""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("wow, you're quick", "en"),
        ("tak zatím", "cs"),
        ("thanks", "en"),
        ("díky", "cs"),
        ("ok", None),
        ("In English, please", "en"),
        ("umíš anglicky?", "cs"),
        ("you suck", "en"),
    ],
)
def test_language_of_chatter(text: str, language: str | None) -> None:
    assert chatter_language(text) == language
