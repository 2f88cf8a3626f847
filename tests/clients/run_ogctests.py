"""Runs ogctests against a server and prints what failed, in the environment that `./run clients` makes.

`python run_ogctests.py SCOPE URL`, the URL with the user in it.
"""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    scope, url = sys.argv[1:]
    # It is read when the suite's modules are imported.
    os.environ["INSTANCE_URL"] = url
    from ogctests.main import run_ogctests

    # Its folder lies in ours, whose settings of pytest (a warning is an error) are not meant for it.
    options = ["-q", "--tb=line", "--no-header", "-p", "no:cacheprovider", "-c", os.devnull]
    sys.exit(run_ogctests(scope, url, options))
