"""Builds the documentation into docs/: pages of docs-src/, reference pages from the code, the notebooks as they run.

    python tools/make_docs.py                  write docs/
    python tools/make_docs.py -o FOLDER        write it elsewhere
    python tools/make_docs.py --no-notebooks   leave the notebooks unrun, for a quick look

A link that leads nowhere ends the build with an error. The site opens from the file system and asks nothing of any network.
"""

from __future__ import annotations

import argparse
import inspect
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

import kg
from kg.cli import main as command
from kg.questions import SUBJECTS, Query, named_queries

ROOT = Path(__file__).resolve().parent.parent

# How outputs of notebooks stand in a page: tables and frames as raw HTML, which Markdown would take apart at empty lines.
_TEMPLATE = """{% extends 'markdown/index.md.j2' %}
{% block data_html %}
````{raw} html
{{ output.data['text/html'] }}
````
{% endblock %}
{% block stream %}
```text
{{ output.text }}
```
{% endblock %}
{% block data_text %}
```text
{{ output.data['text/plain'] }}
```
{% endblock %}
{% block data_png %}
![]({{ output.metadata.filenames['image/png'] }})
{% endblock %}
"""


def build(output: Path, notebooks: bool = True) -> None:
    """Write the site into a folder. SystemExit where Sphinx finds fault."""
    from sphinx.cmd.build import build_main

    with tempfile.TemporaryDirectory() as name:
        site = Path(name) / "site"
        assemble(site, notebooks)
        code = build_main(["-q", "-W", "--keep-going", "-b", "html", "-d", f"{name}/doctrees", str(site), str(output)])
    # What only Sphinx itself reads.
    for left in (".buildinfo", "objects.inv"):
        (output / left).unlink(missing_ok=True)
    shutil.rmtree(output / "_sources", ignore_errors=True)
    if code:
        raise SystemExit(code)


