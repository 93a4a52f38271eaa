# SPDX-License-Identifier: Apache-2.0
"""Keeps a disk busy until it is ended: neighbour.py FILE MEGABYTES writes, syncs and deletes such a file for ever."""
import os
import sys

MEGABYTE = os.urandom(1_000_000)


def write(path, megabytes):
    with open(path, "wb", buffering=0) as file:
        os.unlink(path)  # now, so that nothing is left of it when this is ended; the disk has the same work
        for _ in range(megabytes):
            file.write(MEGABYTE)
        os.fsync(file.fileno())


while True:
    write(sys.argv[1], int(sys.argv[2]))
