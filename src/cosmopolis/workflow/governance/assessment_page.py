"""The page of the assessment, in the order of the local profiles that IOM publishes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cosmopolis.assessment.change import DimensionChange, Move
from cosmopolis.assessment.competence import level_gap_diagnosis
from cosmopolis.assessment.robustness import Robustness
from cosmopolis.vocabulary.assessment import Development, Evidence, Standing
from cosmopolis.vocabulary.city import Words
from cosmopolis.vocabulary.competence import CompetenceMap
from cosmopolis.vocabulary.framework import Framework
from cosmopolis.vocabulary.report import (
    Block,
    Cell,
    Chapter,
    Coefficient,
    Item,
    Items,
    Line,
    Listing,
    Mark,
    Message,
    OwnWords,
    Paragraph,
    Percent,
    Period,
    Pointer,
    ScoreRow,
    Scores,
    Section,
    Several,
    Tally,
    Term,
    Value,
)
from cosmopolis.workflow.governance.answers import response_words
from cosmopolis.workflow.governance.assessed import Assessed, Edition
from cosmopolis.workflow.governance.first import DEGREE, development_item, first_to_develop
from cosmopolis.workflow.governance.terms import line, lines, own, sentence, word, words

#: Areas for development shown with their whole chain; the rest in a line each.
_MOST_CHAINS = 5


def assessment_chapter(assessed: Assessed, edition: Edition, context: Sequence[Block], *, as_of: str) -> Chapter:
    """The whole assessment: objectives, introduction, framework, summary, context, key findings, annex, sources."""
    sections = (
        Section("objectives", tuple(_objectives(edition))),
        Section("introduction", tuple(_introduction(edition))),
        Section("framework", tuple(_framework(edition))),
        Section("governance_summary", tuple(_summary(assessed, edition, as_of))),
        Section("context", (*context, *_autonomy(assessed))),
        Section("findings", tuple(_findings(edition, assessed, as_of))),
        Section("for_others", tuple(_for_others(edition, assessed.governance.competence))),
        Section("change", tuple(_change(edition))),
        Section("robustness", tuple(_robustness(edition))),
        Section("levels", tuple(_levels(assessed))),
        Section("other_frameworks", tuple(_other_frameworks(assessed))),
        Section("dissent", tuple(_dissent(edition))),
        Section("answers", tuple(_annex(edition))),
        Section("key_sources", tuple(_sources(edition))),
    )
    return Chapter("governance", headline(edition), lead(edition), tuple(each for each in sections if each.blocks))


def short_sections(assessed: Assessed, edition: Edition, *, as_of: str) -> tuple[Section, ...]:
    """The assessment for the terminal: who answered, what comes first, scores, change, what others ask."""
    sections = (
        Section("introduction", (Paragraph(lead(edition)), *_introduction(edition))),
        Section("governance_summary", tuple(_summary(assessed, edition, as_of))),
        Section("dissent", tuple(_dissent(edition))),
        Section("change", tuple(_change(edition))[:1]),
        Section("other_frameworks", tuple(_other_frameworks(assessed))),
    )
    return tuple(each for each in sections if each.blocks)


def headline(edition: Edition) -> Message:
    """What stands out: how much is well developed, how much could be."""
    good = sum(len(each.well_developed) for each in edition.findings.dimensions)
    develop = len(edition.findings.ranked())
    return sentence("governing.headline", count=Tally(develop), good=Tally(good))


def lead(edition: Edition) -> Message:
    """Which framework, how many questions, by whom, when."""
    told = edition.position.assessment
    return sentence(
        "governing.lead",
        framework=OwnWords(edition.framework.title),
        questions=Tally(len(edition.position.standings)),
        count=Tally(len(told.raters)),
        date=Period(told.date),
    )


def scores(edition: Edition) -> Scores | None:
    """Every dimension with its range; nothing where the framework does not score."""
    before = {each.dimension: each.earlier for each in edition.change.dimensions} if edition.change else {}
    titles = {dimension.id: OwnWords(dimension.title) for dimension in edition.framework.dimensions}
    rows = tuple(
        ScoreRow(
            titles[each.dimension],
            each.presence.score,
            Percent(each.presence.answered or 0.0),
            None if each.presence.evidence is None else Percent(each.presence.evidence),
            before.get(each.dimension),
        )
        for each in edition.scorecard.dimensions
        if each.presence.score is not None
    )
    return Scores("scores", sentence("governing.scores"), rows) if rows else None


def _objectives(edition: Edition) -> Iterator[Block]:
    yield Paragraph(sentence("governing.objectives"))
    if edition.position.assessment.note:
        yield OwnWords(edition.position.assessment.note)


def _introduction(edition: Edition) -> Iterator[Block]:
    told = edition.position.assessment
    yield Paragraph(sentence(f"governing.introduction.{told.scan}", count=Tally(len(edition.position.standings))))
    raters = tuple(
        (own(rater.role), word("rater_kind", rater.kind), Tally(sum(each.rater == rater.id for each in told.answers)))
        for rater in told.raters
    )
    yield Listing("raters", sentence("governing.raters", count=Tally(len(raters))),
                  ("column.rater", "column.kind", "column.answers"), raters)  # fmt: skip
    yield from _agreement(edition)


def _agreement(edition: Edition) -> Iterator[Block]:
    if len(edition.position.assessment.raters) < 2:
        yield Paragraph(sentence("governing.one_rater"), warning=True)
        return
    alpha = edition.agreement.alpha
    if alpha.value is None:
        yield Paragraph(sentence(f"governing.agreement.{alpha.reason}"), warning=True)
        return
    value = Coefficient(alpha.value, alpha.lower, alpha.upper)
    yield Paragraph(sentence("governing.agreement", alpha=value, count=Tally(alpha.questions)))
    if alpha.caution:
        yield Paragraph(sentence(f"governing.agreement.{alpha.caution}"), warning=True)


def _framework(edition: Edition) -> Iterator[Block]:
    framework = edition.framework
    yield OwnWords(framework.about)
    if edition.scorecard.aggregation.method != "none":
        yield Paragraph(sentence("governing.not_a_ranking"))
    unverified = sum(not standing.question.verified for standing in edition.position.standings)
    if unverified:
        yield Paragraph(sentence("governing.unverified", count=Tally(unverified)))
    rows: tuple[tuple[Cell, ...], ...] = (
        (Term("column.framework"), OwnWords(framework.title)),
        (Term("column.edition"), framework.edition),
        (Term("column.publisher"), framework.publisher),
        (Term("column.licence"), framework.licence),
        (Term("column.address"), framework.url),
        (Term("column.aggregation"), Term(f"governing.method.{framework.aggregation.method}")),
        (Term("column.least_answered"), _in_words(Percent(framework.aggregation.least_answered))),
    )
    yield Listing("framework-facts", sentence("governing.framework"), ("column.item", "column.value"), rows)


def _in_words(value: Value) -> Message:
    """A number in a column of words, set as they are."""
    return sentence("language.value", value=value)


def _summary(assessed: Assessed, edition: Edition, as_of: str) -> Iterator[Block]:
    first = first_to_develop(assessed, edition, as_of=as_of, most=_MOST_CHAINS)
    if first is not None:
        yield first
        yield Paragraph(sentence("governing.order_rule"))
    shown = scores(edition)
    if shown is not None:
        yield shown
        yield from _overall(edition)
    yield _counts(edition)


def _overall(edition: Edition) -> Iterator[Block]:
    card = edition.scorecard
    if card.overall is None or card.overall.value is None:
        yield Paragraph(sentence("governing.no_overall"))
        return
    categories = {each.id: OwnWords(each.label) for each in edition.framework.categories}
    known = categories.get(card.category or "")
    if known:
        yield Paragraph(sentence("governing.overall", score=card.overall, category=known))
    else:
        yield Paragraph(sentence("governing.overall_unstable", score=card.overall))
    if known and not edition.framework.categories_verified:
        yield Paragraph(sentence("governing.categories_unverified"))


def _counts(edition: Edition) -> Listing:
    """How many questions of each dimension stand where: also for frameworks that do not score."""
    states = ("known", "disputed", "unknown", "unanswered", "not_applicable", "outside_competence")
    titles = {dimension.id: OwnWords(dimension.title) for dimension in edition.framework.dimensions}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (titles[each.dimension], *(Tally(each.counts.get(state, 0)) for state in states))
        for each in edition.scorecard.dimensions
    )
    columns = ("publication.scores.dimension", *(f"governing.standing.{state}" for state in states))
    return Listing("standings", sentence("governing.standings"), columns, rows)


def _autonomy(assessed: Assessed) -> Iterator[Block]:
    functions = assessed.governance.competence.functions
    if not functions:
        return
    acts = [each for each in functions if "city" in (*each.levels("plans"), *each.levels("delivers"))]
    free = [each for each in acts if (each.discretion or 0) >= 2]
    yield Paragraph(
        sentence("governing.autonomy", count=Tally(len(functions)), acts=Tally(len(acts)), free=Tally(len(free)))
    )
    yield Pointer(sentence("governing.to_powers"), "index", "powers")


def _findings(edition: Edition, assessed: Assessed, as_of: str) -> Iterator[Block]:
    titles = {dimension.id: dimension.title for dimension in edition.framework.dimensions}
    for each in edition.findings.dimensions:
        title = OwnWords(titles[each.dimension])
        if each.well_developed:
            items = tuple(_well_developed(standing) for standing in each.well_developed)
            caption = sentence("governing.well_developed", dimension=title, count=Tally(len(items)))
            yield Items(f"good-{each.dimension}", caption, items, tone="good")
        if each.development:
            items = tuple(_development(told, assessed, as_of) for told in each.development)
            caption = sentence("governing.development", dimension=title, count=Tally(len(items)))
            yield Items(f"develop-{each.dimension}", caption, items, tone="develop")


def _well_developed(standing: Standing) -> Item:
    return Item(OwnWords(standing.question.text), tuple(_evidence_lines(standing)))


def _development(told: Development, assessed: Assessed, as_of: str) -> Item:
    """In short: why, how far, on what evidence; the chain stands with those that come first."""
    item = development_item(told, assessed.governance, as_of)
    short = tuple(each for each in item.lines if each.label.message_id in ("column.why", "column.action"))
    return Item(item.title, (*short, *_evidence_lines(told.standing)), item.mark, id=f"question-{told.question.id}")


def _evidence_lines(standing: Standing) -> Iterator[Line]:
    if standing.stage:
        yield line("column.stage", word("stage", standing.stage))
    if standing.evidence:
        yield Line(Term("column.evidence"), tuple(_evidence(each) for each in standing.evidence))
    elif standing.value:
        yield line("column.evidence", Term("governing.no_evidence"))


def _evidence(told: Evidence) -> Cell:
    """A document with its date and page, as far as they are told."""
    kind = "_".join(part for part, given in (("date", told.date), ("page", told.page)) if given) or "title"
    values: dict[str, Value] = {"title": told.title}
    if told.date:
        values["date"] = Period(told.date)
    if told.page:
        values["page"] = told.page
    return Message(f"governing.evidence.{kind}", values)


def _for_others(edition: Edition, competence: CompetenceMap) -> Iterator[Block]:
    """What lies in the power of others, by holder, with the request that the map of gaps already words."""
    found = [each for dimension in edition.findings.dimensions for each in dimension.for_others]
    for holder in dict.fromkeys(each.addressee for each in found):
        items = tuple(
            Item(
                OwnWords(each.development.question.text),
                tuple(_requests(each.development, competence)),
                _state_elsewhere(each.development),
            )
            for each in found
            if each.addressee == holder
        )
        caption = sentence("governing.for_others", holder=word("holder", holder), count=Tally(len(items)))
        yield Items(f"others-{holder}", caption, items)


def _state_elsewhere(told: Development) -> Mark:
    if told.standing.state == "outside_competence":
        return Mark("governing.state.elsewhere")
    return Mark(f"governing.state.{told.reason}", DEGREE[told.reason])


def _requests(told: Development, competence: CompetenceMap) -> Iterator[Line]:
    for gap in competence.gaps:
        if told.question.function in gap.functions:
            yield from lines(("column.addressee", own(gap.addressee)), ("column.request", own(gap.request)))


def _change(edition: Edition) -> Iterator[Block]:
    told = edition.change
    if told is None:
        return
    editions: dict[str, Value] = {"earlier": told.earlier_edition, "later": told.later_edition}
    titles = {dimension.id: OwnWords(dimension.title) for dimension in edition.framework.dimensions}
    rows = tuple((titles[each.dimension], *_change_row(each)) for each in told.dimensions)
    columns = ("publication.scores.dimension", "column.compared", "column.earlier", "column.later", "column.up",
               "column.down", "column.same", "column.not_compared")  # fmt: skip
    yield Listing("change-table", Message("governing.change", editions), columns, rows)
    for direction, moves in (("up", told.up), ("down", told.down)):
        if moves:
            items = tuple(_move(move, edition.framework) for move in moves)
            caption = sentence(f"governing.moved_{direction}", count=Tally(len(items)))
            yield Items(f"moved-{direction}", caption, items, tone="good" if direction == "up" else "develop")


def _change_row(each: DimensionChange) -> tuple[Cell, ...]:
    open_ones = each.open + each.rescaled + each.only_earlier + each.only_later
    return (Tally(each.questions), _points(each.earlier), _points(each.later), Tally(len(each.up)),
            Tally(len(each.down)), Tally(each.same), Tally(open_ones))  # fmt: skip


def _points(value: float | None) -> Value:
    return "" if value is None else Tally(round(value))


def _move(move: Move, framework: Framework) -> Item:
    told = sentence(
        "governing.move",
        earlier=response_words(move.earlier.response, move.earlier, framework),
        later=response_words(move.later.response, move.later, framework),
    )
    return Item(OwnWords(move.later.question.text), (line("column.moved", told), *_evidence_lines(move.later)))


def _robustness(edition: Edition) -> Iterator[Block]:
    if edition.scorecard.aggregation.method == "none":
        return
    told = edition.robustness
    if told is None or not told.dimensions:
        return
    yield Paragraph(sentence("governing.robustness", draws=Tally(told.draws)))
    titles = {dimension.id: OwnWords(dimension.title) for dimension in edition.framework.dimensions}
    rows: list[tuple[Cell, ...]] = [
        (titles[name], Tally(round(each.declared)), _span(each.low, each.high), _most_often(each.categories, edition))
        for name, each in told.dimensions.items()
    ]
    if told.overall is not None:
        overall = told.overall
        rows.append((Term("governing.overall_label"), Tally(round(overall.declared)),
                     _span(overall.low, overall.high), _most_often(overall.categories, edition)))  # fmt: skip
    columns = ("publication.scores.dimension", "column.declared", "column.ninety", "column.category_share")
    yield Listing("spread", sentence("governing.spread"), columns, tuple(rows))
    yield from _sensitivity(told)


def _span(low: float, high: float) -> Message:
    return sentence("governing.span", low=Tally(round(low)), high=Tally(round(high)))


def _most_often(categories: object, edition: Edition) -> Cell:
    """The category most draws fall into, and how many do."""
    assert hasattr(categories, "items")
    shares = dict(categories.items())
    if not shares:
        return ""
    best = max(shares, key=lambda name: shares[name])
    label: Words = next(each.label for each in edition.framework.categories if each.id == best)
    return sentence("governing.category_share", category=OwnWords(label), share=Percent(shares[best]))


def _sensitivity(told: Robustness) -> Iterator[Block]:
    found = told.sensitivity
    if found is None or not found.effects:
        return
    ranked = sorted(found.effects, key=lambda effect: -effect.total)
    rows = tuple(
        (
            Term(f"governing.factor.{effect.factor}"),
            Coefficient(effect.first, effect.first_lower, effect.first_upper),
            Coefficient(effect.total, effect.total_lower, effect.total_upper),
        )
        for effect in ranked
    )
    columns = ("column.factor", "column.first_order", "column.total_effect")
    caption = sentence("governing.sensitivity", factor=Term(f"governing.factor.{ranked[0].factor}"))
    yield Listing("sensitivity", caption, columns, rows)
    state = "converged" if found.converged else "not_converged"
    yield Paragraph(
        sentence(f"governing.sensitivity.{state}", draws=Tally(found.evaluations)), warning=not found.converged
    )


def _levels(assessed: Assessed) -> Iterator[Block]:
    """The gaps between levels of government, ranked, with whom to address."""
    diagnosis = level_gap_diagnosis(assessed.governance.competence)
    items = tuple(
        Item(
            own(gap.evidence),
            lines(
                ("column.kind", word("level_gap", gap.kind)),
                ("column.powers", words("function", gap.functions)),
                ("column.addressee", own(gap.addressee)),
                ("column.level", word("level", gap.level)),
                ("column.request", own(gap.request)),
            ),
        )
        for gap in diagnosis.gaps
    )
    if items:
        yield Items("level-gaps", sentence("governing.level_gaps", count=Tally(len(items))), items, numbered=True)
    if items and diagnosis.not_examined:
        yield Paragraph(sentence("governing.not_examined", kinds=words("level_gap", diagnosis.not_examined)))


def _other_frameworks(assessed: Assessed) -> Iterator[Block]:
    """Answer once, report to many: what the answers already say for other frameworks."""
    rows = tuple(
        (OwnWords(framework.title), Tally(told.questions), Tally(told.offered), Tally(told.suggested))
        for framework, told in assessed.coverage()
        if told.linked
    )
    if rows:
        columns = ("column.framework", "column.questions", "column.with_offer", "column.with_suggestion")
        yield Listing("coverage", sentence("governing.coverage", count=Tally(len(rows))), columns, rows)
        yield Paragraph(sentence("governing.coverage_rule"))


def _dissent(edition: Edition) -> Iterator[Block]:
    roles = {rater.id: OwnWords(rater.role) for rater in edition.position.assessment.raters}
    found = [each for dimension in edition.agreement.dimensions for each in dimension.dissent]
    items = tuple(_dissent_item(each.standing, roles, edition.framework) for each in found)
    if items:
        yield Items("dissent-list", sentence("governing.dissent", count=Tally(len(items))), items)


def _dissent_item(standing: Standing, roles: dict[str, OwnWords], framework: Framework) -> Item:
    said = tuple(
        sentence("governing.said", rater=roles[each.rater], answer=response_words(each.value, standing, framework))
        for each in standing.answers
    )
    agreed: tuple[Line, ...] = (line("column.agreed", Term("governing.not_agreed")),)
    if standing.agreed is not None:
        answer = response_words(standing.agreed.value, standing, framework)
        agreed = (line("column.agreed", answer), *lines(("column.reason", own(standing.agreed.reason))))
    notes = tuple(
        sentence("governing.said", rater=roles[each.rater], answer=OwnWords(each.note))
        for each in standing.answers
        if each.note
    )
    told = (Line(Term("column.note"), notes),) if notes else ()
    return Item(OwnWords(standing.question.text), (Line(Term("column.answers"), said), *agreed, *told))


def _annex(edition: Edition) -> Iterator[Block]:
    """Every question with the city's answer, its holder, stage and evidence."""
    for dimension in edition.framework.dimensions:
        found = [each for each in edition.position.standings if each.question.dimension == dimension.id]
        rows = tuple(_annex_row(standing, edition.framework) for standing in found)
        if rows:
            caption = sentence("governing.answers", dimension=OwnWords(dimension.title), count=Tally(len(rows)))
            columns = ("column.number", "column.question", "column.answer", "column.holder", "column.evidence")
            yield Listing(f"answers-{dimension.id}", caption, columns, rows, folded=True)


def _annex_row(standing: Standing, framework: Framework) -> tuple[Cell, ...]:
    answer = response_words(standing.response, standing, framework)
    stage: Value = Several((answer, word("stage", standing.stage))) if standing.stage else answer
    evidence = Several(tuple(dict.fromkeys(each.title for each in standing.evidence)))
    return (standing.question.id, OwnWords(standing.question.text), stage, word("holder", standing.holder), evidence)


def _sources(edition: Edition) -> Iterator[Block]:
    """Every document that an answer rests on, once."""
    found: dict[tuple[str, str], Evidence] = {}
    for standing in edition.position.standings:
        for each in standing.evidence:
            found.setdefault((each.title, each.date), each)
    rows = tuple(
        (each.title, Period(each.date) if each.date else Term("gap.no_date"), each.url)
        for _, each in sorted(found.items())
    )
    if rows:
        columns = ("column.document", "column.date", "column.address")
        caption = sentence("governing.documents", count=Tally(len(rows)))
        yield Listing("documents", caption, columns, rows, folded=True)
