// SPDX-License-Identifier: Apache-2.0
#pragma once

// The checks are for options that are written where they are set.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

// A macro names the version of the header's structure.
static inline const curl_version_info_data *bd_version(void) { return curl_version_info(CURLVERSION_NOW); }

// libcurl's calls take any number of arguments of any type, which Swift cannot call: one function for each type.

static inline CURLcode bd_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

// Texts and memory: what is behind a text is copied, other memory is not.
static inline CURLcode bd_set_pointer(CURL *easy, CURLoption option, const void *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode bd_set_transfer(CURL *easy, CURLoption option, curl_write_callback call) {
    return curl_easy_setopt(easy, option, call);
}

static inline CURLcode bd_set_opening(CURL *easy, curl_opensocket_callback call) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, call);
}

static inline CURLcode bd_set_connected(CURL *easy, curl_prereq_callback call) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, call);
}

static inline CURLcode bd_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode bd_get_pointer(CURL *easy, CURLINFO info, void *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode bd_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode bd_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode bd_multi_set_sockets(CURLM *multi, curl_socket_callback call) {
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, call);
}

static inline CURLMcode bd_multi_set_timer(CURLM *multi, curl_multi_timer_callback call) {
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, call);
}

static inline CURLSHcode bd_share(CURLSH *share, curl_lock_data data) {
    return curl_share_setopt(share, CURLSHOPT_SHARE, data);
}
