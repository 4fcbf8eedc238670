#include "CEditLine.h"

#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

_Static_assert(sizeof(wchar_t) == sizeof(uint32_t), "a wide character holds a Unicode scalar");

struct casebook_editor {
  EditLine *line;
  FILE *nowhere;
  casebook_editor_calls calls;
};

static casebook_editor *editor_of(EditLine *line) {
  void *editor = NULL;
  el_wget(line, EL_CLIENTDATA, &editor);
  return editor;
}

// In a locale without UTF-8 libedit drops every other character than ASCII.
static void use_utf8(void) {
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
}

static wchar_t *no_prompt(EditLine *line) {
  (void)line;
  return L"";
}

static int next_key(EditLine *line, wchar_t *key) {
  casebook_editor *editor = editor_of(line);
  uint32_t scalar = 0;
  bool stays = editor->calls.next_key(editor->calls.context, &scalar);
  *key = (wchar_t)scalar;
  // The number of characters, or what libedit takes for an error.
  return stays ? 1 : -1;
}

static unsigned char perform(EditLine *line, int function) {
  casebook_editor *editor = editor_of(line);
  return editor->calls.perform(editor->calls.context, function) ? CC_REFRESH : CC_NEWLINE;
}

// libedit does not tell a function by which name it was called, so each has a function of its own.
#define TEN(X, tens) \
  X(tens##0) X(tens##1) X(tens##2) X(tens##3) X(tens##4) \
  X(tens##5) X(tens##6) X(tens##7) X(tens##8) X(tens##9)
#define ALL(X) TEN(X, 1) TEN(X, 2) TEN(X, 3) TEN(X, 4) TEN(X, 5) TEN(X, 6)
enum { FIRST = 10, COUNT = 60 };
#define DEFINE(n) \
  static unsigned char function##n(EditLine *line, wint_t key) { \
    (void)key; \
    return perform(line, n - FIRST); \
  }
ALL(DEFINE)
#define NAME(n) function##n,
static unsigned char (*const functions[COUNT])(EditLine *, wint_t) = {ALL(NAME)};

casebook_editor *casebook_editor_open(
    const char *program, casebook_editor_calls calls, const char *const *names, int count) {
  casebook_editor *editor = calloc(1, sizeof *editor);
  if (editor == NULL || count > COUNT) {
    free(editor);
    return NULL;
  }
  use_utf8();
  editor->calls = calls;
  editor->nowhere = fopen("/dev/null", "w");
  if (editor->nowhere != NULL) {
    // libedit looks at the descriptors to know a terminal, and writes to the streams.
    editor->line = el_init_fd(
        program, stdin, editor->nowhere, editor->nowhere, STDIN_FILENO, STDIN_FILENO, STDIN_FILENO);
  }
  if (editor->line == NULL) {
    casebook_editor_close(editor);
    return NULL;
  }
  el_wset(editor->line, EL_CLIENTDATA, editor);
  el_wset(editor->line, EL_PROMPT, no_prompt);
  el_wset(editor->line, EL_SIGNAL, 0);
  el_wset(editor->line, EL_GETCFN, next_key);
  for (int index = 0; index < count; index++) {
    el_set(editor->line, EL_ADDFN, names[index], names[index], functions[index]);
  }
  return editor;
}

void casebook_editor_close(casebook_editor *editor) {
  if (editor->line != NULL) el_end(editor->line);
  if (editor->nowhere != NULL) fclose(editor->nowhere);
  free(editor);
}

void casebook_editor_read(casebook_editor *editor) {
  int count = 0;
  el_wgets(editor->line, &count);
}

void casebook_editor_use_mode(casebook_editor *editor, const char *mode) {
  el_set(editor->line, EL_EDITOR, mode);
}

void casebook_editor_bind(
    casebook_editor *editor, const char *key, const char *function, bool alternative) {
  if (alternative) {
    el_set(editor->line, EL_BIND, "-a", key, function, NULL);
  } else {
    el_set(editor->line, EL_BIND, key, function, NULL);
  }
}

void casebook_editor_read_bindings(casebook_editor *editor) { el_source(editor->line, NULL); }

const uint32_t *casebook_editor_text(casebook_editor *editor, size_t *count, size_t *cursor) {
  const LineInfoW *info = el_wline(editor->line);
  *count = (size_t)(info->lastchar - info->buffer);
  *cursor = (size_t)(info->cursor - info->buffer);
  return (const uint32_t *)info->buffer;
}

void casebook_editor_insert(casebook_editor *editor, const uint32_t *text) {
  el_winsertstr(editor->line, (const wchar_t *)text);
}

void casebook_editor_delete(casebook_editor *editor, size_t count) {
  el_deletestr(editor->line, (int)count);
}

void casebook_editor_move(casebook_editor *editor, size_t cursor) {
  const LineInfoW *info = el_wline(editor->line);
  el_cursor(editor->line, (int)((ptrdiff_t)cursor - (info->cursor - info->buffer)));
}
