/// How elements are brought together.
enum Reduction: Int32, Hashable, Sendable {
  // The raw values are those of `weft_reduction` in CWeft.
  case sum = 0
  case product = 1
  case maximum = 2
  case minimum = 3
}
