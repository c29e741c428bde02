"""Answers that are no pages: a bot challenge under HTTP 200 looks like success until someone reads the archive."""

import re

# The Cloudrity stub seen on laodong.vn and Viettel-hosted sites is about 177 bytes: a script that sets D1N and reloads.
MAX_STUB = 600
STUB = re.compile(rb"document\.cookie\s*=\s*[\"']D1N=")


def is_challenge(body: bytes) -> bool:
    return len(body) < MAX_STUB and STUB.search(body) is not None
