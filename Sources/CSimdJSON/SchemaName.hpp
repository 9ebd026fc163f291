#pragma once

#include <string>
#include <string_view>

namespace afterclick {

/// The flat name that Snowplow's Analytics SDKs give to data of an Iglu schema.
class SchemaName {
public:
  /// The name made last. Kept, so that its memory is used again.
  std::string text;

  /// Makes `contexts_com_acme_user_profile_1` of `contexts_` and
  /// `iglu:com.acme/UserProfile/jsonschema/1-0-2`; false if that is no Iglu URI.
  bool flatten(std::string_view prefix, std::string_view schema) {
    constexpr std::string_view scheme = "iglu:";
    if (schema.substr(0, scheme.size()) != scheme) return false;
    schema.remove_prefix(scheme.size());
    std::string_view vendor, name, format;
    if (!cut(schema, '/', vendor) || !cut(schema, '/', name) || !cut(schema, '/', format)) {
      return false;
    }
    std::string_view model = schema.substr(0, schema.find('-'));
    if (model.empty()) return false;
    text.assign(prefix);
    for (char letter : vendor) text.push_back(isDivider(letter) ? '_' : lowercased(letter));
    text.push_back('_');
    // Words that begin with a capital letter are divided, capitals in a row are not.
    char last = '_';
    for (char letter : name) {
      if (isDivider(letter)) letter = '_';
      if (isUpper(letter) && last != '_' && !isUpper(last)) text.push_back('_');
      text.push_back(lowercased(letter));
      last = letter;
    }
    text.push_back('_');
    text.append(model);
    return true;
  }

private:
  /// Cuts off what is before the first `divider`, which must not be empty.
  static bool cut(std::string_view &rest, char divider, std::string_view &part) {
    size_t end = rest.find(divider);
    if (end == std::string_view::npos || end == 0) return false;
    part = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return true;
  }

  static bool isDivider(char letter) { return letter == '.' || letter == '-'; }
  static bool isUpper(char letter) { return letter >= 'A' && letter <= 'Z'; }
  static char lowercased(char letter) { return isUpper(letter) ? char(letter + 32) : letter; }
};

} // namespace afterclick
