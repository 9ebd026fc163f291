#include "CSimdJSON.h"
#include "FieldTrie.hpp"
#include "SchemaName.hpp"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <new>

using afterclick::FieldTrie;
using afterclick::SchemaName;
namespace dom = simdjson::dom;

struct afterclick_json_reader {
  dom::parser parser;
  FieldTrie trie;
  std::vector<afterclick_json_slot> slots;
  /// For slots that hold an array or an object: what they hold.
  std::vector<dom::element> values;
  /// The node of each slot: where the elements of a walk are put in its place.
  std::vector<FieldTrie::Node *> nodes;
  uint64_t walk = 0;
  uint64_t list = 0;
  SchemaName schemaName;
  /// Where the texts in slots begin and end in simdjson's buffer; null without any.
  const char *textStart = nullptr;
  const char *textEnd = nullptr;

  /// simdjson reads a little beyond the document, so it gets a copy with room behind it.
  std::unique_ptr<uint8_t[]> buffer;
  size_t capacity = 0;

  dom::array::iterator element;
  dom::array::iterator elementsEnd;
  /// The node that each element of the walk is a value for.
  FieldTrie::Node *elementNode = nullptr;
  bool hasElements = false;

  uint32_t addPointer(std::string_view pointer) {
    FieldTrie::Node *node = trie.add(pointer);
    if (!node) return AFTERCLICK_JSON_NO_SLOT;
    if (node->slot == FieldTrie::Node::noSlot) {
      slots.push_back({});
      values.push_back({});
      nodes.push_back(node);
      node->slot = uint32_t(slots.size() - 1);
    }
    return node->slot;
  }

  bool addAlias(std::string_view pointer, uint32_t slot) {
    FieldTrie::Node *node = trie.add(pointer);
    if (!node) return false;
    if (node->slot == FieldTrie::Node::noSlot) node->slot = slot;
    return node->slot == slot;
  }

  int32_t read(const void *bytes, size_t length) {
    hasElements = false;
    if (length > capacity) grow(length);
    std::memcpy(buffer.get(), bytes, length);
    dom::element document;
    auto error = parser.parse(buffer.get(), length, false).get(document);
    if (error == simdjson::EMPTY) return AFTERCLICK_JSON_EMPTY;
    if (error == simdjson::MEMALLOC) return AFTERCLICK_JSON_OUT_OF_MEMORY;
    if (error) return int32_t(error);
    fillSlots(trie.root, document);
    return AFTERCLICK_JSON_SUCCESS;
  }

  void fillSlots(FieldTrie::Node &node, dom::element value) {
    std::fill(slots.begin(), slots.end(), afterclick_json_slot{});
    textStart = textEnd = nullptr;
    walk++;
    fill(node, value);
  }

  /// Each entity of the list in `slot` becomes an element of the array that its schema names.
  void expandContexts(uint32_t slot, FieldTrie::Node &place) {
    dom::array entities;
    if (slots[slot].kind != AFTERCLICK_JSON_OBJECT) return;
    if (values[slot]["data"].get(entities)) return;
    list++;
    for (auto entity : entities) {
      FieldTrie::Node *node = find("contexts_", entity, place);
      if (!node) continue;
      if (node->list != list) {
        // Of two lists that have the same entities the later one counts.
        if (node->walk == walk) forget(*node);
        node->walk = walk;
        node->list = list;
        node->found = 0;
        if (node->slot != FieldTrie::Node::noSlot) {
          slots[node->slot] = {0, 0, AFTERCLICK_JSON_ARRAY};
          values[node->slot] = values[slot]["data"].value_unsafe();
        }
      }
      dom::element data;
      size_t number = node->found++;
      if (number < node->elements && !entity["data"].get(data)) fillElement(*node, number, data);
    }
  }

