"""The commands that tell without building: assessment, plan, practices, frameworks, segregation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cosmopolis.cli.commands import AsJson, City, Data, Quiet, State, app
from cosmopolis.cli.output import Printer, reader

_words = reader()

Framework = Annotated[str, typer.Option("--framework", help=_words.say("cli.assess.framework"), show_default=False)]


@app.command(help=_words.say("cli.assess.help"))
def assess(
    city: City,
    framework: Framework = "",
    form: Annotated[Path | None, typer.Option("--form", help=_words.say("cli.assess.form"), show_default=False)] = None,
    read: Annotated[Path | None, typer.Option("--read", help=_words.say("cli.assess.read"), show_default=False)] = None,
    replace: Annotated[bool, typer.Option("--replace", help=_words.say("cli.assess.replace"))] = False,
    edition: Annotated[str, typer.Option("--edition", help=_words.say("cli.assess.edition"), show_default=False)] = "",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Tell what a city's answers to a framework say; write or read the spreadsheet to fill in."""
    from cosmopolis.errors import Fault, UsageError
    from cosmopolis.workflow.assess import assess as assess_city
    from cosmopolis.workflow.assess import read_form, write_form

    printer = Printer(as_json=as_json, quiet=quiet)
    if form is not None and read is not None:
        raise UsageError(Fault("cli.assess.form_and_read"))
    if edition and form is None:
        raise UsageError(Fault("cli.assess.edition_alone"))
    if form is not None:
        written = write_form(city, form, framework=framework, edition=edition, words=printer.language)
        said = "cli.assess.form_again" if written.edition else "cli.assess.form_written"
        printer.result(str(written.path), said, path=str(written.path), edition=written.edition)
    elif read is not None:
        done = read_form(city, read, replace=replace)
        said = "cli.assess.form_replaced" if done.kept else "cli.assess.form_read"
        printer.result(str(done.path), said, path=str(done.path), kept=str(done.kept))
    else:
        told = assess_city(city, framework=framework)
        printer.sections(told.sections, told.envelope)


@app.command(help=_words.say("cli.plan.help"))
def plan(
    city: City,
    on: Annotated[str, typer.Option("--on", help=_words.say("cli.plan.on"), show_default=False)] = "",
    data: Data = None,
    state: State = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Hold a city's plan against its numbers, its answers and its calendar."""
    from cosmopolis.workflow.plan import PlanRequest
    from cosmopolis.workflow.plan import plan as judged

    printer = Printer(as_json=as_json, quiet=quiet)
    with printer.progress() as progress:
        told = judged(PlanRequest(city, data, state, on), progress=progress)
    printer.sections(told.sections, told.envelope)


@app.command(help=_words.say("cli.practices.help"))
def practices(
    city: City,
    question: Annotated[str, typer.Argument(help=_words.say("cli.practices.question"))] = "",
    topic: Annotated[list[str], typer.Option("--topic", help=_words.say("cli.practices.topic"))] = [],  # noqa: B006
    status: Annotated[list[str], typer.Option("--status", help=_words.say("cli.practices.status"))] = [],  # noqa: B006
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Search the practices in any of the six languages."""
    from dataclasses import asdict

    from cosmopolis.workflow.practices import find_practices

    printer = Printer(as_json=as_json, quiet=quiet)
    facets = {name: codes for name, codes in (("topic", topic), ("status", status)) if codes}
    found = find_practices(city, question, facets=facets)
    if not found.practices:
        printer.result([], "cli.practices.none", question=question)
    else:
        printer.sections(found.sections, [asdict(practice) for practice in found.practices])


@app.command(help=_words.say("cli.segregation.help"))
def segregation(
    what: Annotated[Path, typer.Argument(help=_words.say("cli.segregation.what"), show_default=False)],
    group: Annotated[str, typer.Option("--group", help=_words.say("cli.segregation.group"), show_default=False)] = "",
    rest: Annotated[str, typer.Option("--rest", help=_words.say("cli.segregation.rest"), show_default=False)] = "",
    data: Data = None,
    state: State = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Tell how people are spread over a city, or over the rows of a table from anywhere."""
    from cosmopolis.errors import Fault, UsageError
    from cosmopolis.workflow.segregation import city_segregation, table_segregation

    printer = Printer(as_json=as_json, quiet=quiet)
    if what.is_dir():
        with printer.progress() as progress:
            told = city_segregation(what, data=data, state=state, progress=progress)
    elif group and rest:
        told = table_segregation(what, group=group, rest=rest)
    else:
        raise UsageError(Fault("cli.segregation.no_columns", {"file": str(what)}))
    printer.sections(told.sections, told.envelope, told.areas)


framework_app = typer.Typer(help=_words.say("cli.framework.help"), no_args_is_help=True, rich_markup_mode=None)
app.add_typer(framework_app, name="framework")


@framework_app.command("check", help=_words.say("cli.framework.check.help"))
def framework_check(
    pack: Annotated[Path, typer.Argument(help=_words.say("cli.framework.pack"), show_default=False)],
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Say everything that is wrong with a framework pack."""
    from cosmopolis.errors import ContentError
    from cosmopolis.workflow.framework import check_pack

    printer = Printer(as_json=as_json, quiet=quiet)
    checked, faults = check_pack(pack)
    told = [{"id": fault.message_id, "text": printer.language.fault(fault)} for fault in faults]
    if checked is not None:
        printer.result(told, "cli.framework.clean", pack=checked.id, count=len(checked.questions))
        return
    if as_json:
        printer.result(told, "cli.framework.clean")
    else:
        printer.faults(faults)
        printer.say("cli.check.faults", count=len(faults))
    raise typer.Exit(ContentError.exit_code)


@framework_app.command("list", help=_words.say("cli.framework.list.help"))
def framework_list(as_json: AsJson = False, quiet: Quiet = False) -> None:
    """List the packs that are shipped."""
    from cosmopolis.workflow.framework import frameworks

    printer = Printer(as_json=as_json, quiet=quiet)
    found = frameworks()
    if as_json:
        told = [{"id": pack.id, "edition": pack.edition, "questions": len(pack.questions)} for pack in found]
        printer.result(told, "cli.framework.line")
        return
    for pack in found:
        title = pack.title.get(printer.language.code, pack.id)
        printer.lines(
            printer.language.say(
                "cli.framework.line", pack=pack.id, edition=pack.edition, title=title, count=len(pack.questions)
            )
        )
