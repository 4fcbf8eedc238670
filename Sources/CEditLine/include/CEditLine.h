#ifndef CASEBOOK_EDIT_LINE_H
#define CASEBOOK_EDIT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "Interrupt.h"
#include "Pager.h"
#include "Terminal.h"

// libedit keeps the text, the key maps (emacs and vi) and the person's `.editrc`. It draws nothing that
// anyone sees: its own drawing cannot show a text taller than the screen, nor colour. Whoever hands it
// keys draws the text before each one.
//
// libedit's setters are variadic, which Swift cannot call; this is the part of it that the shell uses,
// with fixed arguments. Texts are Unicode scalars, as libedit keeps them.

typedef struct casebook_editor casebook_editor;

typedef struct {
  void *context;
  // Waits for the next key. False ends the reading.
  bool (*next_key)(void *context, uint32_t *key);
  // Runs a function of the list that the editor was opened with. False ends the reading.
  bool (*perform)(void *context, int function);
} casebook_editor_calls;

// Opens an editor on standard input, which must be a terminal, with functions by these names. NULL when
// that cannot be.
casebook_editor *casebook_editor_open(
    const char *program, casebook_editor_calls calls, const char *const *names, int count);

void casebook_editor_close(casebook_editor *editor);

// Reads a text: begins with none and hands keys to functions until one of the calls ends it.
void casebook_editor_read(casebook_editor *editor);

// "emacs" or "vi". All bindings are forgotten.
void casebook_editor_use_mode(casebook_editor *editor, const char *mode);

// Binds a key to a function by name; `alternative` is vi's map of commands.
void casebook_editor_bind(
    casebook_editor *editor, const char *key, const char *function, bool alternative);

// Reads the person's own bindings.
void casebook_editor_read_bindings(casebook_editor *editor);

// The text being edited and the place in it; good until it is changed.
const uint32_t *casebook_editor_text(casebook_editor *editor, size_t *count, size_t *cursor);

// Inserts before the cursor; `text` ends with 0.
void casebook_editor_insert(casebook_editor *editor, const uint32_t *text);

// Deletes so many scalars before the cursor.
void casebook_editor_delete(casebook_editor *editor, size_t count);

// Moves the cursor to a place.
void casebook_editor_move(casebook_editor *editor, size_t cursor);

#endif