  /// What is inside the self-describing event in `slot` gets the name that its schema gives it.
  void expandEvent(uint32_t slot, FieldTrie::Node &place) {
    dom::element event, data;
    if (slots[slot].kind != AFTERCLICK_JSON_OBJECT) return;
    if (values[slot]["data"].get(event)) return;
    FieldTrie::Node *node = find("unstruct_event_", event, place);
    if (node && !event["data"].get(data)) fill(*node, data);
  }

private:
  /// The node below `place` that wants self-describing data of this schema; null without one.
  FieldTrie::Node *find(
      std::string_view prefix, dom::element entity, const FieldTrie::Node &place) {
    std::string_view schema;
    if (entity["schema"].get(schema)) return nullptr;
    if (!schemaName.flatten(prefix, schema)) return nullptr;
    return place.find(schemaName.text);
  }

  /// Doubling, because simdjson itself would reallocate for every new longest document.
  void grow(size_t length) {
    size_t larger = std::max<size_t>(4096, capacity);
    while (larger < length) larger *= 2;
    buffer = nullptr;
    capacity = 0;
    buffer.reset(new uint8_t[larger + simdjson::SIMDJSON_PADDING]());
    capacity = larger;
    // A failure shows again, as an error of the parse that follows.
    (void)parser.allocate(larger);
  }

  // Recursion is as deep as the longest pointer, whatever the document.
  void fill(FieldTrie::Node &node, dom::element value) {
    if (node.walk == walk) forget(node);
    node.walk = walk;
    if (node.slot != FieldTrie::Node::noSlot) store(node.slot, value);
    if (node.children.empty()) return;
    if (value.is_object()) {
      for (auto field : dom::object(value.get_object().value_unsafe())) {
        if (auto *child = node.find(field.key)) fill(*child, field.value);
      }
    } else if (node.elements > 0 && value.is_array()) {
      fillElements(node, value.get_array().value_unsafe());
    }
  }

  void fillElements(const FieldTrie::Node &node, dom::array array) {
    size_t number = 0;
    for (auto element : array) {
      if (number == node.elements) break;
      fillElement(node, number++, element);
    }
  }

  void fillElement(const FieldTrie::Node &node, size_t number, dom::element element) {
    char text[20];
    auto end = std::to_chars(text, text + sizeof text, number).ptr;
    auto *child = node.find(std::string_view(text, size_t(end - text)));
    if (child) fill(*child, element);
  }

  /// The key comes again: what the earlier value held below it no longer counts.
  void forget(const FieldTrie::Node &node) {
    if (node.slot != FieldTrie::Node::noSlot) slots[node.slot] = {};
    for (const auto &child : node.children) forget(*child.node);
  }

  void store(uint32_t number, dom::element value) {
    afterclick_json_slot &slot = slots[number];
    // A key under its other name: null does not take away what the first one said.
    if (slot.kind != AFTERCLICK_JSON_MISSING && value.is_null()) return;
    switch (value.type()) {
    case dom::element_type::STRING: {
      std::string_view text = value.get_string().value_unsafe();
      slot = {uint64_t(reinterpret_cast<uintptr_t>(text.data())), uint32_t(text.size()),
              AFTERCLICK_JSON_TEXT};
      if (!textStart || text.data() < textStart) textStart = text.data();
      textEnd = std::max(textEnd, text.data() + text.size());
      break;
    }
    case dom::element_type::INT64:
      slot = {uint64_t(value.get_int64().value_unsafe()), 0, AFTERCLICK_JSON_INTEGER};
      break;
    case dom::element_type::UINT64:
      slot = {value.get_uint64().value_unsafe(), 0, AFTERCLICK_JSON_UNSIGNED};
      break;
    case dom::element_type::DOUBLE: {
      double number = value.get_double().value_unsafe();
      slot = {0, 0, AFTERCLICK_JSON_NUMBER};
      std::memcpy(&slot.bits, &number, sizeof slot.bits);
      break;
    }
    case dom::element_type::BOOL:
      slot = {value.get_bool().value_unsafe() ? 1u : 0u, 0, AFTERCLICK_JSON_BOOL};
      break;
    case dom::element_type::NULL_VALUE:
      slot = {0, 0, AFTERCLICK_JSON_NULL};
      break;
    case dom::element_type::OBJECT:
      slot = {0, 0, AFTERCLICK_JSON_OBJECT};
      values[number] = value;
      break;
    case dom::element_type::ARRAY:
      slot = {0, 0, AFTERCLICK_JSON_ARRAY};
      values[number] = value;
      break;
    }
  }
};

