# Prints, for each line of judge/clauses.txt, an element of the array in judge/clauses.c:
# the sentence as docs/semantics.md has it, and the ACSL as it stands in the proved sources.
#
#   awk -f judge/clauses.awk judge/clauses.txt docs/semantics.md spec/*.h ref/span_heap.h
#
# It fails on a label without a sentence and on a name that no source defines.

function fail(what) { print "judge/clauses.awk: " what >"/dev/stderr"; failed = 1 }

# As C has it: a string a line.
function quoted(text,    lines, many, i, all) {
  many = split(text, lines, "\n")
  for (i = 1; i <= many; i++) {
    gsub(/[\\"]/, "\\\\&", lines[i])
    all = all (i > 1 ? "\\n\"\n     \"" : "") lines[i]
  }
  return "\"" all "\""
}

function keep(name, line) {
  if (name in text) text[name] = text[name] "\n" line
  else text[name] = line
  where[name] = FILENAME
}

FNR == 1 { item = "" }

FILENAME ~ /clauses\.txt$/ {
  if ($0 ~ /^#/ || NF == 0) next
  labels[++count] = $1
  sub(/^[^ ]+ +/, "")
  rest[count] = $0
  next
}

FILENAME ~ /semantics\.md$/ {
  if (match($0, /\*\*\[[a-z_.]+\]\*\* /) == 0) next
  label = substr($0, RSTART + 3, RLENGTH - 7)
  sentence[label] = substr($0, RSTART + RLENGTH)
  next
}

# spec/: a definition lasts until the next one, a comment or a blank line.
FILENAME ~ /spec\// {
  if ($0 ~ /^  (predicate|logic) /) {
    item = $0
    sub(/ *\(.*/, "", item)
    sub(/.* /, "", item)
  } else if ($0 !~ /^   /) item = ""
  if (item != "") keep(item, $0)
  next
}

# ref/: a clause or a behavior lasts until the next one; the function it belongs to is
# named after the contract.
/^\/\*@/ { contract++; item = ""; count_of_items = 0 }
/^    (ensures|behavior) / { item = $2; sub(/:$/, "", item); items[++count_of_items] = item }
/^    [a-z]/ && !/^    (ensures|behavior) / { item = "" }
/^ *\*\// { item = "" }
item != "" { keep(contract ":" item, $0) }
/^[a-z].*\(/ && count_of_items > 0 {
  name = $0
  sub(/\(.*/, "", name)
  sub(/.*[ *]/, "", name)
  for (i = 1; i <= count_of_items; i++) keep(name ":" items[i], text[contract ":" items[i]])
  count_of_items = 0
}

function acsl_of(n, names,    many, i, all, file) {
  many = split(names, name_of, " ")
  for (i = 1; i <= many; i++) {
    if (!(name_of[i] in text)) { fail(labels[n] ": nothing defines " name_of[i]); continue }
    if (i > 1) all = all "\n\n"
    if (i > 1 && where[name_of[i]] != file) all = all "// " where[name_of[i]] "\n"
    file = where[name_of[i]]
    all = all text[name_of[i]]
  }
  return quoted(where[name_of[1]]) ",\n     " quoted(all)
}

END {
  for (n = 1; n <= count; n++) {
    if (!(labels[n] in sentence)) { fail("no sentence: " labels[n]); continue }
    enumerator = toupper(labels[n])
    gsub(/\./, "_", enumerator)
    printf "[CLAUSE_%s] = {%s,\n     %s,\n     {", enumerator, quoted(labels[n]), quoted(sentence[labels[n]])
    if (rest[n] ~ /^- /) print "NULL,\n     " quoted(substr(rest[n], 3)) "}},"
    else print acsl_of(n, rest[n]) "}},"
  }
  exit failed
}
