#include "Interrupt.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "Terminal.h"

static volatile sig_atomic_t pending;
static volatile sig_atomic_t count;
static volatile sig_atomic_t has_warned;
static volatile sig_atomic_t leave_on_second;
static struct timespec first;
static sem_t wake;
static void (*notify_watcher)(void *);
static void *watcher_context;

// What is asked to stop stops within milliseconds. Should it not, the person must still be able to leave.
static void leave_what_hangs(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (now.tv_sec - first.tv_sec < 3) return;
  if (has_warned) {
    casebook_terminal_give_back();
    _exit(130);
  }
  has_warned = 1;
  static const char text[] =
      "\r\nThis statement does not stop. Ctrl-C once more ends the program at once.\r\n";
  if (write(STDERR_FILENO, text, sizeof text - 1) < 0) return;
}

static void on_interrupt(int signal) {
  (void)signal;
  if (pending && leave_on_second) _exit(130);
  int saved = errno;
  if (pending) {
    leave_what_hangs();
  } else {
    clock_gettime(CLOCK_MONOTONIC, &first);
    has_warned = 0;
  }
  pending = 1;
  count++;
  sem_post(&wake);
  casebook_terminal_wake();
  errno = saved;
}

// Notifies more than once because an interrupt may come just before the work it is meant for.
static void *watch(void *unused) {
  (void)unused;
  const struct timespec pause = {.tv_sec = 0, .tv_nsec = 5 * 1000 * 1000};
  for (;;) {
    while (sem_wait(&wake) != 0) {}
    while (pending) {
      notify_watcher(watcher_context);
      nanosleep(&pause, NULL);
    }
  }
  return NULL;
}

int casebook_interrupt_watch(void (*notify)(void *), void *context) {
  struct sigaction old;
  if (sigaction(SIGINT, NULL, &old) == 0 && old.sa_handler == SIG_IGN) return 0;
  notify_watcher = notify;
  watcher_context = context;
  sem_init(&wake, 0, 0);
  // The signal must not be taken by the watcher: a prompt that waits for a key needs it.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  int error = pthread_create(&thread, NULL, watch, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (error != 0) return error;
  pthread_detach(thread);
  struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  return 0;
}

int casebook_interrupt_is_pending(void) { return pending; }
int casebook_interrupt_count(void) { return count; }
void casebook_interrupt_clear(void) { pending = 0; }
void casebook_interrupt_leave_on_second(int leave) { leave_on_second = leave; }
