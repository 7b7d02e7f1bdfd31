/// A piece of a template: text, the beginning or end of a tag, or a word in one.
struct TemplateToken: Sendable {
  enum Kind: Sendable {
    case data, variableBegin, variableEnd, blockBegin, blockEnd
    case name, string, integer, float, symbol, end
  }

  var kind: Kind
  var text: String
  var offset: Int

  /// What the piece is called in an error.
  var summary: String {
    switch kind {
    case .data: "text"
    case .variableBegin: "'{{'"
    case .variableEnd: "'}}'"
    case .blockBegin: "'{%'"
    case .blockEnd: "'%}'"
    case .name, .symbol, .integer, .float: "'\(text)'"
    case .string: "a string"
    case .end: "the end of the template"
    }
  }
}

func isASCIIDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

/// Whether Python takes the scalar for white space.
func isPythonSpace(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 9...13, 28...32, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
  default: false
  }
}
