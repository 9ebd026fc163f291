#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace afterclick {

/// JSON pointers, merged by their common beginnings: one node per step.
class FieldTrie {
public:
  using Index = uint32_t;
  static constexpr Index none = UINT32_MAX;
  static constexpr Index root = 0;

  struct Child {
    std::string key;
    Index node;
  };

  struct Node {
    /// The slot that wants this value, or `none`.
    uint32_t slot = none;
    /// The walk that last came by: a second time in one walk is a duplicate key.
    uint64_t walk = 0;
    std::vector<Child> children;
    /// Open addressing over `children` by `hash`; `none` where empty.
    std::vector<Index> table;
    /// How many leading elements of an array are of interest: one more than the largest index.
    size_t elements = 0;

    /// The child for an object's key or an array's index as text.
    Index find(std::string_view key) const {
      size_t mask = table.size() - 1;
      for (size_t place = hash(key) & mask; table[place] != none; place = (place + 1) & mask) {
        const Child &child = children[table[place]];
        if (child.key.size() == key.size() &&
            std::memcmp(child.key.data(), key.data(), key.size()) == 0) {
          return child.node;
        }
      }
      return none;
    }
  };

  FieldTrie() : nodes(1) {}

  /// The node of `pointer`, added if new; `none` if it is not a JSON pointer.
  Index add(std::string_view pointer);

  Node &operator[](Index index) { return nodes[index]; }

private:
  std::vector<Node> nodes;

  // Field names of one object rarely share length, first and last letter.
  static size_t hash(std::string_view key) {
    if (key.empty()) return 0;
    return key.size() * 31 + uint8_t(key.front()) * 7 + uint8_t(key.back());
  }

  static std::optional<std::string> unescape(std::string_view token);
  static std::optional<size_t> arrayIndex(std::string_view token);
  Index child(Index parent, const std::string &key);
};

} // namespace afterclick
