"""The commands: one verb each, one call of the workflow each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cosmopolis import __version__
from cosmopolis.cli.output import Printer, reader

_words = reader()

# plain help: the rich form costs more than the rest of the start together
app = typer.Typer(
    name="cosmopolis",
    help=_words.say("cli.help"),
    epilog=_words.say("cli.exit_codes"),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

City = Annotated[Path, typer.Argument(help=_words.say("cli.city"), show_default=False)]
Data = Annotated[Path | None, typer.Option("--data", help=_words.say("cli.data"), show_default=False)]
State = Annotated[Path | None, typer.Option("--state", help=_words.say("cli.state"), show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help=_words.say("cli.json"))]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=_words.say("cli.quiet"))]


def _version(asked: bool) -> None:
    if asked:
        print(__version__)
        raise typer.Exit


@app.callback()
def cosmopolis(
    version: Annotated[  # the callback does the work before any command
        bool, typer.Option("--version", help=_words.say("cli.version"), callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Hold the options that belong to no command."""


@app.command(help=_words.say("cli.build.help"))
def build(
    city: City,
    out: Annotated[Path, typer.Option("--out", help=_words.say("cli.build.out"))],
    data: Data = None,
    state: State = None,
    release: Annotated[bool, typer.Option("--release", help=_words.say("cli.build.release"))] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Publish a city's profile."""
    from dataclasses import asdict

    from cosmopolis.workflow.build import BuildRequest
    from cosmopolis.workflow.build import build as build_profile

    printer = Printer(as_json=as_json, quiet=quiet)
    with printer.progress() as progress:
        built = build_profile(BuildRequest(city, out, data, state, release), progress=progress)
    which = "unchanged" if built.unchanged else "draft" if built.draft else "release"
    printer.result(asdict(built), f"cli.built.{which}", site=str(built.site), count=built.figures, gaps=built.gaps)


@app.command(help=_words.say("cli.check.help"))
def check(city: City, data: Data = None, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Say everything that is wrong with a city folder."""
    from cosmopolis.errors import ContentError
    from cosmopolis.workflow.check import check as check_city

    printer = Printer(as_json=as_json, quiet=quiet)
    faults = check_city(city, data=data)
    told = [
        {"id": fault.message_id, "values": dict(fault.values), "text": printer.language.fault(fault)}
        for fault in faults
    ]
    if as_json:
        printer.result(told, "cli.check.clean")
    elif faults:
        printer.faults(faults)
        printer.say("cli.check.faults", count=len(faults))
    else:
        printer.result(told, "cli.check.clean", city=str(city))
    if faults:
        raise typer.Exit(ContentError.exit_code)


@app.command(help=_words.say("cli.inspect.help"))
def inspect(
    file: Annotated[Path, typer.Argument(help=_words.say("cli.inspect.file"), show_default=False)],
    write: Annotated[
        Path | None, typer.Option("--write", help=_words.say("cli.inspect.write"), show_default=False)
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Propose a recipe for a file nobody has seen."""
    from cosmopolis.cli.inspection import inspection
    from cosmopolis.errors import SourceError
    from cosmopolis.workflow.inspect import inspect as inspect_file

    printer = Printer(as_json=as_json, quiet=quiet)
    inspected = inspect_file(file, words=printer.language, write=write)
    if as_json:
        printer.result(inspected.as_json, "cli.inspect.done")
    elif not quiet:
        printer.lines(inspection(inspected.proposal, printer.language))
    if inspected.written is not None:
        printer.say("cli.inspect.written", path=str(inspected.written))
    if not inspected.proposal.agrees:
        printer.say("cli.inspect.disagrees", file=file.name)
        raise typer.Exit(SourceError.exit_code)


@app.command(help=_words.say("cli.new.help"))
def new(
    folder: Annotated[Path, typer.Argument(help=_words.say("cli.new.folder"), show_default=False)],
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write a commented city folder to start from."""
    from cosmopolis.workflow.new import new_city

    printer = Printer(as_json=as_json, quiet=quiet)
    made = new_city(folder, words=printer.language)
    printer.result([str(path) for path in made], "cli.new.done", folder=str(folder))


@app.command(help=_words.say("cli.example.help"))
def example(
    folder: Annotated[Path, typer.Argument(help=_words.say("cli.new.folder"), show_default=False)],
    kind: Annotated[str, typer.Option("--kind", help=_words.say("cli.example.kind"))] = "city",
    seed: Annotated[int, typer.Option("--seed", help=_words.say("cli.example.seed"))] = 2025,
    replace: Annotated[bool, typer.Option("--replace", help=_words.say("cli.example.replace"))] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write a synthetic city."""
    from cosmopolis.workflow.example import example_city

    printer = Printer(as_json=as_json, quiet=quiet)
    made = example_city(folder, kind=kind, seed=seed, replace=replace)
    printer.result([str(path) for path in made], "cli.example.done", folder=str(folder))


@app.command(help=_words.say("cli.fetch.help"))
def fetch(city: City, data: Data = None, state: State = None, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Download the files of a city from their publishers."""
    from dataclasses import asdict

    from cosmopolis.workflow.fetch import fetch as fetch_files

    printer = Printer(as_json=as_json, quiet=quiet)
    with printer.progress() as progress:
        fetched = fetch_files(city, data=data, state=state, progress=progress)
    printer.result([asdict(file) for file in fetched], "cli.fetch.done", count=len(fetched))


@app.command(help=_words.say("cli.serve.help"))
def serve(
    site: Annotated[Path, typer.Argument(help=_words.say("cli.serve.site"), show_default=False)],
    port: Annotated[int, typer.Option("--port", help=_words.say("cli.serve.port"))] = 8765,
) -> None:
    """Show a built site on this machine alone."""
    from cosmopolis.workflow.serve import served

    printer = Printer()
    with served(site, port=port) as server:
        printer.say("cli.serve.at", address=server.address)
        server.forever()
