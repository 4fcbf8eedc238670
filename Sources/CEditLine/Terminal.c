#define _GNU_SOURCE

#include "Terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static struct termios found;
static struct termios taken;
static volatile sig_atomic_t is_taken;
static volatile sig_atomic_t was_resized;
static volatile sig_atomic_t was_resumed;
static int screen_descriptor = -1;
static int wake_pipe[2] = {-1, -1};

// Terminals mark the ends of what is pasted, so that a paste is told from typing.
static void mark_pastes(bool marks) {
  const char *text = marks ? "\033[?2004h" : "\033[?2004l";
  if (write(screen_descriptor, text, strlen(text)) < 0) return;
}

void casebook_terminal_wake(void) {
  if (wake_pipe[1] >= 0 && write(wake_pipe[1], "", 1) < 0) return;
}

static void handle(int signal_number, void (*handler)(int), int flags) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigemptyset(&action.sa_mask);
  sigaction(signal_number, &action, NULL);
}

static void on_resize(int signal_number) {
  (void)signal_number;
  int saved = errno;
  was_resized = 1;
  casebook_terminal_wake();
  errno = saved;
}

// Leaves the terminal as it was found, stops, and takes it again when the program goes on.
static void on_stop(int signal_number) {
  int saved = errno;
  struct termios before;
  bool knows = tcgetattr(STDIN_FILENO, &before) == 0;
  bool was_taken = is_taken;
  casebook_terminal_give_back();
  handle(signal_number, SIG_DFL, 0);
  sigset_t only, masked;
  sigemptyset(&only);
  sigaddset(&only, signal_number);
  raise(signal_number);
  sigprocmask(SIG_UNBLOCK, &only, &masked);
  // It stops here.
  sigprocmask(SIG_SETMASK, &masked, NULL);
  handle(signal_number, on_stop, SA_RESTART);
  if (was_taken) {
    if (knows) tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
    mark_pastes(true);
    is_taken = 1;
  }
  was_resumed = 1;
  casebook_terminal_wake();
  errno = saved;
}

static void on_end(int signal_number) {
  casebook_terminal_give_back();
  handle(signal_number, SIG_DFL, 0);
  raise(signal_number);
}

bool casebook_terminal_open(int screen) {
  if (tcgetattr(STDIN_FILENO, &found) != 0) return false;
  screen_descriptor = screen;
  taken = found;
  taken.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL | IEXTEN);
  // Enter is a carriage return, Ctrl-J a line feed; Ctrl-S and Ctrl-Q are keys.
  taken.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON);
  taken.c_cc[VMIN] = 1;
  taken.c_cc[VTIME] = 0;
  if (pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return false;
  handle(SIGWINCH, on_resize, SA_RESTART);
  handle(SIGTSTP, on_stop, SA_RESTART);
  handle(SIGTERM, on_end, 0);
  handle(SIGHUP, on_end, 0);
  handle(SIGQUIT, on_end, 0);
  atexit(casebook_terminal_give_back);
  return true;
}

static void set(bool keys_are_signals) {
  if (keys_are_signals) {
    taken.c_lflag |= ISIG;
  } else {
    taken.c_lflag &= ~(tcflag_t)ISIG;
  }
  tcsetattr(STDIN_FILENO, TCSADRAIN, &taken);
  if (!is_taken) mark_pastes(true);
  is_taken = 1;
}

void casebook_terminal_take(void) { set(true); }

void casebook_terminal_edit(void) { set(false); }

bool casebook_terminal_signal(int key) {
  int signal_number = key == found.c_cc[VINTR]   ? SIGINT
                      : key == found.c_cc[VSUSP] ? SIGTSTP
                      : key == found.c_cc[VQUIT] ? SIGQUIT
                                                 : 0;
  if (signal_number == 0 || key == _POSIX_VDISABLE) return false;
  raise(signal_number);
  return true;
}

void casebook_terminal_give_back(void) {
  if (!is_taken) return;
  is_taken = 0;
  mark_pastes(false);
  tcsetattr(STDIN_FILENO, TCSADRAIN, &found);
}

bool casebook_terminal_wait(int milliseconds) {
  struct pollfd sources[2] = {
      {.fd = STDIN_FILENO, .events = POLLIN}, {.fd = wake_pipe[0], .events = POLLIN}};
  int count = poll(sources, wake_pipe[0] >= 0 ? 2 : 1, milliseconds);
  if (count > 0 && (sources[1].revents & POLLIN)) {
    char part[64];
    while (read(wake_pipe[0], part, sizeof part) > 0) {}
    return false;
  }
  return count > 0;
}

bool casebook_terminal_was_resized(void) {
  bool was = was_resized;
  was_resized = 0;
  return was;
}

bool casebook_terminal_was_resumed(void) {
  bool was = was_resumed;
  was_resumed = 0;
  return was;
}
