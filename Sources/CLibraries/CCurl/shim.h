#pragma once
#include <curl/curl.h>
#include <dlfcn.h>

/* Swift calls no variadic functions: a door for each type of value. `door` is curl_easy_setopt or curl_easy_getinfo. */
static inline CURLcode ocimerge_curl_set_long(void *door, CURL *easy, CURLoption option, long value) {
    return ((CURLcode (*)(CURL *, CURLoption, ...))door)(easy, option, value);
}

static inline CURLcode ocimerge_curl_set_offset(void *door, CURL *easy, CURLoption option, curl_off_t value) {
    return ((CURLcode (*)(CURL *, CURLoption, ...))door)(easy, option, value);
}

static inline CURLcode ocimerge_curl_set_pointer(void *door, CURL *easy, CURLoption option, const void *value) {
    return ((CURLcode (*)(CURL *, CURLoption, ...))door)(easy, option, value);
}

typedef size_t (*ocimerge_curl_transfer)(char *, size_t, size_t, void *);
static inline CURLcode ocimerge_curl_set_transfer(
    void *door, CURL *easy, CURLoption option, ocimerge_curl_transfer value) {
    return ((CURLcode (*)(CURL *, CURLoption, ...))door)(easy, option, value);
}

typedef int (*ocimerge_curl_seek)(void *, curl_off_t, int);
static inline CURLcode ocimerge_curl_set_seek(void *door, CURL *easy, ocimerge_curl_seek value) {
    return ((CURLcode (*)(CURL *, CURLoption, ...))door)(easy, CURLOPT_SEEKFUNCTION, value);
}

static inline CURLcode ocimerge_curl_set_blob(
    void *door, CURL *easy, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = { .data = (void *)bytes, .len = count, .flags = CURL_BLOB_COPY };
    return ((CURLcode (*)(CURL *, CURLoption, ...))door)(easy, option, &blob);
}

static inline CURLcode ocimerge_curl_get_long(void *door, CURL *easy, CURLINFO info, long *value) {
    return ((CURLcode (*)(CURL *, CURLINFO, ...))door)(easy, info, value);
}

static inline CURLcode ocimerge_curl_get_string(void *door, CURL *easy, CURLINFO info, const char **value) {
    return ((CURLcode (*)(CURL *, CURLINFO, ...))door)(easy, info, value);
}

/* The result of a message is a member of a union. */
static inline CURLcode ocimerge_curl_result(const CURLMsg *message) { return message->data.result; }
