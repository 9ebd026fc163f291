#include "CRE2.h"

#include <re2/re2.h>

#include <cstring>
#include <memory>

struct afterclick_regex {
  RE2 expression;
};

extern "C" {

afterclick_regex *afterclick_regex_create(
    const char *pattern, size_t length, char *message, size_t capacity) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(8 << 20);
  auto regex = std::unique_ptr<afterclick_regex>(
      new afterclick_regex{RE2(re2::StringPiece(pattern, length), options)});
  if (regex->expression.ok()) return regex.release();
  if (capacity > 0) {
    std::strncpy(message, regex->expression.error().c_str(), capacity - 1);
    message[capacity - 1] = '\0';
  }
  return nullptr;
}

bool afterclick_regex_is_found(const afterclick_regex *regex, const char *text, size_t length) {
  return RE2::PartialMatch(re2::StringPiece(text, length), regex->expression);
}

void afterclick_regex_destroy(afterclick_regex *regex) { delete regex; }
}
