/// The normalizer of SentencePiece's `nmt` rules: control characters go, what is like a space becomes one.
enum NmtNormalizer {
  static func normalize(_ text: inout AlignedText) {
    text.mapScalars { scalar, emit in
      switch scalar {
      case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: return
      case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD: emit(0x20)
      default: emit(scalar)
      }
    }
  }
}
