"""Where the page's files are: the bundle from npm in a folder outside the history, our start file here."""

from pathlib import Path

_HERE = Path(__file__).parent

BUNDLE = _HERE.parents[1] / ".page" / "bundle"
# The lock names the bundle alone: all that its package depends on is built into its files.
LOCKED = (_HERE / "package.json", _HERE / "package-lock.json", _HERE / ".npmrc")
START = _HERE / "start.js"
