#ifndef CASEBOOK_INTERRUPT_H
#define CASEBOOK_INTERRUPT_H

// Ctrl-C. A signal handler may do next to nothing, so it sets a flag and wakes a thread, and the
// thread calls back into Swift.

// Starts to watch; `notify` is called on a thread of its own, again and again until the flag is
// cleared. An interrupt that the parent had ignored stays so. Gives 0, or an error number.
int casebook_interrupt_watch(void (*notify)(void *context), void *context);

// Whether an interrupt came since the flag was last cleared.
int casebook_interrupt_is_pending(void);
void casebook_interrupt_clear(void);

// How many interrupts there were so far.
int casebook_interrupt_count(void);

// Whether an interrupt that comes while another is pending ends the program.
void casebook_interrupt_leave_on_second(int leave);

#endif
