# Lists the public declarations without documentation in a symbol graph (swift symbolgraph-extract -pretty-print), as
# file:line: name. What a protocol says of its requirements counts for those that conform to it.
#
# Left out: initializers without arguments, which can only do what the type's own summary says, and those of operations,
# which take the attributes that the operation's properties are.

function quoted(line) {
  sub(/^[^:]*: "/, "", line)
  sub(/",?$/, "", line)
  return line
}

/^  "symbols": / { section = "symbols" }
/^  "relationships": / { section = "relationships" }

# One entry of a section, four spaces deep.
/^    \{$/ { documented = path = last = id = file = line = kind = source = target = "" }
/^      "docComment": / { documented = 1 }
/^      "kind": "/ { kind = quoted($0) }
/^      "source": / { source = quoted($0) }
/^      "target": / { target = quoted($0) }
/^        "precise": / { id = quoted($0) }
/^      "pathComponents": / { collects = 1; next }
collects && /^      \]/ { collects = 0 }
collects {
  name = $0
  gsub(/^ *"|",?$/, "", name)
  last = name
  parent = path
  path = path (path == "" ? "" : ".") name
}
/^        "uri": "file:/ { file = quoted($0); sub(/^file:\/\//, "", file) }
/^          "line": / { line = $2 + 1 }

/^    \}/ && section == "symbols" {
  types[id] = path
  if (documented || file == "" || id ~ /::SYNTHESIZED::/ || last == "init()") next
  if (index(file, root) == 1) file = substr(file, length(root) + 1)
  found[++count] = file ":" line ": " path
  if (last ~ /^init\(/) type_of[count] = parent
}
/^    \}/ && section == "relationships" && kind == "conformsTo" && target == "s:10WeftTensor0B9OperationP" {
  operations[types[source]] = 1
}

END { for (i = 1; i <= count; i++) if (!(type_of[i] in operations)) print found[i] }
