import Weft

/// Has the network write a text after each epoch, and keeps what it wrote.
final class TextSamples: TrainingExtension {
  private(set) var texts: [RunFindings.Text] = []
  private let writer: CharacterWriter
  private let seed: UInt64
  private static let length = 240
  private static let mostTexts = 100

  init(_ writer: CharacterWriter, seed: UInt64) { (self.writer, self.seed) = (writer, seed) }

  func handle(_ event: TrainingEvent, in training: Training) throws {
    guard case .epochEnded(let summary) = event else { return }
    let text = try writer.text(after: "", by: training.model, count: Self.length, seed: seed)
    texts.append(RunFindings.Text(epoch: summary.epoch, text: text))
    texts = texts.suffix(Self.mostTexts)
    print("after epoch \(summary.epoch) it writes:\n\(Self.indented(text))")
  }

  private static func indented(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).map { "    \(shown(String($0)))" }.joined(separator: "\n")
  }

  func savedState() throws -> String? { try StateText.encode(texts) }
  func restore(_ state: String) throws { texts = try StateText.decode([RunFindings.Text].self, from: state) }
}
