# Reports the Swift functions (and initializers, subscripts, computed properties) with more than `longest` lines of
# code: neither blank nor comment. Fails if there are any.
#
#     awk -v longest=40 -f scripts/functions.awk Sources/WeftTensor/Tensor/*.swift
#
# A scanner, not a parser: it knows comments, string literals and their interpolations, which is enough to match braces.

FNR == 1 { depth = parens = comment = levels = open = 0; pending = "" }

{
  line = scan($0)
  code = line ~ /[^ \t]/
  if (levels == 0 && isDeclaration(line)) {
    pending = line
    start = FNR
    pendingParens = startParens
    pendingCode = 0
  }
  if (code) count()
  match_braces(line)
}

END { exit failed }

# Whether a line, without its text, begins something with a body.
function isDeclaration(line) {
  startParens = parens
  if (line ~ /^ *(@?[a-z]+(\([a-z]+\))? +)*(func +[^ ]|init[?]?[(<]|deinit|subscript[(<])/) return 1
  return line ~ /^ *(@?[a-z]+(\([a-z]+\))? +)*var +[^=]*\{ *$/
}

function count(  i) {
  for (i = 1; i <= open; i++) size[i]++
  if (pending != "") pendingCode++
}

# Opens a body at the first brace after a declaration that is in no parentheses; closes it at the matching one.
function match_braces(line,  i, c) {
  for (i = 1; i <= length(line); i++) {
    c = substr(line, i, 1)
    if (c == "(") parens++
    else if (c == ")") parens--
    else if (c == "{") {
      depth++
      if (pending != "" && parens == pendingParens) begin()
    } else if (c == "}") {
      if (open > 0 && bodyDepth[open] == depth) finish()
      depth--
      if (parens == pendingParens) pending = ""
    }
  }
}

function begin() {
  open++
  bodyDepth[open] = depth
  size[open] = pendingCode
  first[open] = start
  title[open] = pending
  pending = ""
}

function finish() {
  if (size[open] > longest) {
    gsub(/^ +| *\{ *$/, "", title[open])
    printf "%s:%d: %d lines: %s\n", FILENAME, first[open], size[open], title[open]
    failed = 1
  }
  open--
}

# The line without its comments and with every text as one quote. `comment` is the depth of /* */; `levels` counts
# open texts and interpolations: kind[] is "s" for "...", "m" for a text of several lines, "i" for \( ).
function scan(text,  i, c, out, top) {
  out = ""
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    top = levels > 0 ? kind[levels] : ""
    if (comment > 0) {
      if (substr(text, i, 2) == "*/") { comment--; i++ }
      else if (substr(text, i, 2) == "/*") { comment++; i++ }
    } else if (top == "s" || top == "m") {
      if (substr(text, i, 2) == "\\(") { kind[++levels] = "i"; nested[levels] = 1; i++ }
      else if (c == "\\") i++
      else if (top == "m" && substr(text, i, 3) == "\"\"\"") { levels--; i += 2 }
      else if (top == "s" && c == "\"") levels--
      if (levels > 0 && c ~ /[^ \t]/) out = out "\""
    } else if (substr(text, i, 2) == "//") break
    else if (substr(text, i, 2) == "/*") { comment++; i++ }
    else if (substr(text, i, 3) == "\"\"\"") { kind[++levels] = "m"; i += 2; out = out "\"" }
    else if (c == "\"") { kind[++levels] = "s"; out = out "\"" }
    else if (top == "i") {
      if (c == "(") nested[levels]++
      if (c == ")" && --nested[levels] == 0) levels--
    } else out = out c
  }
  # A text on one line ends with it.
  while (levels > 0 && kind[levels] == "s") levels--
  return out
}
