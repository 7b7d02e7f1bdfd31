"""jinja2 as transformers sets it up for chat templates, taken from the installed transformers' own source.

Only the function that makes the environment is taken, so that nothing else of transformers need be importable.
"""

import ast
import contextlib
import contextvars
import copy
import datetime
import importlib.util
import json
import pathlib
import types
import typing

import jinja2
import jinja2.ext
import jinja2.sandbox


class Clock(datetime.datetime):
    """A clock that stands still, so that results can be compared."""

    @classmethod
    def now(cls, tz=None):
        return cls(2025, 3, 9, 14, 5, 7)


def compiler():
    folder = pathlib.Path(importlib.util.find_spec("transformers").origin).parent
    tree = ast.parse((folder / "utils" / "chat_template_utils.py").read_text())
    name = "_cached_compile_jinja_template"
    function = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name)
    function.decorator_list = []
    scope = {
        "jinja2": jinja2, "json": json, "datetime": Clock, "Any": typing.Any, "ContextVar": contextvars.ContextVar,
        "contextmanager": contextlib.contextmanager, "is_jinja_available": lambda: True, "Extension": jinja2.ext.Extension,
        "version": types.SimpleNamespace(parse=lambda text: [int(part) for part in text.split(".")]),
        "ImmutableSandboxedEnvironment": jinja2.sandbox.ImmutableSandboxedEnvironment,
    }
    exec(compile(ast.Module([function], []), name, "exec"), scope)
    return scope[name]


compiled = compiler()

# The kinds of errors, the most special first.
KINDS = [
    (jinja2.exceptions.TemplateSyntaxError, "syntax"),
    (jinja2.exceptions.UndefinedError, "undefined"),
    (jinja2.exceptions.SecurityError, "unsafe"),
    (jinja2.exceptions.FilterArgumentError, "bad-value"),
    (jinja2.exceptions.TemplateRuntimeError, "runtime"),
    (jinja2.exceptions.TemplateError, "raised"),
    (SyntaxError, "syntax"),
    (OverflowError, "overflow"),
    (ZeroDivisionError, "division-by-zero"),
    (RecursionError, "limit-exceeded"),
    (TypeError, "wrong-type"),
    (AttributeError, "wrong-type"),
    (ValueError, "bad-value"),
    (LookupError, "bad-value"),
    (AssertionError, "bad-value"),
]


def rendered(template, variables):
    """What jinja2 gives: {"ok": text}, or {"error": kind} with the message where it is the template's own."""
    try:
        return {"ok": compiled(template).render(**copy.deepcopy(variables))}
    except Exception as error:
        for kind, name in KINDS:
            if isinstance(error, kind):
                message = {"message": str(error)} if name in ("raised", "undefined") else {}
                return {"error": name, **message}
        return {"error": type(error).__name__}
