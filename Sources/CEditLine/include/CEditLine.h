#ifndef CASEBOOK_EDIT_LINE_H
#define CASEBOOK_EDIT_LINE_H

#include "Interrupt.h"

// libedit's setters are variadic, which Swift cannot call; this is the part of it that the shell
// uses, with fixed arguments.

typedef struct casebook_editor casebook_editor;

// What casebook_editor_read gives instead of a length.
enum {
  CASEBOOK_EDITOR_END = 0,
  CASEBOOK_EDITOR_INTERRUPTED = -1,
};

// Opens an editor on standard input. NULL when there is no memory for it.
//
// The prompt goes to standard output if that is a terminal, else to standard error.
casebook_editor *casebook_editor_open(const char *program);

// Makes an entry the newest one that the up key recalls.
void casebook_editor_remember(casebook_editor *editor, const char *entry);

// Reads a line. Gives its length in bytes with the line break, or one of the constants above; the
// text belongs to the editor and is good until the next read.
int casebook_editor_read(casebook_editor *editor, const char *prompt, const char **line);

void casebook_editor_close(casebook_editor *editor);

#endif
