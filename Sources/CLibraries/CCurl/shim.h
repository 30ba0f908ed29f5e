#pragma once
#include <curl/curl.h>
#include <dlfcn.h>
