"""Commands that answer from the whole graph, each a few lines over one function of `kg.analysis`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.terminal import open_store, store_option, width

if TYPE_CHECKING:
    from kg.analysis.together import JointSession
    from kg.evidence import Evidence
    from kg.query import Asked
    from kg.scene import Scene

Day = click.DateTime(["%Y-%m-%d"])
as_of_option = click.option("--as-of", type=Day, metavar="DATE", help="Only what was published on or before this day.")
format_option = click.option("-f", "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table")


def answering(function: Callable[..., None]) -> Callable[..., None]:
    """The options that every answer takes: a store, a day, a format."""
    return store_option(as_of_option(format_option(function)))


@click.command()
@click.argument("one")
@click.argument("other")
@answering
def together(one: str, other: str, store_dir: Path | str, as_of: Any, form: str) -> None:
    """Were these two in one room? Persons, delegations, states or organizations, by name or IRI.

    \b
    kg together Witkoff Umerov --store store
    kg together Russia Ukraine --store store --as-of 2025-12-21
    """
    from kg.analysis.together import together as find

    with open_store(store_dir) as store:
        first, second = _actor(store, one), _actor(store, other)
        if first == second:
            raise click.UsageError(f"{one!r} and {other!r} are one actor: name two")
        scene, evidence = _scene(store, as_of), _evidence(store)
        found = find(scene, first, second)
    if form == "table":
        names = scene.names.get(found.one, one), scene.names.get(found.other, other)
        click.echo(f"{names[0]} and {names[1]} in one room, by what was published up to {found.as_of}: {found.answer}")
    rows = [
        (s.answer, s.reason, s.said_by, s.label, s.standing, s.earliest, s.latest, *_of_both(evidence, s))
        for s in found.sessions
    ]
    columns = ("answer", "reason", "said_by", "meeting", "standing", "earliest", "latest", *_WHERE)
    _print((*columns, "other_sentence", "other_document"), rows, form)


@click.command()
@click.argument("meeting")
@answering
def ledger(meeting: str, store_dir: Path | str, as_of: Any, form: str) -> None:
    """Who said what of a meeting, or of every meeting of a claimed format, when, through whom, in which words.

    MEETING is a name or IRI, or a claimed format: bilateral, trilateral, direct, proximity, …

    \b
    kg ledger kg:meeting/trilateral-2025-12 --store store
    kg ledger trilateral --store store --as-of 2025-12-21
    """
    from kg.analysis.ledger import ledger as make
    from kg.analysis.ledger import of_format
    from kg.namespaces import SCHEMES

    with open_store(store_dir) as store:
        scene, evidence = _scene(store, as_of), _evidence(store)
        if meeting in (*SCHEMES["arity"], *SCHEMES["directness"]):
            chosen = of_format(scene, meeting)
        else:
            chosen = [_gathering(store, scene, meeting)]
        found = make(scene, evidence, chosen)
    if form == "table":
        for key, standing in found.standings:
            click.echo(f"{scene.gatherings[key].label}: {standing}, by what was published up to {found.as_of}")
        for stage, names in found.originators:
            click.echo(f"  {stage}: independent originators {len(names)} ({'; '.join(names)})")
    columns = (
        "published", "claimant", "for", "act", "stage", "polarity", "certainty", "position", "target", "evaluation",
        "according_to", "relay", "addressee", "channel", "latest", "taken_back", "meeting", *_WHERE,
    )  # fmt: skip
    rows = [
        (
            e.published, e.claimant, e.on_behalf_of, e.act, e.stage, e.polarity, e.certainty, e.position, e.targets, e.evaluation,
            e.according_to, e.relays, e.addressees, e.channels, e.latest, e.taken_back or None,
            e.label if len(chosen) > 1 else "", e.sentence, e.start, e.end, _short(e.document),
        )
        for e in found.entries
    ]  # fmt: skip
    _print(columns, rows, form)


@click.command()
@click.argument("meeting", required=False)
@click.option(
    "--kind", multiple=True, metavar="KIND", help="Only contradiction, different-denial-target, divergence or silence."
)
@answering
def disagreements(meeting: str | None, kind: tuple[str, ...], store_dir: Path | str, as_of: Any, form: str) -> None:
    """Where claims about a meeting (or any) stand against each other, and how.

    \b
    kg disagreements --store store --kind contradiction
    kg disagreements kg:meeting/trilateral-2025-12 --store store
    """
    from kg.analysis.disagreement import KINDS
    from kg.analysis.disagreement import disagreements as find

    if wrong := [one for one in kind if one not in KINDS]:
        raise click.UsageError(f"--kind: {wrong[0]} is none of {', '.join(KINDS)}")
    with open_store(store_dir) as store:
        scene, evidence = _scene(store, as_of), _evidence(store)
        chosen = [_gathering(store, scene, meeting)] if meeting else None
        found = [one for one in find(scene, chosen) if not kind or one.kind in kind]
    columns = (
        "kind",
        "meeting",
        "one",
        "other",
        "reason",
        "pairs",
        "one_says",
        "other_says",
        "one_document",
        "other_document",
    )
    rows = []
    for d in found:
        passages = [_first(evidence, _of_claim(evidence, claim)) for claim in (d.one_claim, d.other_claim)]
        rows.append(
            (d.kind, d.label, d.one, d.other, d.reason, d.pairs, *(p[0] for p in passages), *(p[3] for p in passages))
        )
    _print(columns, rows, form)


@click.command("meeting-formats")
@click.argument("meeting", required=False)
@answering
def meeting_formats(meeting: str | None, store_dir: Path | str, as_of: Any, form: str) -> None:
    """Claimed and computed format of each meeting and round, side by side, with the rule that fired and what is unknown."""
    from kg.analysis.formats import format_of
    from kg.analysis.formats import formats as all_formats

    with open_store(store_dir) as store:
        scene = _scene(store, as_of)
        found = [format_of(scene, _gathering(store, scene, meeting))] if meeting else all_formats(scene)
    columns = (
        "meeting", "kind", "claimed", "computed", "arity", "principals", "rule", "parties", "mediators", "supporters",
        "unknown", "remarks",
    )  # fmt: skip
    rows = [
        (
            f.label, f.kind, tuple(sorted({value for value, _ in f.claimed})), f.directness, f.arity, f.principals, f.rule,
            f.parties, f.mediators, f.supporters, f.unknown, f.remarks,
        )
        for f in found
    ]  # fmt: skip
    _print(columns, rows, form)


@click.command()
@click.argument("one", required=False, default="")
@click.argument("other", required=False, default="")
@answering
def gap(one: str, other: str, store_dir: Path | str, as_of: Any, form: str) -> None:
    """The contact gap: the last direct session of each pair of principals, and the days since, as bounds.

    \b
    kg gap --store store
    kg gap Russia Ukraine --store store --as-of 2025-12-21
    """
    from kg.analysis.contact import contact_gaps

    with open_store(store_dir) as store:
        scene, evidence = _scene(store, as_of), _evidence(store)
        pair = [_actor(store, name) if name else "" for name in (one, other)]
        found = contact_gaps(scene, *pair)
    for actor, name in zip(pair, (one, other), strict=True):
        if scene.kinds.get(actor) in ("person", "delegation"):
            raise click.UsageError(
                f"{name!r} is a {scene.kinds[actor]}: a contact gap lies between principals, as states"
            )
    columns = (
        "one",
        "other",
        "sessions",
        "last",
        "earliest",
        "latest",
        "days_at_least",
        "days_at_most",
        "rounds_since",
        "as_of",
        *_WHERE,
    )
    rows = [
        (
            g.one_name, g.other_name, g.sessions, g.label, g.earliest, g.latest, g.days_at_least, g.days_at_most,
            g.rounds_since, g.as_of,
            *_first(evidence, g.passages),
        )
        for g in found
    ]  # fmt: skip
    _print(columns, rows, form)


@click.command()
@click.option("--each", is_flag=True, help="One row per proposed meeting instead of one per proposer.")
@answering
def proposals(each: bool, store_dir: Path | str, as_of: Any, form: str) -> None:
    """What becomes of proposals: proposed, accepted, scheduled, held, by proposer, with the lags in days."""
    from kg.analysis.proposals import courses, funnel

    with open_store(store_dir) as store:
        scene, evidence = _scene(store, as_of), _evidence(store) if each else None
    if evidence is None:
        _print(
            ("proposer", "proposed", "accepted", "scheduled", "held", "median_days_at_least", "median_days_at_most"),
            [
                (f.proposer, f.proposed, f.accepted, f.scheduled, f.held, f.median_at_least, f.median_days_to_held)
                for f in funnel(scene)
            ],
            form,
        )
        return
    columns = ("meeting", "proposers", "proposed", "accepted", "scheduled", "held", "disputed", "days_to_accepted",
               "days_to_scheduled", "days_to_held_at_least", "days_to_held_at_most", "standing", *_WHERE)  # fmt: skip
    rows = [
        (c.label, c.proposers, c.proposed, c.accepted, c.scheduled, c.held, c.disputed, *c.lags[:2], c.held_at_least, c.lags[2],
         c.standing, *_first(evidence, [p for claim in c.claims for p in _of_claim(evidence, claim)]))
        for c in courses(scene)
    ]  # fmt: skip
    _print(columns, rows, form)


@click.command()
@click.option("--each", is_flag=True, help="One row per denial instead of one per claimant.")
@answering
def denials(each: bool, store_dir: Path | str, as_of: Any, form: str) -> None:
    """The fate of denials: how many, and of how many the meeting was later said to be held or the denied stage reached."""
    from kg.analysis.proposals import denials as find
    from kg.analysis.proposals import fates

    with open_store(store_dir) as store:
        scene, evidence = _scene(store, as_of), _evidence(store) if each else None
    if evidence is None:
        columns: tuple[str, ...] = ("claimant", "denials", "later_held", "denied_stage_reached")
        _print(columns, [(f.claimant, f.denials, f.later_held, f.denied_stage_reached) for f in fates(scene)], form)
        return
    columns = ("said", "claimant", "meeting", "denies", "target", "later", "later_on", "later_by", *_WHERE)
    rows = [
        (d.said, d.claimant, d.label, d.stage, d.targets, d.later, d.later_on, d.later_by,
         *_first(evidence, _of_claim(evidence, d.claims[0])))
        for d in find(scene)
    ]  # fmt: skip
    _print(columns, rows, form)


@click.command()
@click.option("--only-through", is_flag=True, help="The pairs that reach each other only through a mediator.")
@click.option("--pairs", is_flag=True, help="One row per broker and pair, by all claims, instead of their numbers.")
@answering
def brokers(only_through: bool, pairs: bool, store_dir: Path | str, as_of: Any, form: str) -> None:
    """Who stands between principals that do not sit together, within each process: at least, by all claims, and at most.

    \b
    kg brokers --store store
    kg brokers --only-through --store store --as-of 2025-05-01
    """
    from kg.analysis.brokerage import brokers as find
    from kg.analysis.brokerage import only_through_mediators

    with open_store(store_dir) as store:
        scene = _scene(store, as_of)
    if only_through:
        columns: tuple[str, ...] = ("process", "one", "other", "mediators", "confirmed_by_both_sides")
        rows: list[tuple[Any, ...]] = [
            (_short(t.process), t.one, t.other, t.mediators, t.certain) for t in only_through_mediators(scene)
        ]
    else:
        found = find(scene)
        columns = ("process", "broker", "at_least", "as_claimed", "at_most")
        rows = [(_short(b.process), b.name, b.at_least, b.as_claimed, b.at_most) for b in found]
        if pairs:
            columns = ("process", "broker", "one", "other")
            rows = [(_short(b.process), b.name, *pair) for b in found for pair in b.pairs]
    _print(columns, rows, form)


@click.command()
@click.argument("since", type=Day, metavar="D1")
@click.argument("until", type=Day, metavar="D2")
@store_option
@format_option
def diff(since: Any, until: Any, store_dir: Path | str, form: str) -> None:
    """What was known on D2 and not on D1: new meetings, changed standings, new claims, new disagreements.

    \b
    kg diff 2025-12-20 2025-12-22 --store store
    """
    from kg.analysis.difference import difference

    if since > until:
        raise click.UsageError("D1 lies after D2: name the earlier day first")
    with open_store(store_dir) as store:
        evidence = _evidence(store)
        found = difference(_scene(store, since), _scene(store, until))
    rows: list[tuple[Any, ...]] = [
        ("new meeting", label, standing, "", "") for _, label, standing in found.new_meetings
    ]
    rows += [("standing", c.label, f"{c.before} → {c.after}", "", "") for c in found.changed]
    for new in found.new_claims:
        claim = new.claim
        sentence, _, _, document = _first(evidence, _of_claim(evidence, claim.claim))
        what = " ".join(filter(None, (claim.act, "not" if claim.polarity == "negative" else "", claim.stage)))
        rows.append(("new claim", new.label, f"{claim.name}: {what}", sentence, document))
    for kind, some in (("new", found.new_disagreements), ("resolved", found.resolved_disagreements)):
        rows += [(f"{kind} {d.kind}", d.label, f"{d.one} – {d.other}: {d.reason}", "", "") for d in some]
    if form == "table":
        counts = (len(found.new_meetings), len(found.changed), len(found.new_claims), len(found.new_disagreements))
        words = ("new meetings", "changed standings", "new claims", "new disagreements")
        click.echo(
            f"{found.since} to {found.until}: " + ", ".join(f"{n} {w}" for n, w in zip(counts, words, strict=True))
        )
    _print(("what", "meeting", "change", "sentence", "document"), rows, form)


@click.command()
@click.argument("what")
@click.argument("other", required=False)
@store_option
@as_of_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="A page (.html) or Markdown (.md)."
)
def dossier(what: str, other: str | None, store_dir: Path | str, as_of: Any, output: Path | None) -> None:
    """All that the texts say of two actors, or of one meeting: every sentence with offset, publisher, date, speaker, relay.

    Without -o, Markdown on standard output.

    \b
    kg dossier Witkoff Umerov --store store -o witkoff-umerov.html
    kg dossier kg:meeting/trilateral-2025-12 --store store
    """
    from kg.dossier import dossier_of_meeting, dossier_of_pair, to_html, to_markdown
    from kg.files import write_atomically

    with open_store(store_dir) as store:
        scene, evidence = _scene(store, as_of), _evidence(store)
        if other is None:
            made = dossier_of_meeting(scene, evidence, _gathering(store, scene, what))
        else:
            made = dossier_of_pair(scene, evidence, _actor(store, what), _actor(store, other))
    if output is None:
        click.echo(to_markdown(made), nl=False)
        return
    text = to_html(made) if output.suffix.lower() in (".html", ".htm") else to_markdown(made)
    write_atomically(output, [text.encode("utf-8", "replace")])
    click.echo(f"wrote {output}", err=True)


# -- shared --------------------------------------------------------------------------------------------------------------

_WHERE = ("sentence", "start", "end", "document")


def _scene(store: Asked, day: Any) -> Scene:
    from kg.scene import load_scene

    return load_scene(store, day.date().isoformat() if day else "")


def _evidence(store: Asked) -> Evidence:
    from kg.evidence import load_evidence

    return load_evidence(store)


def _actor(store: Asked, name: str) -> str:
    from kg.query import Parameter, find_node

    return find_node(store, Parameter("actor", "actor", False, ""), name).value


def _gathering(store: Asked, scene: Scene, name: str) -> str:
    """The id in the scene of a meeting that a person names. Raises QueryError where there is none up to that day."""
    from kg.errors import QueryError
    from kg.query import Parameter, find_node

    node = find_node(store, Parameter("meeting", "meeting", False, ""), name).value
    for key, gathering in scene.gatherings.items():
        if node == key or node in gathering.tellings:
            return key
    day = f" up to {scene.as_of}" if scene.as_of else ""
    raise QueryError(
        f"{name!r} is no meeting or round of which anything was published{day}", remedy="kg query meetings lists them"
    )


def _first(evidence: Evidence, passages: Iterable[str]) -> tuple[str, str, str, str]:
    """Sentence, start, end and document of the first passage: the one published first."""
    known = [evidence.passages[one] for one in passages if one in evidence.passages]
    if not known:
        return "", "", "", ""
    first = min(known, key=lambda passage: (passage.published, passage.document, passage.start))
    return first.sentence, str(first.start), str(first.end), _short(first.document)


def _of_both(evidence: Evidence, session: JointSession) -> tuple[str, ...]:
    """A sentence that names both, with its place; where there is none, one that names each: the second with its document."""
    # What both rest on is the word for the meeting, which names neither.
    both = set(session.of_one) & set(session.of_other)
    told = _telling_of_it(evidence, session.claims) if session.answer == "yes" else set()
    one, other = (
        [p for p in passages if p not in both and (not told or _sentence(evidence, p)[0] in told)] or list(passages)
        for passages in (session.of_one, session.of_other)
    )
    sentences = [{_sentence(evidence, p) for p in passages} for passages in (one, other)]
    if common := sentences[0] & sentences[1]:
        return *_first(evidence, [p for p in one if _sentence(evidence, p) in common]), "", ""
    second = _first(evidence, other)
    return *_first(evidence, one), second[0], second[3]


def _telling_of_it(evidence: Evidence, claims: Iterable[str]) -> set[str]:
    """The texts that tell of it as held or under way, not only as proposed."""
    said = [evidence.statements[claim] for claim in claims if claim in evidence.statements]
    happened = [one for one in said if one.stage in ("held", "under-way") and one.polarity == "positive"]
    return {evidence.passages[p].document for one in happened for p in one.passages if p in evidence.passages}


def _sentence(evidence: Evidence, passage: str) -> tuple[str, int, str]:
    """What tells sentences apart: document, begin and words."""
    if (found := evidence.passages.get(passage)) is None:
        return "", 0, ""
    return found.document, found.start - (found.marks[0][0] if found.marks else 0), found.sentence


def _of_claim(evidence: Evidence, claim: str) -> tuple[str, ...]:
    statement = evidence.statements.get(claim)
    return statement.passages if statement else ()


def _short(iri: str) -> str:
    return iri.rpartition("/")[2]


def _print(columns: Sequence[str], rows: Sequence[Sequence[Any]], form: str) -> None:
    from kg.results import layout, plain_cells, write_records

    if form == "table":
        cells = plain_cells(rows)
        filled = [i for i in range(len(columns)) if any(row[i] for row in cells)] or list(range(len(columns)))
        click.echo(layout([columns[i] for i in filled], [[row[i] for i in filled] for row in cells], width()), nl=False)
    else:
        click.echo(write_records(columns, rows, form), nl=False)
