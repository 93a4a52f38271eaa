#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes bananadrop(1) and bananadrop.yaml(5) from what the program says of itself, and bananadrop-request(5) from the
article about requests, so that they never differ from it.

    manpages.py PROGRAM FOLDER

The commands come from `--experimental-dump-help`, the settings from `settings`.
"""
import json
import pathlib
import re
import subprocess
import sys

from mdoc import article, head, paragraphs, prose

ARTICLES = pathlib.Path(__file__).resolve().parent.parent / "Sources/bananadrop/Documentation.docc"
DOCUMENTS = "/usr/share/doc/bananadrop"

COMMAND_FILES = """\
.Sh ENVIRONMENT
.Bl -tag -width Ds
.It Ev BANANADROP_API_KEY
The key, where no file holds it.
.It Ev BANANADROP_CONFIG
The same as
.Fl -config .
.It Ev BANANADROP_...
Each setting, in capitals and with underscores:
.Ev BANANADROP_MAX_IN_FLIGHT .
.It Ev CREDENTIALS_DIRECTORY
A file
.Pa api-key
in it is the key, before all others; see
.Dq LoadCredential=
in
.Xr systemd.exec 5 .
.It Ev NOTIFY_SOCKET , WATCHDOG_USEC , WATCHDOG_PID
Who hears that the daemon is ready, what it does, and that it still answers; see
.Xr sd_notify 3 .
.El
.Sh FILES
.Bl -tag -width Ds
.It Pa SPOOL/inbox
Requests are dropped here; its sub-folders are lanes.
.It Pa SPOOL/done , SPOOL/failed
One folder for each job that is over.
.It Pa SPOOL/ledger
What was spent, a file for each month.
.It Pa SPOOL/status.json , SPOOL/STATUS.html
What is going on, for programs and for a browser.
.It Pa SPOOL/bananadrop.yaml
The settings, where
.Fl -config
names no other file; see
.Xr bananadrop.yaml 5 .
.It Pa /etc/bananadrop/config.yaml , /etc/bananadrop/api-key , /var/lib/bananadrop
Settings, key and spool of
.Pa bananadrop.service .
Commands find them by themselves, but for
.Cm run ,
where neither a file nor a spool is named.
.El
"""

SETTINGS_INTRO = """\
.Sh DESCRIPTION
A mapping of settings in YAML, one a line; a list or a table has a line for each of its parts:
.Bd -literal -offset indent
max-in-flight: 4
models:
  gemini-4-image-preview: nano-banana-4 1K 2K
prices:
  nano-banana-pro 4K: 0.24
  nano-banana-pro: 0.12
