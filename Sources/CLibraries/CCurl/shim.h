#pragma once
#include <curl/curl.h>
#include <dlfcn.h>

/* Swift calls no variadic functions, so each type of value has a wrapper. `call` is curl_easy_setopt or curl_easy_getinfo. */
static inline CURLcode ocimerge_curl_set_long(void *call, CURL *easy, CURLoption option, long value) {
    return ((CURLcode (*)(CURL *, CURLoption, ...))call)(easy, option, value);
}

static inline CURLcode ocimerge_curl_set_offset(void *call, CURL *easy, CURLoption option, curl_off_t value) {
    return ((CURLcode (*)(CURL *, CURLoption, ...))call)(easy, option, value);
}

static inline CURLcode ocimerge_curl_set_pointer(void *call, CURL *easy, CURLoption option, const void *value) {
    return ((CURLcode (*)(CURL *, CURLoption, ...))call)(easy, option, value);
}

typedef size_t (*ocimerge_curl_transfer)(char *, size_t, size_t, void *);
static inline CURLcode ocimerge_curl_set_transfer(
    void *call, CURL *easy, CURLoption option, ocimerge_curl_transfer value) {
    return ((CURLcode (*)(CURL *, CURLoption, ...))call)(easy, option, value);
}

typedef int (*ocimerge_curl_seek)(void *, curl_off_t, int);
static inline CURLcode ocimerge_curl_set_seek(void *call, CURL *easy, ocimerge_curl_seek value) {
    return ((CURLcode (*)(CURL *, CURLoption, ...))call)(easy, CURLOPT_SEEKFUNCTION, value);
}

static inline CURLcode ocimerge_curl_set_blob(
    void *call, CURL *easy, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = { .data = (void *)bytes, .len = count, .flags = CURL_BLOB_COPY };
    return ((CURLcode (*)(CURL *, CURLoption, ...))call)(easy, option, &blob);
}

static inline CURLcode ocimerge_curl_get_long(void *call, CURL *easy, CURLINFO info, long *value) {
    return ((CURLcode (*)(CURL *, CURLINFO, ...))call)(easy, info, value);
}

static inline CURLcode ocimerge_curl_get_string(void *call, CURL *easy, CURLINFO info, const char **value) {
    return ((CURLcode (*)(CURL *, CURLINFO, ...))call)(easy, info, value);
}

/* The result of a message is a member of a union. */
static inline CURLcode ocimerge_curl_result(const CURLMsg *message) { return message->data.result; }
