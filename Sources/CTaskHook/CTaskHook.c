// SPDX-License-Identifier: Apache-2.0

#include "CTaskHook.h"

typedef __attribute__((swiftcall)) void (*enqueue_hook)(void *job, void *original);

// The Swift runtime's own (swift/Runtime/Concurrency.h). swift-nio sets it as well, but looks for it by its name at run
// time, where a program with a static runtime has none.
extern enqueue_hook swift_task_enqueueGlobal_hook;

static void (*enqueue_job)(void *job);

static __attribute__((swiftcall)) void hooked(void *job, void *original) {
    (void)original;
    enqueue_job(job);
}

void bd_hook_tasks(void (*enqueue)(void *job)) {
    enqueue_job = enqueue;
    swift_task_enqueueGlobal_hook = hooked;
}
