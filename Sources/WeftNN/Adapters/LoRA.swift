import WeftTensor

/// How a model is to be adapted by products of two small matrices beside its weights, which stay what they are (Hu et al.,
/// "LoRA: Low-Rank Adaptation of Large Language Models", 2021): y = W·x + s·B·A·x, with A [r, in] and B [out, r].
///
/// ```swift
/// let lora = try LoRA(rank: 8, alpha: 16, dropout: 0.05, targets: ["query", "value"])
/// let adapters = try Adapters(model, lora)
/// let optimizer = AdamW(adapters.parameters, learningRate: 1e-3)
/// ```
/// Names and patterns mean what they mean to PEFT. s is alpha/r, or alpha/√r where ranks are stabilized (Kalajdzievski, "A
/// Rank Stabilization Scaling Factor for Fine-Tuning with LoRA", 2023). With `learnsMagnitude` directions and lengths learn
/// apart (Liu et al., "DoRA: Weight-Decomposed Low-Rank Adaptation", 2024): W becomes m·(W + s·B·A)/‖W + s·B·A‖.
public struct LoRA: Sendable {
  /// How A begins; B is zero, so that the model is at first what it was. Tables begin the other way about.
  public enum Start: String, Hashable, Sendable {
    /// Even within 1/√in, as a linear map's weight.
    case even
    /// Normal with deviation 1/r.
    case gaussian
  }

  /// r, where `rankPattern` says no other.
  public var rank: Int
  /// What the product counts, over the rank or its root, where `alphaPattern` says no other.
  public var alpha: Double
  /// The share of the input's features that A does not see in a step of training; not for tables.
  public var dropout: Double
  /// The layers that are adapted.
  public var targets: AdapterTargets
  /// Those that are not, though `targets` names them.
  public var excluded: AdapterTargets?
  /// Modules that learn as a whole and are saved beside the adapter, as a new head: those whose names end so.
  public var modulesToSave: [String]
  /// Whether the product counts alpha/√r.
  public var isRankStabilized: Bool
  /// Other ranks for layers whose name, or its end behind a dot, a regular expression matches; the first counts.
  public var rankPattern: [(pattern: String, rank: Int)]
  /// The same for alphas.
  public var alphaPattern: [(pattern: String, alpha: Double)]
  /// How A begins.
  public var start: Start
  /// Whether m, the length of each output's weights, learns as well: PEFT's `use_dora`.
  public var learnsMagnitude: Bool
  /// Whether B adds a bias, which counts s as well: PEFT's `lora_bias`, for layers other than tables.
  public var hasBias: Bool

  /// - Throws: `TensorError` for a rank below 1, an alpha that is no finite number, a dropout outside 0 ..< 1, for an
  ///   expression that is none, and for a bias beside lengths that learn, which PEFT does not have either.
  public init(
    rank: Int = 8, alpha: Double = 8, dropout: Double = 0, targets: AdapterTargets, excluded: AdapterTargets? = nil,
    modulesToSave: [String] = [], isRankStabilized: Bool = false,
    rankPattern: [(pattern: String, rank: Int)] = [], alphaPattern: [(pattern: String, alpha: Double)] = [],
    start: Start = .even, learnsMagnitude: Bool = false, hasBias: Bool = false
  ) throws(TensorError) {
    (self.rank, self.alpha, self.dropout) = (rank, alpha, dropout)
    (self.targets, self.excluded, self.modulesToSave) = (targets, excluded, modulesToSave)
    (self.isRankStabilized, self.rankPattern, self.alphaPattern) = (isRankStabilized, rankPattern, alphaPattern)
    (self.start, self.learnsMagnitude, self.hasBias) = (start, learnsMagnitude, hasBias)
    try check()
  }
}

extension LoRA {
  /// What no layer has a larger rank than: a file may ask for any.
  private static let largestRank = 1 << 16

  /// - Throws: `TensorError` for settings that cannot be.
  func check() throws(TensorError) {
    func refuse(_ expected: String, _ got: Any) -> TensorError {
      TensorError(.value, operation: "LoRA", expected: expected, got: "\(got)")
    }
    for rank in [rank] + rankPattern.map(\.rank) where !(1...Self.largestRank ~= rank) {
      throw refuse("a rank from 1 to \(Self.largestRank)", rank)
    }
    for alpha in [alpha] + alphaPattern.map(\.alpha) where !alpha.isFinite { throw refuse("a finite alpha", alpha) }
    guard 0..<1 ~= dropout else { throw refuse("a dropout from 0 to below 1", dropout) }
    if learnsMagnitude, hasBias { throw refuse("one of learnsMagnitude and hasBias", "both") }
    try targets.check()
    try excluded?.check()
    for (pattern, _) in rankPattern { try NamePattern.check(pattern, for: "rankPattern") }
    for (pattern, _) in alphaPattern { try NamePattern.check(pattern, for: "alphaPattern") }
  }

  /// The rank of a layer.
  func rank(of name: String) -> Int {
    rankPattern.first { NamePattern.matchesEnd(name, $0.pattern) }?.rank ?? rank
  }

  /// s, what the product of a layer counts.
  func scale(of name: String) -> Double {
    let alpha = alphaPattern.first { NamePattern.matchesEnd(name, $0.pattern) }?.alpha ?? alpha
    let rank = Double(rank(of: name))
    return alpha / (isRankStabilized ? rank.squareRoot() : rank)
  }

  /// Whether a module is to be saved as a whole.
  func saves(_ name: String) -> Bool { modulesToSave.contains { name.hasSuffix($0) } }

  /// Whether a layer is adapted: none of what is saved as a whole is.
  func targets(_ name: String, isInnerLinear: Bool) -> Bool {
    if excluded?.matches(name, isInnerLinear: isInnerLinear) ?? false { return false }
    let parts = name.split(separator: ".")
    // A module inside a saved one is a part of it.
    if parts.indices.contains(where: { saves(parts[...$0].joined(separator: ".")) }) { return false }
    return targets.matches(name, isInnerLinear: isInnerLinear)
  }
}
