#pragma once
#if !__has_include("../../../.build/libcurl/include/curl/curl.h")
#error "libcurl is missing: run scripts/setup build"
#endif
#include "../../../.build/libcurl/include/curl/curl.h"

/* Swift calls no variadic functions, so each type of value has a wrapper. */
static inline CURLcode ocimerge_curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ocimerge_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ocimerge_curl_set_pointer(CURL *easy, CURLoption option, const void *value) {
    return curl_easy_setopt(easy, option, value);
}

typedef size_t (*ocimerge_curl_transfer)(char *, size_t, size_t, void *);
static inline CURLcode ocimerge_curl_set_transfer(CURL *easy, CURLoption option, ocimerge_curl_transfer value) {
    return curl_easy_setopt(easy, option, value);
}

typedef int (*ocimerge_curl_seek)(void *, curl_off_t, int);
static inline CURLcode ocimerge_curl_set_seek(CURL *easy, ocimerge_curl_seek value) {
    return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, value);
}

static inline CURLcode ocimerge_curl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = { .data = (void *)bytes, .len = count, .flags = CURL_BLOB_COPY };
    return curl_easy_setopt(easy, option, &blob);
}

static inline CURLcode ocimerge_curl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

/* The result of a message is a member of a union. */
static inline CURLcode ocimerge_curl_result(const CURLMsg *message) { return message->data.result; }
