/// A token in a stretch of text, and the bytes of the stretch that it stands for.
struct ModelToken {
  var id: Int32
  var start: Int32
  var end: Int32
}
