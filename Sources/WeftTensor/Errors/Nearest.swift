// Names that are not there: the one that was probably meant.

/// The names of `known` that `name` was probably meant to be, the nearest first, at most `count`: those that differ from
/// it by little (letters added, left out, replaced or swapped; capitals, dashes and underscores aside), and after them
/// those that contain it. One that differs by nothing else than capitals and dashes is the only answer.
package func nearest(to name: String, among known: [String], count: Int = 1) -> [String] {
  let wanted = plain(name)
  guard !wanted.isEmpty else { return [] }
  // Of one letter any other would be near.
  let most = wanted.count < 2 ? 0 : max(1, min(3, wanted.count / 3))
  // A name may come in a long list from a file: only so many are compared.
  let distances = known.prefix(2000).map { (name: $0, distance: editDistance(wanted, plain($0))) }
  if let same = distances.first(where: { $0.distance == 0 }) { return [same.name] }
  let close = distances.filter { $0.distance <= most }.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
  let containing = distances.filter { $0.distance > most && wanted.count > 1 && contains(plain($0.name), wanted) }
    .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
  return (close + containing).prefix(count).map(\.name)
}

/// "; did you mean conv2d?" where a name is near enough, and nothing where none is.
package func suggestion(for name: String, among known: [String]) -> String {
  nearest(to: name, among: known).first.map { "; did you mean \($0)?" } ?? ""
}

/// The least number of insertions, deletions, replacements and swaps of neighbours that turn one text into the other
/// (Damerau and Levenshtein, in the form that changes no place twice).
package func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a.prefix(200)), Array(b.prefix(200)))
  var (before, row) = ([Int](), Array(0...b.count))
  for i in a.indices {
    var next = [i + 1]
    for j in b.indices {
      var least = min(row[j] + (a[i] == b[j] ? 0 : 1), next[j] + 1, row[j + 1] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, before[j - 1] + 1) }
      next.append(least)
    }
    (before, row) = (row, next)
  }
  return row[b.count]
}

/// A name without what is easily got wrong.
private func plain(_ name: String) -> String {
  String(name.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " })
}

/// Whether one text contains another (`contains` of strings is Foundation's).
private func contains(_ text: String, _ part: String) -> Bool {
  let (text, part) = (Array(text), Array(part))
  guard part.count <= text.count else { return false }
  return (0...text.count - part.count).contains { text[$0...].starts(with: part) }
}
