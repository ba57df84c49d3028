"""What spanref says of a candidate."""
import json
import pathlib
import subprocess
import tempfile


def said_of(tool, verb, *arguments, **options):
    """Its verdict as JSON (docs/verdict-json.md), or None if there is none; and the run, for what it
    prints. options: of subprocess.run; without cwd it runs in a folder that is removed."""
    with tempfile.TemporaryDirectory() as place:
        verdict = pathlib.Path(place) / 'verdict.json'
        run = subprocess.run([tool, verb, *arguments, '-j', verdict], capture_output=True, text=True,
                             check=False, errors='replace', **{'cwd': place, **options})
        return json.loads(verdict.read_text()) if verdict.exists() else None, run


def kind_of(said):
    """In what it departs; '' if it conforms."""
    if said is None:
        return 'there is no verdict'
    if said['verdict'] == 'conforms':
        return ''
    return said['departures'][-1]['kind'] if said['departures'] else said['verdict']
