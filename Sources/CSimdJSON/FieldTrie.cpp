#include "FieldTrie.hpp"

#include <algorithm>

namespace afterclick {

FieldTrie::Index FieldTrie::add(std::string_view pointer) {
  if (!pointer.empty() && pointer.front() != '/') return none;
  // Checked as a whole before the first node is added, so that a bad pointer leaves no trace.
  std::vector<std::string> keys;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    size_t end = std::min(pointer.find('/'), pointer.size());
    auto key = unescape(pointer.substr(0, end));
    if (!key) return none;
    keys.push_back(std::move(*key));
    pointer.remove_prefix(end);
  }
  Index node = root;
  for (const auto &key : keys) node = child(node, key);
  return node;
}

FieldTrie::Index FieldTrie::child(Index parent, const std::string &key) {
  Node *node = &nodes[parent];
  if (!node->table.empty()) {
    Index known = node->find(key);
    if (known != none) return known;
  }
  Index added = Index(nodes.size());
  nodes.emplace_back();
  node = &nodes[parent];
  node->children.push_back({key, added});
  if (auto index = arrayIndex(key)) node->elements = std::max(node->elements, *index + 1);

  size_t capacity = 4;
  while (capacity < node->children.size() * 4) capacity *= 2;
  node->table.assign(capacity, none);
  for (Index number = 0; number < node->children.size(); number++) {
    size_t place = hash(node->children[number].key) & (capacity - 1);
    while (node->table[place] != none) place = (place + 1) & (capacity - 1);
    node->table[place] = number;
  }
  return added;
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
