#pragma once
#include <curl/curl.h>

// Swift cannot call C functions with variable arguments, and curl's setters are such functions. Each of
// these fixes the type of the one argument; nothing else happens here.

static inline CURLcode daybook_curl_set_long(CURL *curl, CURLoption option, long value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode daybook_curl_set_string(CURL *curl, CURLoption option, const char *value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode daybook_curl_set_pointer(CURL *curl, CURLoption option, void *value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode daybook_curl_set_list(CURL *curl, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(curl, option, value);
}

// CURLOPT_READFUNCTION, CURLOPT_HEADERFUNCTION: both have this shape.
typedef size_t (*daybook_curl_transfer)(char *buffer, size_t size, size_t count, void *context);

static inline CURLcode daybook_curl_set_transfer(CURL *curl, CURLoption option, daybook_curl_transfer value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode daybook_curl_set_progress(CURL *curl, curl_xferinfo_callback value) {
  return curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, value);
}

static inline CURLcode daybook_curl_get_long(CURL *curl, CURLINFO info, long *value) {
  return curl_easy_getinfo(curl, info, value);
}

// Macros with a cast that Swift does not import.
static inline CURLcode daybook_curl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }
