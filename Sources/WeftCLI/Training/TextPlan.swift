import ArgumentParser
import Weft

/// How a text is learned: its characters, the windows, the network.
struct TextPlan: Codable, Hashable {
  var alphabet: Alphabet
  var network: TextNetwork
  /// The characters of a window.
  var length: Int
  /// The width of the network.
  var hidden: Int
  /// The share of the text, at its end, that is not learned from.
  var validation: Double

  static let lengths = 8...4096
  static let widths = 8...1024
  /// More different characters than this are no text.
  static let mostCharacters = 10_000

  var problem: String? {
    if !Self.lengths.contains(length) { return "windows of \(length)" }
    if !Self.widths.contains(hidden) || (network == .gpt && !hidden.isMultiple(of: TextNetwork.heads)) {
      return "a width of \(hidden)"
    }
    if alphabet.count < 2 || alphabet.count > Self.mostCharacters { return "\(alphabet.count) characters" }
    if !(validation > 0 && validation < 1) { return "a validation share of \(validation)" }
    return nil
  }

  /// A new network with weights from the process's random generator.
  func build() -> Module {
    switch network {
    case .lstm:
      return CharLSTM(tokens: alphabet.count, embedding: min(128, hidden), hidden: hidden)
    case .gpt:
      return GPT(
        vocabularySize: alphabet.count, contextLength: length, numLayers: 4, numHeads: TextNetwork.heads,
        embedDim: hidden, dropout: 0.1)
    }
  }
}

/// The networks for texts of one's own.
enum TextNetwork: String, Codable, ExpressibleByArgument, CaseIterable {
  case lstm, gpt

  /// What a GPT's width must be a multiple of.
  static let heads = 4

  var usualWidth: Int { self == .lstm ? 256 : 128 }
}