// No C++ exception may reach Swift: whatever allocates is inside a `try`.
extern "C" {

afterclick_json_reader *afterclick_json_create(void) {
  try {
    auto reader = std::make_unique<afterclick_json_reader>();
    reader->addPointer("");
    return reader.release();
  } catch (...) {
    return nullptr;
  }
}

void afterclick_json_destroy(afterclick_json_reader *reader) { delete reader; }

uint32_t afterclick_json_add_pointer(
    afterclick_json_reader *reader, const char *pointer, size_t length) {
  try {
    return reader->addPointer(std::string_view(pointer, length));
  } catch (...) {
    return AFTERCLICK_JSON_NO_SLOT;
  }
}

const afterclick_json_slot *afterclick_json_slots(const afterclick_json_reader *reader) {
  return reader->slots.data();
}

const char *afterclick_json_texts(const afterclick_json_reader *reader, size_t *length) {
  *length = size_t(reader->textEnd - reader->textStart);
  return reader->textStart;
}

int32_t afterclick_json_read(afterclick_json_reader *reader, const void *bytes, size_t length) {
  if (length == 0) return AFTERCLICK_JSON_EMPTY;
  try {
    return reader->read(bytes, length);
  } catch (...) {
    return AFTERCLICK_JSON_OUT_OF_MEMORY;
  }
}

bool afterclick_json_add_alias(
    afterclick_json_reader *reader, const char *pointer, size_t length, uint32_t slot) {
  try {
    return reader->addAlias(std::string_view(pointer, length), slot);
  } catch (...) {
    return false;
  }
}

bool afterclick_json_expand(
    afterclick_json_reader *reader, uint32_t contexts, uint32_t event, uint32_t derived,
    uint32_t place) {
  try {
    FieldTrie::Node &node = *reader->nodes[place];
    reader->expandContexts(contexts, node);
    reader->expandEvent(event, node);
    reader->expandContexts(derived, node);
    return true;
  } catch (...) {
    return false;
  }
}

bool afterclick_json_is_utf8(const void *bytes, size_t length) {
  return simdjson::validate_utf8(static_cast<const char *>(bytes), length);
}

bool afterclick_json_begin_elements(
    afterclick_json_reader *reader, uint32_t slot, uint32_t place) {
  if (reader->slots[slot].kind != AFTERCLICK_JSON_ARRAY) return false;
  reader->elementNode = reader->nodes[place];
  dom::array array = reader->values[slot].get_array().value_unsafe();
  reader->element = array.begin();
  reader->elementsEnd = array.end();
  reader->hasElements = true;
  return true;
}

bool afterclick_json_next_element(afterclick_json_reader *reader) {
  if (!reader->hasElements || !(reader->element != reader->elementsEnd)) {
    reader->hasElements = false;
    return false;
  }
  reader->fillSlots(*reader->elementNode, *reader->element);
  ++reader->element;
  return true;
}

const char *afterclick_json_message(int32_t result) {
  switch (result) {
  case AFTERCLICK_JSON_SUCCESS:
    return "No error";
  case AFTERCLICK_JSON_EMPTY:
    return "Empty: no JSON found";
  case AFTERCLICK_JSON_OUT_OF_MEMORY:
    return "Out of memory";
  default:
    return simdjson::error_message(simdjson::error_code(result));
  }
}
}
