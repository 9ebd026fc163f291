#include "FieldTrie.hpp"

#include <algorithm>

namespace afterclick {

FieldTrie::Node *FieldTrie::add(std::string_view pointer) {
  if (!pointer.empty() && pointer.front() != '/') return nullptr;
  // Checked as a whole before the first node is added, so that a bad pointer leaves no trace.
  std::vector<std::string> keys;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    size_t end = std::min(pointer.find('/'), pointer.size());
    auto key = unescape(pointer.substr(0, end));
    if (!key) return nullptr;
    keys.push_back(std::move(*key));
    pointer.remove_prefix(end);
  }
  Node *node = &root;
  for (const auto &key : keys) node = node->add(key);
  return node;
}

FieldTrie::Node *FieldTrie::Node::add(const std::string &key) {
  if (!table.empty()) {
    if (Node *known = find(key)) return known;
  }
  children.push_back({key, std::make_unique<Node>()});
  if (auto index = arrayIndex(key)) elements = std::max(elements, *index + 1);

  size_t capacity = 4;
  while (capacity < children.size() * 4) capacity *= 2;
  table.assign(capacity, Entry());
  mask = capacity - 1;
  for (const Child &child : children) {
    size_t place = hash(child.key) & mask;
    while (table[place].node) place = (place + 1) & mask;
    table[place] = {child.key.data(), child.key.size(), child.node.get()};
  }
  return children.back().node.get();
}

/// `~1` is a slash and `~0` a tilde; any other tilde is a mistake.
std::optional<std::string> FieldTrie::unescape(std::string_view token) {
  std::string key;
  for (size_t position = 0; position < token.size(); position++) {
    if (token[position] != '~') {
      key.push_back(token[position]);
      continue;
    }
    position++;
    if (position == token.size()) return std::nullopt;
    if (token[position] != '0' && token[position] != '1') return std::nullopt;
    key.push_back(token[position] == '0' ? '~' : '/');
  }
  return key;
}

/// A decimal number without leading zeros; `-`, the element after the last, never exists.
std::optional<size_t> FieldTrie::arrayIndex(std::string_view token) {
  if (token.empty() || token.size() > 9 || (token.size() > 1 && token[0] == '0')) {
    return std::nullopt;
  }
  size_t index = 0;
  for (char digit : token) {
    if (digit < '0' || digit > '9') return std::nullopt;
    index = index * 10 + size_t(digit - '0');
  }
  return index;
}

} // namespace afterclick
