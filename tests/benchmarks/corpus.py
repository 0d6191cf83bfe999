"""Generated corpora: annotated briefs shaped like a news article on talks, as many as wanted, the same for the same number.

Each brief has the mix of labels, roles, attributes, relations and coreference of a hand-annotated article, in a third of its
length: claims with speaker, relay and stance, a mediated session, a round, arrivals, an outcome, an incident with a count.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

STATES = ("Northland", "Southland", "Eastmark", "Westmark", "Midland", "Farland", "Highland", "Lowland")
CITIES = ("Geneva", "Doha", "Muscat", "Vienna", "Oslo", "Nairobi", "Jeddah", "Istanbul")
PEOPLE = (
    "Ada Brandt",
    "Ivo Castell",
    "Mara Dunne",
    "Omar Faris",
    "Lena Gruber",
    "Tarik Hadad",
    "Nina Ilves",
    "Paul Jansen",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def brief(number: int) -> tuple[str, str]:
    """Text and annotation of one brief. Offsets are counted while the text is put together."""
    one, other = STATES[number % 8], STATES[(number + 1 + number // 8 % 7) % 8]
    broker = STATES[(number + 3) % 8] if STATES[(number + 3) % 8] not in (one, other) else STATES[(number + 5) % 8]
    envoy, aide = PEOPLE[number % 8], PEOPLE[(number // 3 + 4) % 8]
    city, day, count = CITIES[number // 5 % 8], DAYS[number % 7], 40 + number % 900
    text: list[str] = []
    lines: list[str] = []
    length = 0
    marked = 0

    def say(words: str, label: str = "") -> str:
        """Add words to the text, and a mention where they have a label; its id."""
        nonlocal length, marked
        text.append(words)
        length += len(words)
        if not label:
            return ""
        marked += 1
        lines.append(f"T{marked}\t{label} {length - len(words)} {length}\t{words}")
        return f"T{marked}"

    party, _, verb = say(one, "State"), say(" "), say("denies", "Claim")
    say(" that ")
    talks = say("talks", "Meeting")
    say(" with ")
    rival = say(other, "State")
    say(" are being prepared, ")
    relay = say(f"{one} news agencies", "Organization")
    say(" reported.\n")
    state_of_envoy = say(broker, "State")
    say(" envoy ")
    person = say(envoy, "Person")
    say(" ")
    told = say("told", "Claim")
    say(" ")
    press = say("reporters", "Group")
    say(" on ")
    when = say(day, "Time")
    say(" that he had ")
    met = say("met", "Meeting")
    say(" teams from both sides in ")
    place = say(city, "Venue")
    say(".\n")
    helper = say(aide, "Person")
    say(", a negotiator of ")
    home = say(other, "State")
    say(", ")
    arrived = say("arrived", "Presence")
    say(" there a day earlier.\nThe ")
    round_ = say("talks", "Round")
    say(" led to an ")
    result = say("exchange", "Outcome")
    say(" of ")
    number_of = say(f"about {count} prisoners", "Quantity")
    say(".\n")
    pronoun = say("He", "Person")
    say(" ")
    said = say("said", "Claim")
    say(" that ")
    strikes = say("attacks", "Incident")
    say(" of ")
    culprit = say(one, "State")
    say(" went on over ")
    period = say("the past week", "Time")
    say(".\n")
    lines += [
        f"E1\tMeeting:{talks} Party:{party} Party2:{rival}",
        f"E2\tClaim:{verb} Speaker:{party} Relay:{relay} About:E1",
        f"E3\tMeeting:{met} Mediator:{person} Party:{party} Party2:{rival} Venue:{place} Time:{when}",
        f"E4\tClaim:{told} Speaker:{person} Addressee:{press} About:E3",
        f"E5\tPresence:{arrived} Actor:{helper} Venue:{place}",
        f"E6\tRound:{round_} Party:{party} Party2:{helper} Result:E7",
        f"E7\tOutcome:{result} Count:{number_of}",
        f"E8\tClaim:{said} Speaker:{pronoun} About:E9",
        f"E9\tIncident:{strikes} Actor:{culprit} Time:{period}",
        "A1\tSpeechAct E2 deny",
        "A2\tAsserts E2 in-preparation",
        "A3\tNegated E2",
        "A4\tDenialTarget E2 preparation",
        "A5\tSpeechAct E4 announce",
        "A6\tAsserts E4 held",
        "A7\tArity E3 trilateral",
        "A8\tStage E6 under-way",
        "A9\tOutcomeType E7 prisoner-exchange",
        "A10\tIncidentType E9 attack",
        "A11\tSpeechAct E8 report",
        "A12\tCertainty E8 probable",
        f"R1\tRepresents Arg1:{person} Arg2:{state_of_envoy}",
        f"R2\tRepresents Arg1:{helper} Arg2:{home}",
        f"R3\tCoref Arg1:{person} Arg2:{pronoun}",
    ]
    return "".join(text), "\n".join(lines) + "\n"


def write(folder: Path, documents: int) -> None:
    """A corpus folder of that many briefs with a registry of its states, people and cities beside it.

    They are of two years; more than ten thousand are of as many more years, so that a larger archive has no more reports of a day.
    """
    folder.mkdir(parents=True)
    days = max(700, documents * 700 // 10_000)
    first = date(2024, 1, 1) + timedelta(days=700 - days)
    rows = ["id,title,publisher,date,url,language,process"]
    for number in range(documents):
        text, annotation = brief(number)
        name = f"brief-{number:06}"
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        (folder / f"{name}.ann").write_text(annotation, encoding="utf-8")
        published = first + timedelta(days=number % days)
        rows.append(f"{name},Brief {number},Agency {number % 9},{published},,en,process-{number % 5}")
    (folder / "sources.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    registry = folder / "registry"
    registry.mkdir()
    actors = ["id\tkind\tlabel\taliases\taliases_uk\taliases_ru\twikidata\tnote"]
    actors += [f"{name.lower()}\tstate\t{name}\t\t\t\t\t" for name in STATES]
    actors += [f"{name.lower().replace(' ', '-')}\tperson\t{name}\t\t\t\t\t" for name in PEOPLE]
    venues = ["id\tlabel\taliases\taliases_uk\taliases_ru\twithin\tlat\tlon\twikidata\tnote"]
    venues += [f"{name.lower()}\t{name}\t\t\t\t\t\t\t\t" for name in CITIES]
    (registry / "actors.tsv").write_text("\n".join(actors) + "\n", encoding="utf-8")
    (registry / "venues.tsv").write_text("\n".join(venues) + "\n", encoding="utf-8")
