#pragma once
// simdjson for Swift: reads chosen fields of a JSON document in one walk.
//
// A reader is told once which JSON pointers (RFC 6901) are wanted. Each document is then parsed and
// validated whole, and walked once; the values found lie in an array of slots, one per pointer.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct afterclick_json_reader afterclick_json_reader;

/// What a slot holds.
enum {
  AFTERCLICK_JSON_MISSING = 0,
  AFTERCLICK_JSON_NULL = 1,
  /// `bits` is 0 or 1.
  AFTERCLICK_JSON_BOOL = 2,
  /// `bits` is an int64_t.
  AFTERCLICK_JSON_INTEGER = 3,
  /// `bits` is a double.
  AFTERCLICK_JSON_NUMBER = 4,
  /// `bits` is the address of `length` bytes of UTF-8, unescaped.
  AFTERCLICK_JSON_TEXT = 5,
  AFTERCLICK_JSON_OBJECT = 6,
  AFTERCLICK_JSON_ARRAY = 7,
  /// An integer that only fits uint64_t, which `bits` is.
  AFTERCLICK_JSON_UNSIGNED = 8,
};

typedef struct afterclick_json_slot {
  uint64_t bits;
  uint32_t length;
  uint32_t kind;
} afterclick_json_slot;

/// Results of `afterclick_json_read` that a caller tells apart; all others are invalid JSON.
enum {
  AFTERCLICK_JSON_SUCCESS = 0,
  /// Nothing but white space.
  AFTERCLICK_JSON_EMPTY = -1,
  AFTERCLICK_JSON_OUT_OF_MEMORY = -2,
};

/// The slot number that says "not a JSON pointer".
#define AFTERCLICK_JSON_NO_SLOT UINT32_MAX

/// NULL if memory ran out. Slot 0 is the document itself, the empty pointer.
afterclick_json_reader *afterclick_json_create(void);
void afterclick_json_destroy(afterclick_json_reader *reader);

/// The slot of `pointer`, new or the one it already has; AFTERCLICK_JSON_NO_SLOT if the text is no
/// JSON pointer (or memory ran out). To be called before the first document is read.
uint32_t afterclick_json_add_pointer(
    afterclick_json_reader *reader, const char *pointer, size_t length);

/// Makes `pointer` another name for what is in `slot`; false if it already has a slot of its own or
/// is no JSON pointer. Where a document has both names the later one counts, but null never.
bool afterclick_json_add_alias(
    afterclick_json_reader *reader, const char *pointer, size_t length, uint32_t slot);

/// The slots, in the order in which their pointers were added. They stay where they are once the
/// last pointer is added; text in them lives until the next read.
const afterclick_json_slot *afterclick_json_slots(const afterclick_json_reader *reader);

/// The memory from the first text in a slot to the end of the last, to be copied at once. What lies
/// between the texts is not text.
const char *afterclick_json_texts(const afterclick_json_reader *reader, size_t *length);

/// Parses the document, all of it, and fills the slots. Of duplicate keys the last one counts.
int32_t afterclick_json_read(afterclick_json_reader *reader, const void *bytes, size_t length);

/// Gives what is in Snowplow's self-describing columns, which are in three slots, the flat names of
/// its Analytics SDKs, below the pointer of the slot `place`. False if memory ran out.
///
/// `iglu:com.acme/User/jsonschema/1-0-2` becomes `contexts_com_acme_user_1`, an array of all such
/// entities, or `unstruct_event_com_acme_user_1`. To be called after a read, before its texts are
/// copied.
bool afterclick_json_expand(
    afterclick_json_reader *reader, uint32_t contexts, uint32_t event, uint32_t derived,
    uint32_t place);

/// Whether the bytes are UTF-8.
bool afterclick_json_is_utf8(const void *bytes, size_t length);

/// Begins a walk over the elements of the array that `slot` holds; false if it holds none. Each
/// element then stands where the pointer of the slot `place` says: at slot 0 it is the document.
bool afterclick_json_begin_elements(
    afterclick_json_reader *reader, uint32_t slot, uint32_t place);

/// Fills all slots anew from the next element; false after the last.
bool afterclick_json_next_element(afterclick_json_reader *reader);

/// simdjson's words for a result. Static text.
const char *afterclick_json_message(int32_t result);

#ifdef __cplusplus
}
#endif
