"""Runs the AWS CLI once for each line of JSON on the standard input.

In one process, because loading it takes longer than most runs. A line is
{"arguments": [...], "environment": {...}}; the answer is
{"exit": 0, "stdout": "...", "stderr": "..."}.
"""

import contextlib
import io
import json
import os
import sys

from awscli.clidriver import create_clidriver


def run(arguments):
    """One run, as the program `aws` would make it."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = create_clidriver().main(arguments)
        except SystemExit as end:
            code = end.code
    return {"exit": code, "stdout": out.getvalue(), "stderr": err.getvalue()}


def main():
    answers = sys.stdout
    for line in sys.stdin:
        asked = json.loads(line)
        os.environ.update(asked["environment"])
        answers.write(json.dumps(run(asked["arguments"])) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
