"""A node's HTTP API, for what is too short to be measured through a process of its own."""

import http.client
import json
import pathlib
import time
import urllib.parse

WAIT_MILLIS = 20_000


class Api:
    """One connection to the node that runs on `home`."""

    def __init__(self, home):
        home = pathlib.Path(home)
        address = urllib.parse.urlsplit((home / "node").read_text().split()[1])
        self.connection = http.client.HTTPConnection(address.hostname, address.port)
        self.headers = {"Authorization": f"Bearer {(home / 'token').read_text().strip()}"}

    def ask(self, method, path, body=None, **parameters):
        """The bytes of the answer."""
        query = urllib.parse.urlencode(parameters, quote_via=urllib.parse.quote)
        text = None if body is None else json.dumps(body)
        self.connection.request(method, f"/api/v1{path}?{query}", text, self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status}: {content.decode()}")
        return content

    def submit(self, program, *, objects=(), prefixes=(), priority="normal", reuse="FRESH"):
        """Accepts a job over objects and prefixes, each as (bucket, key); its progress."""
        request = {
            "program": program,
            "inputs": [{"bucket": bucket, "key": key} for bucket, key in objects],
            "labels": [key for _, key in objects],
            "prefixes": [
                {"before": len(objects), "bucket": bucket, "prefix": prefix, "labelHead": ""}
                for bucket, prefix in prefixes
            ],
            "options": {"priority": priority},
            "reuse": reuse,
        }
        return json.loads(self.ask("POST", "/jobs", request))

    def progress(self, job, **parameters):
        return json.loads(self.ask("GET", f"/jobs/{job}", **parameters))

    def ended(self, progress):
        """Waits until a job has succeeded."""
        while progress["job"]["state"] not in ("SUCCEEDED", "FAILED", "CANCELLED"):
            progress = self.progress(
                progress["job"]["id"], revision=progress["revision"], wait=WAIT_MILLIS
            )
        if progress["job"]["state"] != "SUCCEEDED":
            raise RuntimeError(f"job {progress['job']['id']}: {progress['job']['failure']}")
        return progress

    def seconds(self, program, **request):
        """Runs a job and reads its answer; how long that took."""
        begin = time.monotonic()
        accepted = self.submit(program, **request)
        self.ask("GET", f"/jobs/{accepted['job']['id']}/output")
        return time.monotonic() - begin

    def first_byte_seconds(self, program, **request):
        """From submitting a job to the first byte of its answer; then it is cancelled."""
        begin = time.monotonic()
        job = self.submit(program, **request)["job"]["id"]
        self.connection.request("GET", f"/api/v1/jobs/{job}/output", None, self.headers)
        answer = self.connection.getresponse()
        if not answer.read(1):
            raise RuntimeError(f"job {job}: {answer.status}: an answer without bytes")
        taken = time.monotonic() - begin
        self.connection.close()  # the rest of the answer is on its way; a new one is made
        self.ask("DELETE", f"/jobs/{job}")
        return taken
