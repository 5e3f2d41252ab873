"""nginx with the portal's own site, `deploy/nginx.conf`, on this machine alone and without a certificate."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.faults.portal import wait_until
from launcher.folder import HERE, Refusal
from launcher.processes import die_with_parent
from launcher.service import HOST

SITE = HERE / "deploy" / "nginx.conf"
START_SECONDS = 15
_ABOUT_TLS = re.compile(r"^ +(?:ssl_\w+|http2) .*;\n", re.MULTILINE)
_ALSO_IPV6 = re.compile(r"^ +listen \[::\].*\n", re.MULTILINE)
_TO_HTTPS = re.compile(r"^server \{\n    listen 80;.*?^\}\n", re.MULTILINE | re.DOTALL)
MIME_TYPES = "include /etc/nginx/mime.types;" if Path("/etc/nginx/mime.types").exists() else ""
_FRAME = """
{user}
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
events {{ worker_connections 512; }}
http {{
    {types}
    access_log off;
    client_body_temp_path {folder}/nginx-bodies;
    proxy_temp_path {folder}/nginx-answers;
    fastcgi_temp_path {folder}/nginx-unused-1;
    uwsgi_temp_path {folder}/nginx-unused-2;
    scgi_temp_path {folder}/nginx-unused-3;
    {site}
}}
"""


def program() -> str | None:
    """Return where nginx is on this machine; it may be missing."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def site(port: int, web_ports: Sequence[int], files: Path, logs: Path) -> str:
    """Return the portal's site with other ports, another folder of files and of logs, and plain HTTP."""
    text = _TO_HTTPS.sub("", _ABOUT_TLS.sub("", _ALSO_IPV6.sub("", SITE.read_text(encoding="utf-8"))))
    text = text.replace("listen 443 ssl;", f"listen {HOST}:{port};")
    for number, web_port in enumerate(web_ports, start=8001):
        text = text.replace(f"{HOST}:{number}", f"{HOST}:{web_port}")
    for place, own in (("/var/lib/portal/files", files), ("/var/lib/portal", files.parent), ("/var/log/nginx", logs)):
        text = text.replace(place, str(own))
    return text.replace("/opt/portal/current", str(HERE))


@contextmanager
def running_nginx(folder: Path, port: int, web_ports: Sequence[int], files: Path) -> Iterator[None]:
    """Run nginx, from when it answers until it has stopped; what it makes lies in `folder`."""
    found, configuration = program(), folder / "nginx.conf"
    if found is None:
        raise Refusal("nginx is not on this machine.")
    user = "user root;" if os.geteuid() == 0 else ""  # the folder is for nobody else
    (folder / "nginx-logs").mkdir(exist_ok=True)
    own_site = site(port, web_ports, files, folder / "nginx-logs")
    configuration.write_text(_FRAME.format(user=user, folder=folder, types=MIME_TYPES, site=own_site))
    process = subprocess.Popen(
        [found, "-e", str(folder / "nginx.log"), "-c", str(configuration)],
        preexec_fn=die_with_parent,  # noqa: PLW1509  (the threads come later)
    )
    try:
        wait_until(lambda: (folder / "nginx.pid").exists() or process.poll() is not None, START_SECONDS)
        if process.poll() is not None:
            raise Refusal(f"nginx did not start: {(folder / 'nginx.log').read_text()}")
        yield
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(START_SECONDS)
        process.kill()
        process.wait()
