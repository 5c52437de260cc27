"""Asks a running station everything its API's document allows, and much that it does not.

    conformance.py LINK DOCUMENT FOLDER [EXAMPLES]

LINK is the sign-in link a station has just printed; DOCUMENT the committed OpenAPI file. The station must
hold one device. Fails when an answer is a 5xx, has a status or a media type the document does not name,
or a body of another shape than it says. Who may do what is not asked here: a test of the hub tries every route with
every role.
"""

import json
import pathlib
import subprocess
import sys
import urllib.request

CHECKS = ",".join(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "response_headers_conformance",
        "unsupported_method",
    ]
)
# Streams never end, signing out ends the run, and a device that was switched off or forgotten answers
# nothing any more.
LEFT_OUT = [
    "/api/v1/devices/{id}/live/tele.mjpeg",
    "/api/v1/devices/{id}/live/wide.mjpeg",
    "/api/v1/events",
    "/api/v1/devices/{id}/power/off",
    "/api/v1/devices/{id}/power/reboot",
]
LEFT_OUT_IDS = ["delete_session", "delete_devices_id", "put_settings_site", "delete_settings_site"]


def ask(base, path, body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data=data, headers=headers or {})
    request.add_header("X-Skyhelm", "1")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.headers, json.load(answer)


def token(base, word):
    """A token of an account, so that the run does not depend on a cookie."""
    headers, _ = ask(base, "/api/v1/session", {"token": word})
    cookie = headers["set-cookie"].split(";")[0]
    # Not everything may hang on the link's own session: an account keeps the station.
    account = {"name": "keeper", "role": "admin", "password": "keeper of the keys"}
    ask(base, "/api/v1/accounts", account, {"Cookie": cookie})
    body = {"name": "conformance", "role": "admin"}
    return ask(base, "/api/v1/tokens", body, {"Cookie": cookie})[1]["secret"]


def main():
    link = sys.argv[1]
    document, folder = (str(pathlib.Path(path).resolve()) for path in sys.argv[2:4])
    examples = sys.argv[4] if len(sys.argv) > 4 else "25"
    base, word = link.split("/#signin=")
    tools = pathlib.Path(sys.executable).parent
    subprocess.run([sys.executable, "-m", "openapi_spec_validator", document], check=True)
    secret = token(base, word)
    bearer = {"Authorization": f"Bearer {secret}"}
    devices = ask(base, "/api/v1/devices", headers=bearer)[1]
    served = ask(base, "/api/v1/openapi.json", headers=bearer)[1]
    assert served == json.loads(pathlib.Path(document).read_text()), "the document is not the served one"
    config = pathlib.Path(folder) / "schemathesis.toml"
    device = json.dumps(devices[0]["id"])
    # Every other device id is "not found", so half of the calls would never reach a handler.
    config.write_text(
        "\n".join(
            f'[[operations]]\ninclude-path = "{path}"\nparameters = {{ "path.id" = {device} }}\n'
            for path in served["paths"]
            if path.startswith("/api/v1/devices/{id}")
        )
    )
    command = [str(tools / "schemathesis"), "--config-file", str(config), "run", document, "--url", base]
    command += ["--checks", CHECKS, "--header", f"Authorization: Bearer {secret}"]
    command += ["--max-examples", examples, "--phases", "examples,coverage,fuzzing"]
    command += ["--generation-deterministic", "--request-timeout", "60", "--workers", "1"]
    command += ["--continue-on-failure", "--warnings", "off"]
    for path in LEFT_OUT:
        command += ["--exclude-path", path]
    for name in LEFT_OUT_IDS:
        command += ["--exclude-operation-id", name]
    # It leaves its notes where it runs.
    return subprocess.run(command, check=False, cwd=folder).returncode


if __name__ == "__main__":
    sys.exit(main())
