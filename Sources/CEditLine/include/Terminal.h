#ifndef CASEBOOK_TERMINAL_H
#define CASEBOOK_TERMINAL_H

#include <stdbool.h>

// The terminal that standard input is: its modes, and the signals that concern it.

// Takes note of the terminal as it is, to leave it so. `screen` is the descriptor to draw on. Gives
// false when standard input is no terminal.
bool casebook_terminal_open(int screen);

// Keys come one by one, are not shown, and Ctrl-C is a signal: so that what is typed or pasted while a
// statement runs is there, whole, at the next prompt.
void casebook_terminal_take(void);

// The same, but Ctrl-C is a key, too: one inside a pasted text must stop nothing.
void casebook_terminal_edit(void);

// Sends this program the signal of a key that is no signal while a text is edited; false for other keys.
bool casebook_terminal_signal(int key);

// As it was found, for another program or at the end.
void casebook_terminal_give_back(void);

// Waits for a key, or until a signal came; false when it was a signal. A wait of `milliseconds` that
// passes without either gives false, too; below 0 there is no bound.
bool casebook_terminal_wait(int milliseconds);

// Ends a wait; a signal handler may call it.
void casebook_terminal_wake(void);

// Whether the window's size changed, or the program was stopped and goes on, since the last call.
bool casebook_terminal_was_resized(void);
bool casebook_terminal_was_resumed(void);

#endif
