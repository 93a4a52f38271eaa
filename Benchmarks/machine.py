# SPDX-License-Identifier: Apache-2.0
"""What machine the numbers come from."""
import datetime
import os
import platform
import subprocess
from pathlib import Path


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def file_system(folder):
    shown = subprocess.run(["df", "--output=fstype", str(folder)], check=False, capture_output=True, text=True)
    return (shown.stdout.split() or ["unknown"])[-1]


def described(options):
    version = subprocess.run([options.daemon, "--version"], check=False, capture_output=True, text=True)
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "kernel": f"Linux {platform.release()}",
        "file_system": file_system(options.work),
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
        "bananadrop": version.stdout.strip(),
        "python": platform.python_version(),
        "go": options.go_version.removeprefix("go"),
    }
