#!/usr/bin/env python3
"""Does unproved.py refuse a table that hides something? Prints "ok" or "not ok" lines."""
import contextlib
import io
import re
import sys
import tempfile
from pathlib import Path
from unittest import mock

import unproved

TABLE = unproved.TABLE.read_text()
FOLLOW = 'judge/follow.c | decides | the reference follows\n'
ATTACKS = [
    # what, what stands in the table, what comes in its place, what is said
    ('a file without a line', FOLLOW, '', r'judge/follow.c: follow_ask has no line'),
    ('a function that is not there', FOLLOW, 'judge/follow.c follow_all | decides | x\n' + FOLLOW,
     'judge/follow.c has no follow_all'),
    ('a function twice', FOLLOW, 2 * 'judge/follow.c follow_ask | decides | x\n' + FOLLOW,
     'judge/follow.c has no follow_ask, or twice'),
    ('a proved file', FOLLOW, FOLLOW + 'judge/rules.c | words | x\n',
     'judge/rules.c: nothing is left for this line'),
    ('another kind', FOLLOW, FOLLOW.replace('decides', 'helps'), 'helps is no kind'),
    ('a line more than may decide', re.search(r'at most \d+', TABLE).group(), 'at most 100',
     r"\d+ lines decide a verdict and aren't proved; 100 may"),
    ('another kind than the document has', FOLLOW, FOLLOW.replace('decides', 'asks'),
     'trust.md has another table'),
]


def said(table):
    """What unproved.py prints of this table, and whether it fails."""
    with tempfile.NamedTemporaryFile('w', suffix='.txt') as file:
        file.write(table)
        file.flush()
        out = io.StringIO()
        with mock.patch.object(unproved, 'TABLE', Path(file.name)), \
                mock.patch.object(sys, 'argv', ['unproved.py']), contextlib.redirect_stdout(out):
            failed = unproved.main()
    return out.getvalue(), failed


def main():
    wrong = 0
    text, failed = said(TABLE)
    print('not ok as it stands' if failed else 'ok - as it stands')
    wrong += failed
    for what, old, new, expected in ATTACKS:
        text, failed = said(TABLE.replace(old, new, 1))
        is_seen = failed and re.search(expected, text) and old in TABLE
        wrong += not is_seen
        print(f'{"ok" if is_seen else "not ok"} - {what}')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
