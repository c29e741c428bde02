"""``python -m crawler.demo``: the province until Ctrl-C, to be looked at with a browser."""

import contextlib
import sys
import threading

from crawler.demo.province import Province


def main() -> None:
    with Province() as province, contextlib.suppress(KeyboardInterrupt):
        if "--pass-two" in sys.argv[1:]:
            province.pass_two()
        for host, address in province.hosts.items():
            print(f"{address:<17} http://{host}/")
        rules = ", ".join(f"MAP {host}:80 {address}" for host, address in province.hosts.items())
        print(f'\nchromium --host-resolver-rules="{rules}"\n\nCtrl-C ends it.', flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
