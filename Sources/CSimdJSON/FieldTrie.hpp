#pragma once

#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace afterclick {

/// JSON pointers, merged by their common beginnings: one node per step.
class FieldTrie {
public:
  struct Node;

  struct Child {
    std::string key;
    std::unique_ptr<Node> node;
  };

  /// A place in a node's table of children: a copy of what a look-up needs, side by side.
  struct Entry {
    const char *key = nullptr;
    size_t length = 0;
    Node *node = nullptr;
  };

  struct Node {
    static constexpr uint32_t noSlot = UINT32_MAX;

    /// The slot that wants this value, or `noSlot`.
    uint32_t slot = noSlot;
    /// The walk that last came by: a second time in one walk is a duplicate key.
    uint64_t walk = 0;
    /// A deque, because the table points into its keys.
    std::deque<Child> children;
    /// Open addressing over `children` by `hash`; an entry without node is empty.
    std::vector<Entry> table;
    /// The table's size, a power of two, less one.
    size_t mask = 0;
    /// The list of entities that last came by, and how many of this node's it had so far.
    uint64_t list = 0;
    size_t found = 0;
    /// How many leading elements of an array are of interest: one more than the largest index.
    size_t elements = 0;

    /// The child for an object's key or an array's index as text; null if nobody wants it.
    ///
    /// Asked for every key of every document: a call would cost as much as the answer.
    [[gnu::always_inline]] Node *find(std::string_view key) const {
      if (table.empty()) return nullptr;
      for (size_t place = hash(key) & mask;; place = (place + 1) & mask) {
        const Entry &entry = table[place];
        if (!entry.node) return nullptr;
        if (entry.length == key.size() && isSame(entry.key, key.data(), key.size())) {
          return entry.node;
        }
      }
    }

    /// The child for `key`, added if it is new.
    Node *add(const std::string &key);
  };

  Node root;

  /// The node of `pointer`, added if new; null if it is not a JSON pointer.
  Node *add(std::string_view pointer);

private:
  // Field names of one object rarely share length, first and last letter.
  static size_t hash(std::string_view key) {
    if (key.empty()) return 0;
    return key.size() * 31 + uint8_t(key.front()) * 7 + uint8_t(key.back());
  }

  // Inline, because a call of memcmp costs more than the few bytes of a field name.
  static bool isSame(const char *left, const char *right, size_t count) {
    if (count >= 8) return isSameInWords<uint64_t>(left, right, count);
    if (count >= 4) return isSameInWords<uint32_t>(left, right, count);
    return isSameInWords<uint8_t>(left, right, count);
  }

  template <typename Word>
  static bool isSameInWords(const char *left, const char *right, size_t count) {
    if (count == 0) return true;
    for (size_t offset = 0; offset + sizeof(Word) < count; offset += sizeof(Word)) {
      if (load<Word>(left + offset) != load<Word>(right + offset)) return false;
    }
    // The last word, some bytes of it a second time.
    size_t last = count - sizeof(Word);
    return load<Word>(left + last) == load<Word>(right + last);
  }

  template <typename Word> static Word load(const char *bytes) {
    Word word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
  }

  static std::optional<std::string> unescape(std::string_view token);
  static std::optional<size_t> arrayIndex(std::string_view token);
};

} // namespace afterclick