def assemble(site: Path, notebooks: bool = True) -> None:
    """All sources of the site in one folder."""
    shutil.copytree(ROOT / "docs-src", site, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "docs-assets", site / "docs-assets")
    index = (site / "index.md").read_text(encoding="utf-8").replace("](../docs-assets/", "](docs-assets/")
    (site / "index.md").write_text(index, encoding="utf-8")
    exports = (ROOT / "manual" / "exports.md").read_text(encoding="utf-8")
    exports = exports.replace("[ontology/context.jsonld](../ontology/context.jsonld)", "`ontology/context.jsonld`")
    (site / "how-to" / "exports.md").write_text(exports, encoding="utf-8")
    for page, lines in (
        ("commands", commands()),
        ("queries", questions()),
        ("python", names()),
        ("formats", formats()),
    ):
        (site / "reference" / f"{page}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (site / "notebooks").mkdir()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        _add_notebook(path, site / "notebooks", notebooks)


# -- reference pages -------------------------------------------------------------------------------------------------------


def commands() -> Iterator[str]:
    """Every command with its help."""
    yield "# Commands\n\nAnswers go to standard output, everything else to standard error. Exit codes: 0 done, 1 failed, 2 a command line"
    yield "that cannot be read, 3 violations found. `--store` takes a folder or, where a question is asked, the address of an endpoint."
    yield from _help(command, "kg")


def _help(one: click.Command, path: str, parent: click.Context | None = None) -> Iterator[str]:
    context = click.Context(
        one, info_name=path.rpartition(" ")[2], parent=parent, max_content_width=100, terminal_width=100
    )
    if parent is not None:
        yield f"\n## {path}\n\n```text\n{one.get_help(context)}\n```"
    if isinstance(one, click.Group):
        for name in sorted(one.commands):
            yield from _help(one.commands[name], f"{path} {name}", context)


def questions() -> Iterator[str]:
    """Every named question by subject, with parameters and columns."""
    public = [query for query in named_queries().values() if not query.internal]
    yield f"# Questions\n\n{len(public)} named questions. Each is one file of `kg/queries/`; `kg query show NAME` prints it with its SPARQL."
    yield "\nWhat they need in common is said once, in `kg/queries/rules/`, and put in where a query says `# include NAME`. Where"
    yield "meetings stand, who sits at a table and when it was are the same rules as in Python; a test holds both against each other. On"
    yield "thousands of reports the questions that weigh every claim take seconds; the commands of the same subject are faster there."
    yield "\n`kg disagreements` is a command and no question: windows of time and silences are more than SPARQL can say well."
    for subject in SUBJECTS:
        yield f"\n## {subject.capitalize()}"
        for query in public:
            if query.subject == subject:
                yield from _question(query)


def _question(query: Query) -> Iterator[str]:
    yield f"\n### {query.name}\n\n{query.question}\n"
    if query.notes:
        yield f"{query.notes}\n"
    if query.parameters:
        yield "| parameter | type | meaning |\n|---|---|---|"
        for p in query.parameters:
            yield f"| `{p.name}` | {p.type}{', may be left out' if p.optional else ''} | {p.meaning} |"
        yield ""
    yield "| column | meaning |\n|---|---|"
    for column in query.columns:
        yield f"| `{column.name}` | {column.meaning} |"


def names() -> Iterator[str]:
    """The public names of the package with signature and docstring."""
    yield "# Python\n\n`import kg` costs nothing: each name is imported when it is first used. `kg.to_pandas` makes a table of any answer."
    for name in kg.__all__:
        thing = getattr(kg, name)
        yield f"\n## kg.{name}\n"
        if callable(thing):
            yield f"```python\n{_signature(name, thing)}\n```\n"
        yield inspect.cleandoc(thing.__doc__ or "")
        if inspect.isclass(thing):
            for method, function in sorted(vars(thing).items()):
                function = getattr(function, "__func__", function)
                if not method.startswith("_") and inspect.isfunction(function):
                    yield f"\n### {name}.{method}\n\n```python\n{_signature(method, function)}\n```\n"
                    yield inspect.cleandoc(function.__doc__ or "")


def _signature(name: str, thing: object) -> str:
    try:
        signature = str(inspect.signature(thing))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return name
    return f"{name}{signature}".replace("'", "")


def formats() -> Iterator[str]:
    """What is read and written."""
    from click.testing import CliRunner

    yield "# Formats\n\n## Annotation\n\nRecognised by content; [how to read and write them](../how-to/formats.md).\n"
    yield f"```text\n{CliRunner().invoke(command, ['formats']).stdout}```\n"
    yield "The guide for annotators and ready configurations for brat, INCEpTION and Label Studio lie in `ontology/schemes/`.\n"
    yield "## Answers\n\n`table` for the eye; `csv`, `tsv`, `json` and `xml` as the W3C recommends for SPARQL results; `ttl` for queries"
    yield "that answer with triples; `kg.to_pandas` for a table in Python.\n"
    yield "## Exports\n\nFifteen formats for other tools: [exports](../how-to/exports.md)."


# -- notebooks -------------------------------------------------------------------------------------------------------------


def _add_notebook(path: Path, folder: Path, run: bool) -> None:
    import nbformat
    from nbconvert import MarkdownExporter

    notebook = nbformat.read(path, as_version=4)
    if run:
        from nbclient import NotebookClient

        NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(path.parent)}}).execute()
    exporter = MarkdownExporter(raw_template=_TEMPLATE)
    exporter.template_file = "inline.md.j2"
    text, resources = exporter.from_notebook_node(
        notebook, resources={"unique_key": path.stem, "output_files_dir": f"{path.stem}_files"}
    )
    (folder / f"{path.stem}.md").write_text(_plain(text.splitlines()), encoding="utf-8")
    for name, content in resources["outputs"].items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _plain(lines: Iterable[str]) -> str:
    return "".join(f"{line.rstrip()}\n" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python tools/make_docs.py", description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs")
    parser.add_argument("--no-notebooks", action="store_true", help="leave the notebooks unrun")
    options = parser.parse_args()
    build(options.output, not options.no_notebooks)
    print(f"wrote {options.output / 'index.html'}", file=sys.stderr)


if __name__ == "__main__":
    main()
