#pragma once
// RE2 for Swift: regular expressions in time linear in the text, whatever the pattern.

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct afterclick_regex afterclick_regex;

/// Compiles `pattern` (UTF-8). On failure returns NULL and writes a message, cut to `capacity`
/// bytes with a terminating zero, to `message`.
afterclick_regex *afterclick_regex_create(
    const char *pattern, size_t length, char *message, size_t capacity);

/// Whether the expression is found anywhere in `text`. Safe to call from several threads at once.
bool afterclick_regex_is_found(const afterclick_regex *regex, const char *text, size_t length);

void afterclick_regex_destroy(afterclick_regex *regex);

#ifdef __cplusplus
}
#endif