.Ed
.Pp
The same names are options
.Pq Fl -max-in-flight Ar 4
and variables of the environment
.Pq Ev BANANADROP_MAX_IN_FLIGHT=4 ,
where lists and tables are one line:
.Fl -prices
.Dq nano-banana-pro 4K = 0.24, nano-banana-pro = 0.12 .
Where a setting is given more than once, the first of these counts: option, environment, this file, default.
A name that does not exist and a value that does not parse are errors.
.Pp
Times take
.Sq ms ,
.Sq s ,
.Sq m ,
.Sq h
and
.Sq d ,
sizes
.Sq KiB ,
.Sq MiB ,
.Sq GiB
and
.Sq TiB .
.Pp
The key is never in this file.
.Sh SETTINGS
"""


def flag(argument):
    """An option as mdoc: `Fl -port Ar port`."""
    name = next((n for n in argument["names"] if n["kind"] == "long"), argument["names"][0])
    text = "Fl " + ("-" if name["kind"] == "long" else "") + prose(name["name"])
    return text + (" Ar " + prose(argument["valueName"]) if argument["kind"] == "option" else "")


def own(command, settings):
    """The arguments of a command that are its own, not settings."""
    for argument in command.get("arguments", []):
        names = {n["name"] for n in argument.get("names", [])}
        if argument.get("shouldDisplay", True) and not names & (settings | {"help", "version"}):
            yield argument


def is_positional(argument):
    return argument["kind"] == "positional"


def command_section(command, settings):
    options = list(own(command, settings))
    takes_settings = any(n["name"] == "spool" for a in command.get("arguments", []) for n in a.get("names", []))
    line = f".It Nm Cm {command['commandName']}"
    if takes_settings:
        line += " Oo Ar settings Oc"
    if any(not is_positional(option) for option in options):
        line += " Oo Ar options Oc"
    for option in filter(is_positional, options):
        name = prose(option["valueName"])
        name += " ..." if option["isRepeating"] else ""
        line += f" Oo Ar {name} Oc" if option.get("isOptional") else f" Ar {name}"
    text = line + "\n" + prose(command.get("abstract", "")) + "\n"
    if command.get("discussion"):
        text += ".Pp\n" + paragraphs(command["discussion"]) + "\n"
    named = [option for option in options if not is_positional(option)]
    if named:
        text += ".Bl -tag -width Ds\n"
        for option in named:
            default = option.get("defaultValue")
            default = f" Default: {default}." if default and option["kind"] == "option" else ""
            text += f".It {flag(option)}\n{prose(option.get('abstract', '') + default)}\n"
        text += ".El\n"
    return text


def commands_page(tree, settings):
    text = head("BANANADROP", 1, "bananadrop", tree["abstract"])
    text += ".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar argument ...\n.Sh DESCRIPTION\n"
    text += (
        "Watches a folder.\nA request file that is dropped into its\n.Pa inbox\n"
        "is submitted to an API that edits pictures and is paid for each submit;\n"
        "the pictures come back in\n.Pa done ,\nor an explanation in\n.Pa failed .\n"
        "What a request file holds is in\n.Xr bananadrop-request 5 ,\n"
        "what failures mean and what comes back in the articles of\n"
        f".Pa {DOCUMENTS} .\n.Pp\n"
        "Where a command takes\n.Ar settings ,\nit takes each setting of\n.Xr bananadrop.yaml 5\n"
        "as an option of the same name, and\n.Fl -config Ar file\nfor a file of them.\n"
    )
    text += ".Sh COMMANDS\n.Bl -tag -width Ds\n"
    for command in tree["subcommands"]:
        if command.get("shouldDisplay", True) and command["commandName"] != "help":
            text += command_section(command, settings)
    text += ".El\n" + COMMAND_FILES
    text += ".Sh EXIT STATUS\n" + paragraphs(tree.get("discussion", "")) + "\n"
    return text + ".Sh SEE ALSO\n.Xr systemctl 1 ,\n.Xr sysexits 3 ,\n.Xr bananadrop-request 5 ,\n.Xr bananadrop.yaml 5\n"


def settings_page(settings):
    text = head("BANANADROP.YAML", 5, "bananadrop.yaml", "settings of bananadrop")
    text += ".Sh SYNOPSIS\n.Pa SPOOL/bananadrop.yaml ,\n.Pa /etc/bananadrop/config.yaml\n" + SETTINGS_INTRO
    text += ".Bl -tag -width Ds\n"
    for name, lines in settings.items():
        text += f".It Cm {prose(name)}\n"
        text += "\n".join(prose(line) for line in lines if not line.startswith("    ")) + "\n"
        rows = [line.strip().split("  ", 1) for line in lines if line.startswith("    ")]
        if rows:
            items = "".join(f".It Li {prose(item)}\n{prose(why)}\n" for item, why in rows)
            text += f".Bl -tag -width Ds -compact\n{items}.El\n"
    text += ".El\n.Sh FILES\n.Pa /usr/share/doc/bananadrop/examples/bananadrop.yaml\n"
    return text + "has all of them with their defaults.\n" + ".Sh SEE ALSO\n.Xr bananadrop 1 ,\n.Xr bananadrop-request 5\n"


def request_page():
    abstract, text = article((ARTICLES / "Requests.md").read_text(encoding="utf-8"))
    text = head("BANANADROP-REQUEST", 5, "bananadrop-request", "request files of bananadrop") + (
        f".Sh SYNOPSIS\n.Pa SPOOL/inbox/*.yaml , *.json , *.csv\n.Sh DESCRIPTION\n{prose(abstract)}\n{text}"
    )
    text += f".Sh FILES\n.Pa {DOCUMENTS}/examples/requests\nhas some to begin with,\n.Pa {DOCUMENTS}/articles\n"
    return text + "the articles that are named here.\n.Sh SEE ALSO\n.Xr bananadrop 1 ,\n.Xr bananadrop.yaml 5\n"


def read_settings(text):
    """The lines about each setting, by its name."""
    blocks = [block.splitlines() for block in text.split("\n\n") if block.startswith("--")]
    return {block[0][2:]: [line[4:] for line in block[1:]] for block in blocks}


def said(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main():
    program, folder = sys.argv[1:]
    tree = json.loads(said(program, "--experimental-dump-help"))["command"]
    settings = read_settings(said(program, "settings"))
    names = set(settings) | {"config", "h"}
    pages = {
        "bananadrop.1": commands_page(tree, names),
        "bananadrop.yaml.5": settings_page(settings),
        "bananadrop-request.5": request_page(),
    }
    for name, page in pages.items():
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(page)


main()
