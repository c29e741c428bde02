"""pywb over a WARC file with a withheld page, with an index made since, and with one made before."""

import json
import subprocess
import sys
from pathlib import Path

from test_tombstones import withhold
from warc_samples import exchange, ours

# In a process of its own: pywb patches sockets. Prints, for each page, its status and whether its words are there.
PYWB = """
import json, shutil, sys
from pathlib import Path
import gevent.monkey; gevent.monkey.patch_all()
import requests
from pywb.apps.frontendapp import FrontEndApp
from pywb.manager.manager import main
from pywb.utils.geventserver import GeventServer

before, after = sys.argv[1:]
for name, first, then in (("old", before, after), ("new", after, after)):
    main(["init", name])
    main(["add", name, first])
    shutil.copyfile(then, f"collections/{name}/archive/{Path(first).name}")
server = GeventServer(FrontEndApp(config_file=None, custom_config={"collections_root": "collections"}), port=0)
shown = {}
for name in ("old", "new"):
    for number in (1, 2, 3):
        url = f"http://localhost:{server.port}/{name}/20240305023015id_/http://songxanh.test/tin/bai-{number}.html"
        answer = requests.get(url, allow_redirects=False)
        shown[f"{name} {number}"] = [answer.status_code, f"bài {number}: nước sông" in answer.content.decode()]
print("=" + json.dumps(shown))
server.stop()
"""


def test_the_page_is_not_shown_and_the_others_are(tmp_path: Path) -> None:
    before = ours(tmp_path / "before", [exchange(1), exchange(2), exchange(3)])
    (tmp_path / "after").mkdir()
    after = tmp_path / "after" / before.name
    after.write_bytes(before.read_bytes())
    withhold(after, 1)
    command = [sys.executable, "-c", PYWB, str(before), str(after)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    (line,) = (line[1:] for line in done.stdout.splitlines() if line.startswith("="))
    shown = json.loads(line)
    for name in ("old", "new"):
        assert [shown[f"{name} {number}"] for number in (1, 3)] == [[200, True], [200, True]]
        assert shown[f"{name} 2"][1] is False
    assert shown["new 2"][0] == 404
