// SPDX-License-Identifier: Apache-2.0
#pragma once

// Calls of glibc that stand behind _GNU_SOURCE, which Swift's Glibc module is built without. The prototypes are those of
// the man pages.

#include <pthread.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/types.h>
#include <unistd.h>

// renameat2(2)
int renameat2(int olddirfd, const char *oldpath, int newdirfd, const char *newpath, unsigned int flags);
static const unsigned int BD_RENAME_NOREPLACE = 1;

// syncfs(2)
int syncfs(int fd);

// fallocate(2)
int fallocate(int fd, int mode, off_t offset, off_t len);
static const int BD_FALLOC_FL_KEEP_SIZE = 1;

// open(2): a descriptor that is only a place in the tree, and keeps nobody from anything
static const int BD_O_PATH = 010000000;

// openat2(2), Linux 5.6; no function of glibc. Beneath the directory, and through no symlink. 437 on every architecture.
struct bd_open_how {
    unsigned long long flags, mode, resolve;
};
static inline int bd_open_beneath(int directory, const char *path, int flags) {
    struct bd_open_how how = {.flags = (unsigned long long)flags, .resolve = 0x04 | 0x08};
    return (int)syscall(437, directory, path, &how, sizeof how);
}

// adjtimex(2), asking only: 1 where the kernel's clock is kept by NTP, 0 where it is not, -1 where it cannot be asked
static inline int bd_clock_is_synchronised(void) {
    struct timex time = {0};
    if (adjtimex(&time) == -1) return -1;
    return (time.status & STA_UNSYNC) == 0;
}

// timerfd_create(2) and timerfd_settime(2): a timer of the wall clock that never fires, and whose read(2) fails with
// ECANCELED when that clock is set; -1 where there is none. By number, since their header would make the times of Glibc's
// module this one's. The numbers of the structure are those of 64 bits: interval and value, in seconds and nanoseconds.
static inline int bd_clock_timer(void) { return (int)syscall(SYS_timerfd_create, 0 /* CLOCK_REALTIME */, 02000000); }
static inline int bd_wait_for_clock(int timer) {
    const long never[4] = {0, 0, 0x3fffffffffff, 0};
    // TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET
    return (int)syscall(SYS_timerfd_settime, timer, 1 | 2, never, (void *)0);
}
static inline void bd_end_clock_timer(int timer) {
    const long now[4] = {0, 0, 0, 1};
    (void)syscall(SYS_timerfd_settime, timer, 0, now, (void *)0);
}

// prlimit(2) by number, since its header would make types of Glibc's module this one's: raises the soft limit of
// descriptors as far as the hard one and `enough` allow; the limit that holds, or -1
static inline long bd_raise_descriptor_limit(unsigned long enough) {
    const int descriptors = 7; // RLIMIT_NOFILE
    unsigned long long limit[2];
    if (syscall(SYS_prlimit64, 0, descriptors, (void *)0, limit) != 0) return -1;
    unsigned long long wanted = limit[1] < enough ? limit[1] : enough;
    if (limit[0] >= wanted) return (long)(limit[0] < enough ? limit[0] : enough);
    limit[0] = wanted;
    return syscall(SYS_prlimit64, 0, descriptors, limit, (void *)0) == 0 ? (long)wanted : -1;
}

// lgetxattr(2)
ssize_t lgetxattr(const char *path, const char *name, void *value, size_t size);

// lremovexattr(2)
int lremovexattr(const char *path, const char *name);

// fsetxattr(2)
int fsetxattr(int fd, const char *name, const void *value, size_t size, int flags);

// pthread_setname_np(3)
int pthread_setname_np(pthread_t thread, const char *name);

// posix_spawn_file_actions_addclosefrom_np(3)
int posix_spawn_file_actions_addclosefrom_np(void *actions, int from);

// pipe2(2)
int pipe2(int pipefd[2], int flags);

// pidfd_open(2), Linux 5.3; a function of glibc only since 2.36
static inline int bd_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

// memfd_create(2)
static inline int bd_memfd_create(const char *name) { return (int)syscall(SYS_memfd_create, name, 1 /* MFD_CLOEXEC */); }

// fcntl(2): leases, the signal that tells of one being broken, and open file description locks
static const int BD_F_SETLEASE = 1024;
static const int BD_F_OFD_GETLK = 36;
static const int BD_F_OFD_SETLK = 37;

// statfs(2). Swift takes the function for the structure of the same name.
static inline int bd_file_system_type(const char *path, unsigned int *type) {
    struct statfs status;
    if (statfs(path, &status) != 0) return -1;
    *type = (unsigned int)status.f_type;
    return 0;
}

// statx(2), Linux 4.11: has the server asked for what the kernel knows of a file (AT_STATX_FORCE_SYNC), without following
// a symlink. The answer is left to stat(2), which gives it from then on.
static inline void bd_ask_server(int directory, const char *path) {
    unsigned char answer[256] __attribute__((aligned(8)));
    (void)syscall(SYS_statx, directory, path, 0x2000 | 0x100, 0x7ff, answer);
}

// statx(2), without asking any server (AT_STATX_DONT_SYNC, AT_NO_AUTOMOUNT) and without following a symlink: whether a file
// system is mounted there (STATX_ATTR_MOUNT_ROOT, Linux 5.8; before, nobody knows). stx_attributes and their mask are the
// second and the eighth of the structure's 64 bits each.
static inline int bd_is_mount_point(int directory, const char *path) {
    unsigned long long answer[32] = {0};
    if (syscall(SYS_statx, directory, path, 0x4000 | 0x800 | 0x100, 0, answer) != 0) return 0;
    return (answer[1] & answer[7] & 0x2000) != 0;
}

// statx(2): when a file or folder was made, in nanoseconds since 1970; -1 where the file system does not say
// (STATX_BTIME). The offsets are those of the kernel's structure, which never change.
static inline long long bd_birth(int directory, const char *path) {
    unsigned char answer[256] __attribute__((aligned(8)));
    if (syscall(SYS_statx, directory, path, 0x100, 0x800, answer) != 0) return -1;
    if ((*(unsigned int *)answer & 0x800) == 0) return -1;
    return *(long long *)(answer + 80) * 1000000000 + *(unsigned int *)(answer + 88);
}

// fnmatch(3)
static const int BD_FNM_CASEFOLD = 1 << 4;

// flock(2), LOCK_EX | LOCK_NB. In Swift the structure of that name hides it, and its header takes others' types with it.
static inline int bd_lock_folder(int folder) { return (int)syscall(SYS_flock, folder, 2 | 4); }
static inline int bd_wait_for_folder(int folder) { return (int)syscall(SYS_flock, folder, 2); }

// setfsuid(2), setfsgid(2), setgroups(2), by number: those of glibc set the groups of all threads, and these only of the
// one that asks. The id that holds afterwards, since the kernel does not say whether it was refused.
static inline unsigned bd_set_file_user(unsigned user) {
    (void)syscall(SYS_setfsuid, user);
    return (unsigned)syscall(SYS_setfsuid, -1);
}
static inline unsigned bd_set_file_group(unsigned group) {
    (void)syscall(SYS_setfsgid, group);
    return (unsigned)syscall(SYS_setfsgid, -1);
}
static inline int bd_set_groups(unsigned long count, const unsigned *groups) {
    return (int)syscall(SYS_setgroups, count, groups);
}

// malloc_trim(3): gives what was allocated and freed back to the kernel.
extern int malloc_trim(size_t pad);
