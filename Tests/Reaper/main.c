// SPDX-License-Identifier: Apache-2.0

// reaper [-t SECONDS] [-s SOCKET] COMMAND [ARGUMENT...]
//
// Runs a command and ends every process that comes of it, those too that have made themselves independent. They end
// when the command does, when the time is up (exit code 124), when the reaper is told to stop, and when whoever
// started it ends, however that happens.
//
// Given a socket, it tells its other end what becomes of the command, and what the command leaves in the background
// goes on until the other end is closed, which the kernel does for a process that was killed.

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

// What is told, each with a number: its process id, an errno, a signal, what waitpid(2) says.
enum kind { STARTED = 1, NOT_STARTED = 2, STOPPED = 3, ENDED = 4 };

static int owner = -1;
static pid_t command;
static int has_ended, status;

static void tell(enum kind kind, int value) {
    int32_t report[2] = {kind, value};
    if (owner >= 0) send(owner, report, sizeof report, MSG_NOSIGNAL);
}

// Looks at all children that have changed; returns whether there are any left.
static int reap(void) {
    for (;;) {
        int news;
        pid_t child = waitpid(-1, &news, WNOHANG | WUNTRACED);
        if (child <= 0) return child == 0;
        if (child != command) continue;
        if (WIFSTOPPED(news)) {
            tell(STOPPED, WSTOPSIG(news));
        } else {
            has_ended = 1;
            status = news;
            tell(ENDED, news);
        }
    }
}

static pid_t parent_of(pid_t process) {
    char path[40], text[400];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? 0 : read(file, text, sizeof text - 1);
    if (file >= 0) close(file);
    text[length < 0 ? 0 : length] = 0;
    // Behind the name, which may hold anything.
    char *behind = strrchr(text, ')');
    int parent = 0;
    if (behind) sscanf(behind, ") %*c %d", &parent);
    return parent;
}

// Whoever has lost its parent is a child of the reaper's from then on, so in the end all of them are.
static void end_all(void) {
    // Ten seconds: a process that waits for a dead file system ends when that does.
    for (int round = 0; round < 1000 && reap(); round++) {
        DIR *processes = opendir("/proc");
        if (!processes) return;
        for (struct dirent *entry; (entry = readdir(processes));) {
            pid_t process = atoi(entry->d_name);
            if (process > 0 && parent_of(process) == getpid()) kill(process, SIGKILL);
        }
        closedir(processes);
        usleep(round < 10 ? 1000 : 10000);
    }
}

static void start(char **arguments) {
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    // A group of its own: smbd ends its whole group when it ends, and that would be the test, too.
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    int failure = posix_spawnp(&command, arguments[0], NULL, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    if (failure) {
        tell(NOT_STARTED, failure);
        fprintf(stderr, "reaper: %s: %s\n", arguments[0], strerror(failure));
        exit(127);
    }
    tell(STARTED, command);
}

// The command's pipes are its own: this process must not keep them open.
static void let_go_of_streams(void) {
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int stream = 0; stream < 3; stream++) dup2(nothing, stream);
    close(nothing);
}

static long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

int main(int count, char **arguments) {
    long limit = 0;
    for (int option; (option = getopt(count, arguments, "+t:s:")) != -1;) {
        if (option == 't') limit = atol(optarg);
        else if (option == 's') owner = atoi(optarg);
        else return 64;
    }
    if (optind == count) return 64;

    sigset_t signals;
    sigemptyset(&signals);
    for (int each = 0, all[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP}; each < 4; each++) sigaddset(&signals, all[each]);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    // Not with a socket: this signal comes when the thread ends that has started the reaper.
    if (owner < 0) prctl(PR_SET_PDEATHSIG, SIGTERM);
    else fcntl(owner, F_SETFD, FD_CLOEXEC);
    start(arguments + optind);
    if (owner >= 0) let_go_of_streams();

    struct pollfd heard[] = {{signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK), POLLIN, 0}, {owner, POLLIN, 0}};
    long end = limit ? now() + limit : 0;
    while (reap() && (owner >= 0 || !has_ended)) {
        long left = end ? end - now() : 0;
        if (end && left <= 0) {
            fprintf(stderr, "reaper: cut off after %ld s: %s\n", limit, arguments[optind]);
            end_all();
            return 124;
        }
        poll(heard, 2, end ? (int)(left < 3600 ? left * 1000 : 3600000) : -1);
        // Nothing is ever sent from there.
        if (heard[1].revents) break;
        struct signalfd_siginfo signal;
        while (read(heard[0].fd, &signal, sizeof signal) == sizeof signal) {
            if (signal.ssi_signo == SIGCHLD) continue;
            end_all();
            return 128 + (int)signal.ssi_signo;
        }
    }
    end_all();
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
