// SPDX-License-Identifier: Apache-2.0
#pragma once

/// From now on each task that becomes ready to run is handed to `enqueue` instead of to libdispatch. To be called once,
/// before there is any task.
void bd_hook_tasks(void (*enqueue)(void *job));
