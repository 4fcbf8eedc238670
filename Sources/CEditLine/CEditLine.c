#include "CEditLine.h"

#include <errno.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct casebook_editor {
  EditLine *line;
  History *history;
  FILE *output;
  const char *prompt;
};

// Entries that the up key can reach.
enum { HISTORY_SIZE = 10000 };

static char *prompt_of(EditLine *line) {
  casebook_editor *editor = NULL;
  el_get(line, EL_CLIENTDATA, &editor);
  return (char *)editor->prompt;
}

// In a locale without UTF-8 libedit drops every other character than ASCII.
static void use_utf8(void) {
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
}

casebook_editor *casebook_editor_open(const char *program) {
  casebook_editor *editor = calloc(1, sizeof *editor);
  if (editor == NULL) return NULL;
  use_utf8();
  editor->output = isatty(STDOUT_FILENO) ? stdout : stderr;
  editor->prompt = "";
  editor->line = el_init(program, stdin, editor->output, stderr);
  editor->history = history_init();
  if (editor->line == NULL || editor->history == NULL) {
    casebook_editor_close(editor);
    return NULL;
  }
  HistEvent event;
  history(editor->history, &event, H_SETSIZE, HISTORY_SIZE);
  history(editor->history, &event, H_SETUNIQUE, 1);
  el_set(editor->line, EL_CLIENTDATA, editor);
  el_set(editor->line, EL_PROMPT, prompt_of);
  // The default is vi; the person's own file has the last word.
  el_set(editor->line, EL_EDITOR, "emacs");
  el_set(editor->line, EL_HIST, history, editor->history);
  el_set(editor->line, EL_BIND, "^R", "em-inc-search-prev", NULL);
  el_set(editor->line, EL_SIGNAL, 1);
  el_source(editor->line, NULL);
  return editor;
}

void casebook_editor_remember(casebook_editor *editor, const char *entry) {
  HistEvent event;
  history(editor->history, &event, H_ENTER, entry);
}

int casebook_editor_read(casebook_editor *editor, const char *prompt, const char **line) {
  int length = 0;
  editor->prompt = prompt;
  casebook_interrupt_clear();
  casebook_interrupt_restart_calls(0);
  errno = 0;
  *line = el_gets(editor->line, &length);
  int error = errno;
  casebook_interrupt_restart_calls(1);
  if (casebook_interrupt_is_pending()) {
    casebook_interrupt_clear();
    el_reset(editor->line);
    fputc('\n', editor->output);
    fflush(editor->output);
    return CASEBOOK_EDITOR_INTERRUPTED;
  }
  if (*line != NULL && length > 0) return length;
  return length < 0 && error == EINTR ? CASEBOOK_EDITOR_INTERRUPTED : CASEBOOK_EDITOR_END;
}

void casebook_editor_close(casebook_editor *editor) {
  if (editor->line != NULL) el_end(editor->line);
  if (editor->history != NULL) history_end(editor->history);
  free(editor);
}
