// SPDX-License-Identifier: Apache-2.0
#pragma once

// Calls of glibc that stand behind _GNU_SOURCE, which Swift's Glibc module is built without. The prototypes are those of
// the man pages.

#include <pthread.h>
#include <sys/types.h>

// renameat2(2)
int renameat2(int olddirfd, const char *oldpath, int newdirfd, const char *newpath, unsigned int flags);
static const unsigned int BD_RENAME_NOREPLACE = 1;

// syncfs(2)
int syncfs(int fd);

// fallocate(2)
int fallocate(int fd, int mode, off_t offset, off_t len);
static const int BD_FALLOC_FL_KEEP_SIZE = 1;

// pthread_setname_np(3)
int pthread_setname_np(pthread_t thread, const char *name);

// posix_spawn_file_actions_addclosefrom_np(3), for the tests
int posix_spawn_file_actions_addclosefrom_np(void *actions, int from);

// fcntl(2): leases, and open file description locks
static const int BD_F_SETLEASE = 1024;
static const int BD_F_OFD_GETLK = 36;
static const int BD_F_OFD_SETLK = 37;
