import ArgumentParser
import Weft

struct TrainText: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text", abstract: "A network on a text of your own: writes more of its kind.",
    discussion: """
      The file is text in UTF-8. The network learns which character follows which others, and writes some text after \
      each epoch; `weft predict RUN "Once upon"` then goes on with a beginning of yours.
      """)

  @Argument(
    help: ArgumentHelp(
      "A file of text in UTF-8, plain or gzipped. Where a run goes on, left out for that of the run.",
      valueName: "file"))
  var given: String?
  @Option(help: "lstm (where left out) or gpt.")
  var model: TextNetwork?
  @Option(help: "The characters of a window, 8 to 4096; 128 where left out, fewer for a short text.")
  var length: Int?
  @Option(help: "The width of the network, 8 to 1024; 256 for lstm, 128 for gpt where left out.")
  var hidden: Int?
  @Option(help: "The share of the text, at its end, that is kept to check by; 0.1 where left out.")
  var validation: Double?
  @OptionGroup var options: TrainingOptions

  /// The path of the data: as given, or that of the run that goes on.
  private var file: String { given ?? options.knownSource ?? "" }

  func validate() throws {
    try options.checkSource(given, "file")
    if let length, !TextPlan.lengths.contains(length) {
      throw ValidationError("--length takes a number from 8 through 4096")
    }
    if let hidden, !TextPlan.widths.contains(hidden) {
      throw ValidationError("--hidden takes a number from 8 through 1024")
    }
    if model == .gpt, let hidden, !hidden.isMultiple(of: TextNetwork.heads) {
      throw ValidationError("--hidden takes a multiple of 4 for gpt")
    }
    if let validation, !(validation > 0 && validation < 1) {
      throw ValidationError("--validation takes a share between 0 and 1")
    }
  }

  func run() throws {
    let resumed = try options.resumedRun()
    try resumed?.checkSource(given, "file")
    let known = try resumed.map { resumed in
      try resumed.plan("weft train text") { if case .text(let plan) = $0 { plan } else { nil } }
    }
    let text = try TextFile.read(file)
    let plan = try known ?? newPlan(text)
    if let resumed {
      try resumed.check([
        ("--model", model?.rawValue, plan.network.rawValue), ("--length", length.map { "\($0)" }, "\(plan.length)"),
        ("--hidden", hidden.map { "\($0)" }, "\(plan.hidden)"),
        ("--validation", validation.map { "\($0)" }, "\(plan.validation)"),
      ])
    }
    let task = try TextTask(file, text, plan, seed: options.seed(resumed))
    try TrainingRun(task, options, resumed: resumed).run()
  }

  private func newPlan(_ text: String) throws -> TextPlan {
    let (alphabet, count, share) = (Alphabet(of: text), text.count, validation ?? 0.1)
    let network = model ?? .lstm
    // A window with the character behind it must fit both parts.
    let longest = Int(Double(count) * min(share, 1 - share)) - 1
    let length = self.length ?? min(128, longest)
    guard length <= longest, TextPlan.lengths.contains(length) else {
      throw DataFileError(
        .truncated, file: file, expected: "a text of at least \(Self.least(self.length ?? 8, share)) characters",
        found: count == 0 ? "an empty file" : "one of \(count)",
        hint: "--length and --validation say how long the part to check by must be")
    }
    guard alphabet.count > 1, alphabet.count <= TextPlan.mostCharacters else {
      throw DataFileError(
        .badValue, file: file, expected: "a text of 2 to \(TextPlan.mostCharacters) different characters",
        found: "\(alphabet.count)")
    }
    return TextPlan(
      alphabet: alphabet, network: network, length: length, hidden: hidden ?? network.usualWidth, validation: share)
  }

  /// How many characters a text must have for a window of this length in its smaller part.
  private static func least(_ length: Int, _ share: Double) -> Int {
    Int(min(Double(1 << 53), (Double(length + 1) / min(share, 1 - share)).rounded(.up)))
  }
}
