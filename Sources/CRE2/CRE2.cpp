#include "CRE2.h"

#include <re2/re2.h>

#include <map>
#include <new>
#include <string>
#include <vector>

using re2::RE2;
using re2::StringPiece;

struct cre2_expression {
  RE2 pattern;
  cre2_expression(const StringPiece &text, const RE2::Options &options) : pattern(text, options) {}
};

cre2_expression *cre2_compile(const char *pattern, size_t length, int flags) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!(flags & CRE2_IGNORE_CASE));
  options.set_dot_nl(flags & CRE2_DOT_MATCHES_NEWLINE);
  options.set_literal(flags & CRE2_LITERAL);
  options.set_longest_match(flags & CRE2_LONGEST_MATCH);
  // Outside of POSIX syntax RE2 knows multi-line mode only as a flag of the text.
  std::string text(pattern, length);
  if (flags & CRE2_MULTI_LINE) text.insert(0, "(?m)");
  return new (std::nothrow) cre2_expression(text, options);
}

void cre2_free(cre2_expression *expression) { delete expression; }

const char *cre2_error(const cre2_expression *expression, const char **argument,
                       size_t *argument_length) {
  if (expression->pattern.ok()) return nullptr;
  const std::string &part = expression->pattern.error_arg();
  *argument = part.data();
  *argument_length = part.size();
  return expression->pattern.error().c_str();
}

int cre2_group_count(const cre2_expression *expression) {
  return expression->pattern.NumberOfCapturingGroups();
}

int cre2_group_number(const cre2_expression *expression, const char *name, size_t length) {
  const std::map<std::string, int> &groups = expression->pattern.NamedCapturingGroups();
  auto found = groups.find(std::string(name, length));
  return found == groups.end() ? -1 : found->second;
}

bool cre2_match(const cre2_expression *expression, const char *text, size_t length, size_t start,
                ptrdiff_t *bounds, int bound_pairs) {
  // Groups beyond the usual few take the slow path through the heap.
  StringPiece few[16];
  std::vector<StringPiece> many;
  StringPiece *parts = few;
  if (bound_pairs > 16) {
    many.resize(bound_pairs);
    parts = many.data();
  }
  StringPiece subject(text, length);
  if (!expression->pattern.Match(subject, start, length, RE2::UNANCHORED, parts, bound_pairs)) {
    return false;
  }
  for (int index = 0; index < bound_pairs; index++) {
    const StringPiece &part = parts[index];
    const bool matched = part.data() != nullptr;
    bounds[2 * index] = matched ? part.data() - text : -1;
    bounds[2 * index + 1] = matched ? part.data() - text + (ptrdiff_t)part.size() : -1;
  }
  return true;
}

bool cre2_is_match(const cre2_expression *expression, const char *text, size_t length) {
  return expression->pattern.Match(StringPiece(text, length), 0, length, RE2::UNANCHORED, nullptr,
                                   0);
}

bool cre2_is_full_match(const cre2_expression *expression, const char *text, size_t length) {
  return expression->pattern.Match(StringPiece(text, length), 0, length, RE2::ANCHOR_BOTH, nullptr,
                                   0);
}
