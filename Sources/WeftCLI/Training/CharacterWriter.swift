import Foundation
import Weft

/// Writes texts by a network that tells the next character.
struct CharacterWriter {
  let alphabet: Alphabet

  /// What a text begins with where nothing is said: a new line, as far as there is one.
  var opening: String {
    alphabet.characters.contains("\n") ? "\n" : alphabet.characters.first ?? ""
  }

  /// Continues a text; the same seed gives the same text, and no other random number is used.
  ///
  /// - Throws: `TensorError` for a character that the network does not know.
  func text(
    after prompt: String, by network: Module, count: Int, temperature: Double = 0.8, seed: UInt64
  ) throws -> String {
    let tokens = try alphabet.indices(of: prompt.isEmpty ? opening : prompt)
    let isTraining = network.isTraining
    network.eval()
    defer { if isTraining { network.train() } }
    let written = try withTensorErrors {
      try noGrad {
        if let network = network as? GPT {
          let all = network.generate(
            Tensor([tokens.map { Int64($0) }]), count: count, temperature: temperature, using: RandomStream(seed: seed))
          return Array(all.scalars(as: Int.self).dropFirst(tokens.count))
        }
        guard let network = network as? CharLSTM else { throw CommandFailure("a network that writes no texts") }
        return characters(after: tokens, by: network, count, temperature, seed)
      }
    }
    return alphabet.text(of: written)
  }

  private func characters(
    after tokens: [Int], by network: CharLSTM, _ count: Int, _ temperature: Double, _ seed: UInt64
  ) -> [Int] {
    var generator = RandomGenerator(seed: seed)
    var (written, input, state) = ([Int](), tokens, LSTM.State?.none)
    while written.count < count {
      let call = network(Tensor([input.map { Int64($0) }]), state: state)
      let last = call.logits.scalars(as: Double.self).suffix(alphabet.count)
      let next = Self.drawn(Array(last), temperature, Double(generator.next() >> 11) * 0x1p-53)
      (input, state) = ([next], call.state)
      written.append(next)
    }
    return written
  }

  /// A place by its share of softmax(logits / temperature), of which `part` is passed over; at 0 the likeliest.
  private static func drawn(_ logits: [Double], _ temperature: Double, _ part: Double) -> Int {
    guard let best = logits.indices.max(by: { logits[$0] < logits[$1] }), temperature > 0 else {
      return logits.indices.max { logits[$0] < logits[$1] } ?? 0
    }
    let shares = logits.map { exp(($0 - logits[best]) / temperature) }
    var rest = part * shares.reduce(0, +)
    for (place, share) in shares.enumerated() {
      rest -= share
      if rest < 0 { return place }
    }
    return best
  }
}
