#ifndef CASEBOOK_PAGER_H
#define CASEBOOK_PAGER_H

/// Starts a shell command that reads what is written to the descriptor returned; -1 when it cannot.
int casebook_pager_open(const char *command, int *process);

/// Waits until the command has ended.
void casebook_pager_wait(int process);

#endif
