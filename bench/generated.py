"""Files made from others: write them, or check that they are current.

usage: python -m bench.generated [--check]
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import click

from indicators.catalogue import builtin_rules
from indicators.cli import app
from indicators.report.rules_page import is_current, write_rules_page

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = ROOT / "docs" / "commands.zh-CN.md"
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
HEAD = "# 命令一览\n\n由 `python -m bench.generated` 从命令的帮助生成。\n"


def commands_page() -> str:
    """Return the help pages of all commands as Markdown."""
    parts = [HEAD]
    # With the settings of the group: click keeps the help option of a command, whoever asked for it first.
    root = click.Context(app, info_name="indicators", **app.context_settings)
    for name in app.list_commands(root):
        command = app.get_command(root, name)
        assert command is not None
        context = click.Context(command, info_name=name, parent=root, max_content_width=110, terminal_width=110)
        parts.append(f"\n## {name}\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    return "".join(parts)


def counted(text: str) -> str:
    """Return a README with the number of rules as it is now."""
    return re.sub(r"(\[rules/README\.md\]\(rules/README\.md\) \|\D* )\d+(?= )", rf"\g<1>{len(builtin_rules())}", text)


def stale() -> list[str]:
    """Return the generated files that are not current."""
    found = []
    if not is_current(builtin_rules()):
        found.append("rules/README.md")
    if not COMMANDS.is_file() or COMMANDS.read_text(encoding="utf-8") != commands_page():
        found.append("docs/commands.zh-CN.md")
    found += [path.name for path in READMES if counted(path.read_text("utf-8")) != path.read_text("utf-8")]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit 1 where a file is stale")
    if parser.parse_args().check:
        found = stale()
        print(f"stale: {', '.join(found)}; run python -m bench.generated" if found else "generated files are current")
        return 1 if found else 0
    print(write_rules_page(builtin_rules()))
    COMMANDS.parent.mkdir(exist_ok=True)
    COMMANDS.write_text(commands_page(), encoding="utf-8")
    print(COMMANDS)
    for path in READMES:
        path.write_text(counted(path.read_text("utf-8")), encoding="utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
