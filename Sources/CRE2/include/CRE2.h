// A C face of RE2, Google's regular expressions that run in linear time.
#ifndef CRE2_H
#define CRE2_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Options of `cre2_compile`, to be added up.
enum {
  CRE2_IGNORE_CASE = 1,
  CRE2_DOT_MATCHES_NEWLINE = 2,
  CRE2_MULTI_LINE = 4,
  CRE2_LITERAL = 8,
  CRE2_LONGEST_MATCH = 16,
};

/// A compiled expression; matching with it from several threads at once is safe.
typedef struct cre2_expression cre2_expression;

/// Compiles UTF-8 text. Never null unless memory runs out; ask `cre2_error` whether it is valid.
cre2_expression *cre2_compile(const char *pattern, size_t length, int options);
void cre2_free(cre2_expression *expression);

/// Null for a valid expression, else a message; `argument` is set to the offending part.
const char *cre2_error(const cre2_expression *expression, const char **argument,
                       size_t *argument_length);

/// Number of capturing groups.
int cre2_group_count(const cre2_expression *expression);
/// Number of the group with a name, or -1.
int cre2_group_number(const cre2_expression *expression, const char *name, size_t length);

/// Looks for the first match at or after `start`. Fills `bounds` with start and end offsets of the
/// whole match and of groups, `bound_pairs` pairs in all; -1 for a group that took no part.
bool cre2_match(const cre2_expression *expression, const char *text, size_t length, size_t start,
                ptrdiff_t *bounds, int bound_pairs);

/// Whether any part of the text matches.
bool cre2_is_match(const cre2_expression *expression, const char *text, size_t length);

/// Whether the whole text matches.
bool cre2_is_full_match(const cre2_expression *expression, const char *text, size_t length);

#ifdef __cplusplus
}
#endif

#endif
