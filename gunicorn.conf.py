"""How the web server runs, under `make run` and in the image alike; gunicorn reads it where it is started."""

from pathlib import Path

workers = 2
threads = 4
worker_class = "typingtrainer.web_worker.WebWorker"
preload_app = True
graceful_timeout = 5
control_socket_disable = True
if Path("/dev/shm").is_dir():  # noqa: S108
    # The workers' heartbeat must not wait for a disk.
    worker_tmp_dir = "/dev/shm"  # noqa: S108
