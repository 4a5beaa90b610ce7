"""The command `xltool`: finds the subcommand, sets the language, and turns refusals into exit code 2.

Every run imports this module: whatever is not needed each time is imported where it is.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from xltool import __version__

# Name to module; only the one asked for is imported.
COMMANDS = {
    "generate": "generate",
    "fill": "fill",
    "read": "read",
    "validate": "validate",
    "merge": "merge",
    "transfer": "transfer",
    "import": "import_file",
    "reconcile": "reconcile",
    "compare": "compare",
    "series": "series",
    "pack": "pack",
    "publish": "publish",
    "init": "init",
    "intake": "intake",
    "status": "status",
    "review": "review",
    "explain": "explain",
    "seal": "seal",
    "trace": "trace",
    "demo": "demo",
    "lint": "lint",
    "doctor": "doctor",
}
REFUSED, INTERNAL_ERROR, STOPPED = 2, 101, 130
# Every option may stand in the environment too: XLTOOL_GENERATE_YEAR for that of `xltool generate`.
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100, "auto_envvar_prefix": "XLTOOL"}


class Commands(click.Group):
    """Subcommands by name, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"xltool.cli.{COMMANDS[cmd_name]}").command
        return command


@click.command(cls=Commands, context_settings=SETTINGS, invoke_without_command=True)
@click.version_option(__version__, prog_name="xltool")
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    allow_from_autoenv=False,  # an unknown language there is not worth an error: `default_lang`
    help="Language on the terminal. Default: that of the locale.",
)
@click.option(
    "--schemas",
    metavar="DIR",
    type=click.Path(file_okay=False),
    envvar="XLTOOL_SCHEMAS",
    help="A folder of your own eras: one folder an era, with record.schema.json, checks.json and layout.json.",
)
@click.pass_context
def xltool(ctx: click.Context, lang: str | None, schemas: str | None) -> None:
    """Locked statistical workbooks out, checked returns in, one traceable summary.

    Without a command, on a terminal: a menu that leads through a campaign.
    """
    from xltool.cli.context import Session, default_lang

    ctx.obj = Session.start(lang or default_lang(os.environ), schemas)
    if ctx.invoked_subcommand is None:
        from xltool.cli import menu

        if not menu.wanted():
            click.echo(ctx.get_help(), err=True)
            ctx.exit(2)
        menu.open_menu(ctx, ctx.obj)


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit: 0 fine, 1 findings, 2 could not be done, 101 a fault of xltool itself, 130 stopped
    by Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        _never_fail(stream)
    try:
        code = xltool.main(args=args, prog_name="xltool", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.Abort:  # Ctrl-C
        from xltool.cli.context import Session
        from xltool.cli.progress import say_stopped

        say_stopped()
        Session.current().stop()
        sys.exit(STOPPED)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # the user is told in words, of a fault of xltool itself too
        sys.exit(_told(error))


def _told(error: Exception) -> int:
    """Say what went wrong; the exit code. Whatever is not a refusal is raised again where a traceback is wanted."""
    from xltool.cli.context import Session
    from xltool.model.finding import Refused

    if isinstance(error, Refused):
        Session.current().refused(error)
        return REFUSED
    if os.environ.get("XLTOOL_TRACEBACK"):
        raise error
    Session.current().internal_error()
    return INTERNAL_ERROR


def _never_fail(stream: Any) -> None:
    """A console that cannot show a character shows a substitute: a report must not die of its printing."""
    if hasattr(stream, "reconfigure"):
        if not stream.isatty():
            stream.reconfigure(encoding="utf-8", newline="\n")
        stream.reconfigure(errors="backslashreplace")
